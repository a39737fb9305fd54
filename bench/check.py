"""python3 run.py bench check [--record] [FILE]: what each kind of page costs, against FILE or bench/recorded.json.

CPU time, calls, SQL statements and bytes of each page in one process, by turns with the bare page of bench/bare.py, so that a
busy machine slows both; then the memory of a worker and the time the app takes to start. Exit code 1 if anything got
dearer by more than a tenth (bench/comparison.py says by how much for each figure).
"""

import gc
import json
import os
import re
import resource
import secrets
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from sqlalchemy import event
from sqlalchemy.engine import Engine
from werkzeug.test import EnvironBuilder, TestResponse, run_wsgi_app

from bench.comparison import Cost, Recording
from bench.readers import Page
from bench.servers import ROOT, memory_kb, serving
from bench.voters import environment
from consult import create_app
from consult.models import db

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "15"))
STARTS = 5
RECORDED = Path(__file__).with_name("recorded.json")
AT = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)
"""The instant of the run, by CONSULT_CLOCK_SHIFT: pages show days and weekdays, and their bytes are compared."""
UNCOUNTED = ("BEGIN", "PRAGMA", "SAVEPOINT", "RELEASE")


def main(arguments: list[str]) -> int:
    os.environ["CONSULT_CLOCK_SHIFT"] = str((AT - datetime.now(UTC)).total_seconds())
    with tempfile.TemporaryDirectory() as name:
        found, milliseconds = measure(Path(name))
    file = next((Path(word) for word in arguments if not word.startswith("--")), RECORDED)
    before = Recording.from_facts(json.loads(file.read_text())) if file.exists() else found
    print("\n".join(_table(before, found, milliseconds)))
    if "--record" in arguments:
        file.write_text(json.dumps(found.as_facts(), indent=1, sort_keys=True) + "\n")
        print(f"recorded in {file}")
        return 0
    dearer = found.dearer(before)
    print("\n".join(dearer) if dearer else "nothing got dearer by more than a tenth")
    return 1 if dearer else 0


def measure(folder: Path) -> tuple[Recording, dict[str, float]]:
    """Return the figures of this checkout, and the CPU milliseconds of each page (of `bare` too)."""
    bare_env = {"BARE_URL": f"sqlite:///{folder / 'bare.db'}"}
    env = environment(folder, f"sqlite:///{folder / 'consult.db'}") | {"CONSULT_MODE": "demo"}
    os.environ.update(bare_env | env)
    subprocess.run([sys.executable, "-m", "bench.bare"], cwd=ROOT, check=True)
    out = subprocess.run([sys.executable, "-m", "bench.readers"], cwd=ROOT, check=True, capture_output=True, text=True)
    facts = json.loads(out.stdout.strip().splitlines()[-1])
    pages = [Page(**one) for one in facts["pages"]]
    costs, milliseconds = _costs(Village(create_app(), facts["tokens"]), pages)
    for code in ("import app", "import bench.bare"):
        _cpu_of(code, folder)  # compiles what it imports, as the first start after an installation does
    start = median(_cpu_of("import app", folder) / _cpu_of("import bench.bare", folder) for _ in range(STARTS))
    return Recording(costs, _worker_mb(env, facts["tokens"], pages), round(start, 3)), milliseconds


@dataclass
class Village:
    """The seeded village in this process, and how each of its readers is signed in."""

    app: Flask
    tokens: dict[str, str]

    def __post_init__(self) -> None:
        self.cookies: dict[str, str] = {}
        self.form_tokens: dict[str, str] = {}

    def environ(self, page: Page) -> dict[str, Any]:
        """Return a fresh WSGI request for a page; a ballot has a key of its own each time."""
        cookie = self.cookies.get(page.reader, "")
        if not page.sends:
            return EnvironBuilder(page.path, headers=[("Cookie", cookie)]).get_environ()
        fields = {"csrf_token": self.form_tokens[page.reader], "choice": "1"}
        if page.sends == "vote":
            fields["key"] = secrets.token_urlsafe(18)
        headers = [("Cookie", cookie), ("HX-Request", "true")]
        form = "application/x-www-form-urlencoded"
        builder = EnvironBuilder(page.path, method="POST", headers=headers, data=urlencode(fields), content_type=form)
        return builder.get_environ()

    def sign_in(self, pages: list[Page]) -> None:
        """Fetch each reader's session and form token from the first of their pages that has a form."""
        for page in pages:
            if page.reader in self.form_tokens or page.sends:
                continue
            own = f"sign_in={self.tokens[page.reader]}" if page.reader in self.tokens else ""
            self.cookies[page.reader] = own
            answer = _answer(self.app, self.environ(page))
            token = re.search(r'name="csrf_token" value="([^"]+)"', answer.get_data(as_text=True))
            if token and "Set-Cookie" in answer.headers:
                session = answer.headers["Set-Cookie"].split(";")[0]
                self.cookies[page.reader] = f"{own}; {session}".removeprefix("; ")
                self.form_tokens[page.reader] = token[1]


def _answer(app: Any, environ: dict[str, Any]) -> TestResponse:
    chunks, status, headers = run_wsgi_app(app, environ, buffered=True)
    return TestResponse(chunks, status, headers, request=None)  # type: ignore[arg-type]


def _costs(village: Village, pages: list[Page]) -> tuple[dict[str, Cost], dict[str, float]]:
    bare: Flask = import_module("bench.bare").app  # reads BARE_URL as it is imported
    village.sign_in(pages)
    with village.app.app_context():
        engine = db.engine
    exact = {page.name: (_calls(village, page), *_statements_and_bytes(village, page, engine)) for page in pages}
    ratios: dict[str, list[float]] = {page.name: [] for page in pages}
    seconds: dict[str, list[float]] = {name: [] for name in ("bare", *(page.name for page in pages))}
    gc.collect()
    gc.freeze()
    gc.disable()
    for turn in range(ROUNDS + 1):
        for page in pages:
            reference = min(_cpu(bare, EnvironBuilder("/list").get_environ()) for _ in range(2))
            spent = min(_cpu(village.app, village.environ(page)) for _ in range(2))
            if turn:
                seconds["bare"].append(reference)
                seconds[page.name].append(spent)
                ratios[page.name].append(spent / reference)
        gc.collect()
    gc.enable()
    gc.unfreeze()
    costs = {name: Cost(round(median(found), 3), *exact[name]) for name, found in ratios.items()}
    return costs, {name: 1000 * median(found) for name, found in seconds.items()}


def _statements_and_bytes(village: Village, page: Page, engine: Engine) -> tuple[int, int]:
    """Open a page twice and look at the second time: the first may fill a cache."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(UNCOUNTED):
            statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        for _ in range(2):
            statements.clear()
            answer = _answer(village.app, village.environ(page))
            if answer.status_code != 200:
                raise SystemExit(f"bench: {page.name} ({page.path}) answered {answer.status}")
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(statements), len(answer.data)


def _calls(village: Village, page: Page) -> int:
    """Return how many functions, of Python and C, the request's thread calls when everything is warm."""
    count = 0

    def note(_frame: Any, what: str, _argument: Any) -> None:
        nonlocal count
        count += what in ("call", "c_call")

    for _ in range(3):
        environ = village.environ(page)
        count = 0
        sys.setprofile(note)
        try:
            run_wsgi_app(village.app, environ, buffered=True)
        finally:
            sys.setprofile(None)
    return count


def _cpu(app: Any, environ: dict[str, Any]) -> float:
    """Return the CPU seconds of one request, of all threads."""
    begun = time.process_time()
    run_wsgi_app(app, environ, buffered=True)
    return time.process_time() - begun


def _cpu_of(code: str, folder: Path) -> float:
    """Return the CPU seconds of a Python that runs one line and ends, with its compiled modules in the folder."""
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    env |= {"PYTHONPYCACHEPREFIX": str(folder / "bytecode")}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, env=env)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _worker_mb(env: dict[str, str], tokens: dict[str, str], pages: list[Page]) -> float:
    """Open every page some times on a granian of two workers. Return the size of the larger worker."""
    with serving("app:app", env) as server:
        for page in [page for page in pages if not page.sends] * 4:
            cookie = {"Cookie": f"sign_in={tokens[page.reader]}"} if page.reader in tokens else {}
            request = urllib.request.Request(f"http://127.0.0.1:{server.port}{page.path}", headers=cookie)
            with urllib.request.urlopen(request, timeout=20) as answer:
                answer.read()
        workers = sorted(memory_kb(server.process).values(), reverse=True)[:2]
    return round(max(workers) / 1024, 1)


def _table(before: Recording, now: Recording, milliseconds: dict[str, float]) -> list[str]:
    """Return the lines of a Markdown table: now, and in brackets what is recorded where it differs."""
    lines = [
        f"Bare page: {milliseconds['bare']:.2f} ms CPU; {ROUNDS} rounds by turns, medians; in brackets: as recorded",
        "",
        "| page, reader | CPU ms | x bare | calls | statements | bytes |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    for name, cost in now.pages.items():
        old = before.pages.get(name, cost)
        exact = [_with(getattr(cost, what), getattr(old, what)) for what in ("calls", "statements", "bytes")]
        figures = (_with(f"{cost.cpu:.2f}", f"{old.cpu:.2f}"), *exact)
        lines.append(f"| {name} | {milliseconds[name]:.1f} | {' | '.join(figures)} |")
    return [
        *lines,
        "",
        f"worker: {_with(f'{now.worker_mb:.0f}', f'{before.worker_mb:.0f}')} MB PSS; "
        f"start: {_with(f'{now.start:.2f}', f'{before.start:.2f}')} x the bare app's CPU time",
    ]


def _with(now: object, before: object) -> str:
    return str(now) if str(now) == str(before) else f"{now} ({before})"
