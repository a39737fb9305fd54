"""The power goes while everybody votes: a named and a secret poll at once, on both databases."""

import http.client
import json
import os
import random
import re
import signal
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from consult import clock
from consult.config import ROOT
from consult.domain.people.sign_ins import SignInWay
from consult.domain.polls.secret_ballots import key_of
from consult.models import BallotEvent, Person, Poll, SecretBallot, db
from consult.services.core.acts import Act
from consult.services.people import sign_ins
from consult.services.polls import closing
from consult.services.site.verification import verify
from run import BIN
from tests.browser import environment
from tests.faults.test_rush import CASTERS, crowd
from tests.running import children
from tests.running.postgres import free_port
from tests.village import a_poll

pytestmark = [pytest.mark.both_databases, pytest.mark.serial]
PATIENCE = 150  # seconds: three restarts of the server on a busy machine; a voter goes on pressing
KILLS = 3
AT_ONCE = 32
"""Callers at a time, of both polls in turn."""


class Running:
    """The server as in production, two workers, in a process group that can be killed whole."""

    def __init__(self, config) -> None:
        self.config, self.port = config, free_port()
        self.start()

    def start(self) -> None:
        command = [
            BIN / "granian",
            "--interface",
            "wsgi",
            "--workers",
            "2",
            "--blocking-threads",
            "12",
            "--port",
            str(self.port),
            "--log-level",
            "critical",
            "app:app",
        ]
        self.process = children.start(
            command,
            cwd=ROOT,
            env=os.environ | environment(self.config),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(600):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=2).close()
                return
            except OSError:
                time.sleep(0.05)
        raise AssertionError("the server does not answer")

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Caller:
    """One voter's browser: keeps its key and presses again until there is a receipt."""

    def __init__(self, server: Running, poll_id: int, token: str, choice: int) -> None:
        self.base = f"http://127.0.0.1:{server.port}/rongxi/polls/{poll_id}/ballots"
        self.cookie, self.choice, self.key = f"sign_in={token}", choice, f"key-{token[:12]}"

    def prepare(self) -> None:
        request = urllib.request.Request(self.base.removesuffix("/ballots"), headers={"Cookie": self.cookie})
        with urllib.request.urlopen(request, timeout=10) as answer:
            self.cookie += "; " + answer.headers["Set-Cookie"].split(";")[0]
            self.csrf = re.search(r'name="csrf_token" value="([^"]+)"', answer.read().decode())[1]

    def look(self) -> None:
        """The second look: the server puts the key into the form; of a secret poll it is the token."""
        body = urllib.parse.urlencode({"csrf_token": self.csrf, "choice": self.choice}).encode()
        request = urllib.request.Request(f"{self.base}/look", body, {"Cookie": self.cookie})
        with urllib.request.urlopen(request, timeout=10) as answer:
            self.key = re.search(r'name="key" value="([^"]+)"', answer.read().decode())[1]

    def press_until_answered(self) -> str:
        body = urllib.parse.urlencode({"csrf_token": self.csrf, "key": self.key, "choice": self.choice}).encode()
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            request = urllib.request.Request(self.base, body, {"Cookie": self.cookie, "HX-Request": "true"})
            try:
                with urllib.request.urlopen(request, timeout=5) as answer:
                    return "".join(re.findall(r"<li>(\w{2,4})</li>", answer.read().decode()))
            except urllib.error.HTTPError as error:
                raise AssertionError(f"answered {error.code}") from error
            except (OSError, http.client.HTTPException):  # the line was cut, perhaps in the middle of the answer
                time.sleep(random.uniform(0.02, 0.2))
        raise AssertionError(f"no answer in {PATIENCE} s")


def test_kill_9_of_the_whole_server_under_load_loses_no_acknowledged_ballot(app, config, village):
    """Of a named and of a secret poll: each ballot whose receipt was shown is there once, and no other."""
    with app.app_context():
        voters = crowd(village)
        named, secret = a_poll(village, key="named"), a_poll(village, key="secret", secret=True)
        tokens = [sign_ins.begin(db.session.get(Person, v), SignInWay.DEMO, now=clock.now()) for v in voters]
        db.session.remove()
    server = Running(config)
    try:
        by_name = [Caller(server, named, token, n % 3 + 1) for n, token in enumerate(tokens)]
        in_secret = [Caller(server, secret, token, n % 3 + 1) for n, token in enumerate(tokens)]
        for caller in (*by_name, *in_secret):
            caller.prepare()
        for caller in in_secret:
            caller.look()
        with ThreadPoolExecutor(AT_ONCE) as pool:
            pairs = zip(by_name, in_secret, strict=True)
            pending = [[pool.submit(caller.press_until_answered) for caller in pair] for pair in pairs]
            for _ in range(KILLS):
                time.sleep(0.08)
                server.kill()
                server.start()
            receipts, tokens_shown = zip(*[[one.result() for one in pair] for pair in pending], strict=True)
    finally:
        server.kill()
    with app.app_context():
        assert list(verify(village.row())) == []
        rows = db.session.execute(
            select(BallotEvent.actor_id, BallotEvent.receipt, BallotEvent.choice).where(BallotEvent.poll_id == named)
        ).all()
        assert len(rows) == len({r.actor_id for r in rows}) == CASTERS
        assert {r.receipt for r in rows} == set(receipts)
        wanted = {voter: [n % 3 + 1] for n, voter in enumerate(voters)}
        assert {r.actor_id: json.loads(r.choice) for r in rows} == wanted
        closing.close(db.session.get(Poll, secret), Act.by_system(village.id, now=clock.now() + timedelta(days=30)))
        kept = {row.key: row.choice for row in db.session.scalars(select(SecretBallot))}
        assert kept == {key_of(code): f"[{n % 3 + 1}]" for n, code in enumerate(tokens_shown)}
        assert [caller.key for caller in in_secret] == list(tokens_shown)
        assert list(verify(village.row())) == []
    print(f"{KILLS} times kill -9, {len(rows)} named and {len(kept)} secret ballots, none lost, none twice")
