"""python3 run.py bench phone [PAGE …]: what Lighthouse says of eight pages on a phone, and what a first visit costs. In the demo village.

Lighthouse is a package of npm and no dependency of ours: it is found by its name, or by the path in LIGHTHOUSE. Nothing here is a
test, for performance hangs on what else the machine does; each page is measured three times, and the middle one is printed.
"""

import json
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import sync_playwright
from sqlalchemy import select

from bench.phone import FLAGS
from bench.servers import free_port, serving
from bench.voters import environment
from consult import clock, create_app
from consult.config import Config
from consult.demo import accounts, seed_village
from consult.domain.people.sign_ins import SignInWay
from consult.models import Consultation, Meeting, Poll, PollTally, db
from consult.services.core import schema
from consult.services.people import sign_ins
from consult.web.access import SIGN_IN_COOKIE

CATEGORIES = {"performance": 98, "accessibility": 100, "best-practices": 100, "seo": 100}
MOST_BYTES, MOST_REQUESTS = 40_000, 6
TIMES = int(os.environ.get("BENCH_TIMES", "3"))
PATIENCE = 180
"""Seconds for one visit."""
MISSING = "Lighthouse is missing. Please type: npm install -g lighthouse  (or name it: LIGHTHOUSE=/path/to/lighthouse)"


@dataclass(frozen=True)
class Visit:
    """What Lighthouse found on one load of a page."""

    scores: dict[str, int]
    size: int
    requests: int
    wrong: list[str]


def main(arguments: list[str]) -> int:
    program = os.environ.get("LIGHTHOUSE") or shutil.which("lighthouse")
    chromium = shutil.which("chromium")
    if program is None or chromium is None:
        print(MISSING if program is None else "Chromium is missing.")
        return 2
    os.environ["CHROME_PATH"] = chromium
    missed = False
    with tempfile.TemporaryDirectory() as name:
        env = environment(Path(name), f"sqlite:///{name}/demo.db") | {"CONSULT_MODE": "demo"}
        pages, token = _village(env)
        if unknown := set(arguments) - set(pages):
            raise SystemExit(f"bench phone: {', '.join(sorted(unknown))} is none of: {', '.join(pages)}")
        _head()
        with serving("app:app", env) as server:
            for what in arguments or pages:
                path, signed_in = pages[what]
                address = f"http://127.0.0.1:{server.port}{path}"
                said = [_visit(program, address, token if signed_in else "") for _ in range(TIMES)]
                missed |= _row(what, said)
    return int(missed)


def _village(env: dict[str, str]) -> tuple[dict[str, tuple[str, bool]], str]:
    """Seed the demo village. Return the pages, each with whether it is read signed in, and a villager's sign-in."""
    app = create_app(Config.from_env(env))
    with app.app_context():
        schema.create()
        now = clock.now()
        seed_village.seed(now=now)
        open_now = (
            Poll.announced_at.is_not(None),
            Poll.cancelled_at.is_(None),
            Poll.opens_at <= now,
            Poll.closes_at > now,
        )
        ballot = db.session.scalars(select(Poll).where(*open_now).order_by(Poll.closes_at)).first()
        counted = db.session.scalars(select(PollTally.poll_id).order_by(PollTally.poll_id)).first()
        talk = ballot.consultation_id if ballot else db.session.scalars(select(Consultation.id)).first()
        meeting = db.session.scalars(select(Meeting.id).order_by(Meeting.id.desc())).first()
        villager = next(one.person for one in accounts.members() if one.roles == ("villager",))
        token = sign_ins.begin(villager, SignInWay.DEMO, now=now)
        here = "/rongxi"
        pages = {
            "home": (f"{here}/", True),
            "home of a stranger": (f"{here}/", False),
            "ballot": (f"{here}/polls/{ballot.id if ballot else 1}", True),
            "proposal": (f"{here}/consultations/{talk}", True),
            "result": (f"{here}/polls/{counted}", True),
            "sign-in": (f"{here}/sign-in", False),
            "dispute": (f"{here}/cases/new/story?kind=neighbours", True),
            "board": (f"{here}/notices/", True),
            "meeting": (f"{here}/meetings/{meeting}", True),
        }
        db.session.remove()
        db.engine.dispose()
    return pages, token


def _visit(program: str, address: str, token: str) -> Visit | str:
    """Load a page once in a browser of its own. Return what was found, or what Lighthouse said when it failed.

    The sign-in is a cookie of the browser: a header that Lighthouse adds goes with the page, and with nothing that scripts ask for.
    """
    port = free_port()
    with tempfile.TemporaryDirectory() as profile, sync_playwright() as p:
        flags = [*FLAGS, f"--remote-debugging-port={port}"]
        chromium = p.chromium.launch_persistent_context(profile, executable_path=os.environ["CHROME_PATH"], args=flags)
        if token:
            chromium.add_cookies([{"name": SIGN_IN_COOKIE, "value": token, "url": address}])
        command = [
            program,
            address,
            f"--port={port}",
            "--output=json",
            "--quiet",
            f"--only-categories={','.join(CATEGORIES)}",
            f"--extra-headers={json.dumps({'Accept-Language': 'zh-CN'})}",
        ]
        try:
            done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            return f"no answer within {PATIENCE} s"
        finally:
            chromium.close()
    return _found(json.loads(done.stdout)) if done.returncode == 0 else done.stderr.strip() or f"exit {done.returncode}"


def _found(said: dict[str, Any]) -> Visit:
    items: list[dict[str, Any]] = said["audits"]["network-requests"]["details"]["items"]
    loaded = [one for one in items if one.get("url", "").startswith("http") and one.get("transferSize")]
    scores = {name: round(100 * (said["categories"][name]["score"] or 0)) for name in CATEGORIES}
    audits = {
        ref["id"] for name in CATEGORIES if name != "performance" for ref in said["categories"][name]["auditRefs"]
    }
    wrong = sorted(one for one in audits if said["audits"][one]["score"] == 0)
    return Visit(scores, sum(int(one["transferSize"]) for one in loaded), len(loaded), wrong)


def _head() -> None:
    aims = ", ".join(f"{name} {least}" for name, least in CATEGORIES.items())
    print(f"Lighthouse on a phone, the middle of {TIMES}; load of the machine at the start: {os.getloadavg()[0]:.1f}")
    print(
        f"Aimed at: {aims}; a first visit of {MOST_BYTES // 1000} kB in {MOST_REQUESTS} requests. ! marks what was missed."
    )
    print(f"{'':<20}" + "".join(f"{name:>16}" for name in CATEGORIES) + f"{'first visit':>22}", flush=True)


def _row(what: str, said: list[Visit | str]) -> bool:
    """Print what was reached on a page, and what Lighthouse said where it failed. Tell whether something was missed."""
    visits = [one for one in said if isinstance(one, Visit)]
    for words in (one for one in said if isinstance(one, str)):
        print(f"{what:<20}Lighthouse failed: {words}", flush=True)
    if not visits:
        return True
    middle = {name: int(median(one.scores[name] for one in visits)) for name in CATEGORIES}
    size, requests = max(one.size for one in visits), max(one.requests for one in visits)
    low = {name for name, least in CATEGORIES.items() if middle[name] < least}
    over = size > MOST_BYTES or requests > MOST_REQUESTS
    scores = "".join(f"{middle[name]:>15}{'!' if name in low else ' '}" for name in CATEGORIES)
    wrong = " ".join(sorted({fault for one in visits for fault in one.wrong}))
    print(f"{what:<20}{scores}{size / 1000:>11.1f} kB in {requests:>2}{'!' if over else ' '}  {wrong}", flush=True)
    return bool(low) or over or len(visits) < len(said)
