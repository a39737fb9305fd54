"""The web server ends when it is asked to, also while a worker still loads the app: else a stop waits until systemd kills all."""

import os
import re
import shlex
import signal
import subprocess
import time
from pathlib import Path

import pytest

import run
from consult.config import ROOT
from tests.running import children
from tests.running.postgres import free_port

pytestmark = pytest.mark.sweep
UNIT = (ROOT / "docs/deploy/consult-web.service").read_text()
LOADING = 60
"""Seconds that the app of the test takes to load."""
SOON = 2
SLOW_APP = f"import pathlib, time\npathlib.Path('loads').touch()\ntime.sleep({LOADING})\napp = None\n"


def seconds(name: str, text: str = UNIT) -> int:
    found = re.search(rf"{name}[= ](\d+)", text)
    assert found, name
    return int(found[1])


def test_a_worker_that_still_loads_the_app_is_ended(tmp_path: Path):
    """A worker is a copy of the server until the app is loaded, and takes the signal for one to its parent."""
    (tmp_path / "slow.py").write_text(SLOW_APP)
    line = next(line for line in UNIT.splitlines() if line.startswith("ExecStart=")).partition("=")[2]
    line = line.replace("--port 8000", f"--port {free_port()}").replace("app:app", "slow:app")
    line = re.sub(r"--workers-kill-timeout \d+", f"--workers-kill-timeout {SOON}", line)
    command = shlex.split(line.replace("/opt/consult/.venv/bin", str(run.BIN)))
    server = children.start(command, cwd=tmp_path, stderr=subprocess.DEVNULL)
    try:
        while not (tmp_path / "loads").exists():
            assert server.poll() is None
            time.sleep(0.1)
        os.killpg(server.pid, signal.SIGTERM)  # as systemd does: to every process of the unit
        server.wait(LOADING / 2)
    finally:
        if server.poll() is None:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()


def test_workers_are_given_up_before_the_whole_unit_is():
    """Also where a reload has just begun, which goes on to its end."""
    replaced = seconds("--workers") * seconds("--respawn-interval")
    assert 10 <= seconds("--workers-kill-timeout") < seconds("TimeoutStopSec") - replaced
