"""The server of all journeys of one worker: it stands on whatever database the test at hand names in a file.

Run as `granian … tests.running.serving:application`; JOURNEY_FILE holds the variables of the app and the shift of its clock.
The scripts that inspect pages come from it too: a script of the site itself is allowed by the content policy, and the
browser reads it from the wire and from its cache. Handed over by the test, with each page, it cost twice as much.
"""

import json
import os
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from flask import Flask

from consult.config import Config
from tests.apps import app_on

VENDOR = Path(__file__).parents[1] / "vendor"
INSPECTOR = VENDOR / "axe-4.14.1.min.js"
SNIFFER = VENDOR / "html-codesniffer-2.5.1.js"
SCRIPTS = {f"/{script.name}": script for script in (INSPECTOR, SNIFFER)}
FILE = Path(os.environ.get("JOURNEY_FILE", "/nowhere"))
_lock = threading.Lock()
_current: dict[str, Any] = {"mark": None, "app": None}


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    if environ["PATH_INFO"] == "/healthz" and not FILE.exists():
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"waiting for a test"]
    if environ["PATH_INFO"] in SCRIPTS:
        kept = "public, max-age=86400, immutable"
        start_response("200 OK", [("Content-Type", "text/javascript; charset=utf-8"), ("Cache-Control", kept)])
        return [SCRIPTS[environ["PATH_INFO"]].read_bytes()]
    answer: Iterable[bytes] = _app()(environ, start_response)
    return answer


def _app() -> Flask:
    """Anew when the file says something else."""
    with _lock:
        mark = FILE.stat().st_mtime_ns
        if mark != _current["mark"]:
            said = json.loads(FILE.read_text())
            os.environ["CONSULT_CLOCK_SHIFT"] = said["shift"]
            _current.update(mark=mark, app=app_on(Config.from_env(said["env"])))
        app: Flask = _current["app"]
        return app
