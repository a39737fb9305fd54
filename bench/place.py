"""One installation under test, as its units in docs/deploy start it: web workers, job runner, logs in files, and questions to it."""

import contextlib
import http.client
import json
import os
import re
import secrets
import shlex
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from html import unescape
from pathlib import Path

from flask import Flask
from sqlalchemy import create_engine, select, text

from bench import village
from bench.rush import _receipt
from bench.servers import ROOT, free_port, kill_group
from bench.voters import Voters, environment, seed
from consult import clock, create_app
from consult.config import Config
from consult.domain.people.office_terms import Term
from consult.domain.people.roles import Role
from consult.models import Person, Village, db
from consult.services.core import crypto, transactions, upkeep
from consult.services.core.acts import Act
from consult.services.people import grants
from consult.services.people.villages import local_day
from tests.running import children
from tests.running.postgres import Server as Cluster

BIN = Path(sys.executable).parent
VOTERS = int(os.environ.get("OUTAGE_VOTERS", "400"))
CALLERS, PAUSE = 4, 0.25
LANGUAGES = ("zh-CN", "yue-Hant-HK")
UNITS = {"web": "consult-web.service", "jobs": "consult-jobs.service"}
START_SECONDS = 60.0


@dataclass(frozen=True)
class Answer:
    """What came back: 0 and the name of an error where nothing did."""

    status: int
    headers: dict[str, str]
    body: str

    @property
    def words(self) -> str:
        """The sentences of a page, without its frame, shortened."""
        page = re.sub(r"(?s)<(style|script|head|nav)\b.*?</\1>|^.*<main[^>]*>", " ", self.body)
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())[:150]

    def __str__(self) -> str:
        again = self.headers.get("retry-after")
        return f"{self.status}{f', Retry-After {again}' if again else ''}: {self.words}"


@dataclass
class Log:
    """How much a process said since it was looked at last."""

    path: Path
    read: int = 0

    def new(self) -> list[str]:
        """Return the lines since the last look."""
        data = self.path.read_bytes()[self.read :] if self.path.exists() else b""
        self.read += len(data)
        return data.decode(errors="replace").splitlines()


@dataclass
class Voting:
    """What voters were answered, and which ballots were acknowledged: voter and choice."""

    statuses: Counter[str] = field(default_factory=Counter)
    acknowledged: dict[int, int] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)
    """The first words of each language that were no receipt."""


class Place:
    """An installation in a folder, on SQLite or PostgreSQL, with a village whose poll is open."""

    def __init__(self, folder: Path, run: Path, cluster: Cluster | None = None, **settings: str) -> None:
        """Make it in a folder. `run`: what stands for /run and the journal, which lie on other disks."""
        self.folder, self.instance, self.cluster = folder, folder / "instance", cluster
        self.instance.mkdir(exist_ok=True, mode=0o700)
        self.run = run
        (run / "metrics").mkdir(exist_ok=True)
        url = f"sqlite:///{self.instance / 'consult.db'}"
        if cluster is not None:
            url = cluster.address(cluster.copy()).replace("postgresql://", "postgresql+psycopg://", 1)
            cluster.close()
        self.env = environment(self.instance, url)
        self.env |= {"PUBLIC_URL": "https://yishi.example.cn", "TRUSTED_PROXIES": "1", "LEAST_FREE_MB": "0"}
        self.env |= {"BACKUP_KEY": f"consult-backup-public:{'A' * 43}=", **settings}
        self.url, self.port, self.next = url, free_port(), 0
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.logs = {name: Log(run / f"{name}.log") for name in (*UNITS, "flask")}
        self.voters: Voters = seed(self._environ(), VOTERS, talking=False)
        with self.app().app_context():
            for what in (upkeep.BACKUP, upkeep.DRILL):
                upkeep.note(what, now=clock.now())
            self._give_numbers()
            db.session.remove()
            db.engine.dispose()

    def _give_numbers(self) -> None:
        for n, person in enumerate(db.session.scalars(select(Person).order_by(Person.id))):
            number = f"138{n:08}"
            person.phone_cipher, person.phone_mark = crypto.seal(number), crypto.mark("phone", number)
        db.session.commit()

    def app(self) -> Flask:
        """Return the app on this place in the process at hand, for what no page does."""
        return create_app(Config.from_env({"HOME": "/", **self.env}))

    def _environ(self, **more: str) -> dict[str, str]:
        kept = {
            name: os.environ[name] for name in ("PATH", "HOME", "LANG", "PYTHONPYCACHEPREFIX") if name in os.environ
        }
        metrics = {"MALLOC_ARENA_MAX": "2", "PROMETHEUS_MULTIPROC_DIR": str(self.run / "metrics")}
        return {**kept, "PYTHONDONTWRITEBYTECODE": "1", **metrics, **self.env, **more}

    # processes

    def start(self, name: str, **more: str) -> None:
        """Start a unit. Raises RuntimeError where the web server does not answer in time."""
        unit = (ROOT / "docs/deploy" / UNITS[name]).read_text()
        line = next(one.partition("=")[2] for one in unit.splitlines() if one.startswith("ExecStart="))
        command = shlex.split(line.replace("/opt/consult/.venv/bin", str(BIN)).replace("8000 ", f"{self.port} ", 1))
        with self.logs[name].path.open("ab") as log:
            self.running[name] = children.start(command, cwd=ROOT, env=self._environ(**more), stdout=log, stderr=log)
        if name == "web":
            self._wait()

    def _wait(self) -> None:
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until and self.running["web"].poll() is None:
            if self.get("/healthz").status:
                return
            time.sleep(0.05)
        raise RuntimeError("the web server does not answer: " + " ".join(self.logs["web"].new()[-3:]))

    def stop(self, *names: str, kill: bool = False) -> str:
        """End units as systemd does, or by kill -9. Return how each ended."""
        said = []
        for name in names or tuple(self.running):
            process = self.running.pop(name)
            if not kill:
                with contextlib.suppress(ProcessLookupError, subprocess.TimeoutExpired):
                    os.killpg(process.pid, signal.SIGTERM)
                    process.wait(30)
            said.append(f"{name} {'ends' if process.poll() is not None else 'does not end'}")
            kill_group(process)
        return " and ".join(said)

    def flask(self, *words: str, **more: str) -> tuple[int, str]:
        """Run a command to its end. Return its exit code and what it said."""
        done = subprocess.run(
            [str(BIN / "flask"), *words],
            cwd=ROOT,
            env=self._environ(**more),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
        )
        return done.returncode, done.stdout.strip()

    # questions

    def send(self, request: bytes) -> Answer:
        """Send one request and read its answer whole."""
        head, _, body = request.partition(b"\r\n\r\n")
        first, *lines = head.decode().split("\r\n")
        method, path, _ = first.split(" ")
        headers = dict(line.split(": ", 1) for line in lines)
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=40)
        try:
            line.request(method, path, body or None, headers)
            answer = line.getresponse()
            text = answer.read().decode(errors="replace")
            return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, text)
        except (OSError, http.client.HTTPException) as error:
            return Answer(0, {}, type(error).__name__)
        finally:
            line.close()

    def get(self, path: str, cookie: str = "", language: str = LANGUAGES[0]) -> Answer:
        """Ask for a page."""
        cookies = f"Cookie: {cookie}\r\n" if cookie else ""
        head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nAccept-Language: {language}\r\n{cookies}"
        return self.send(f"{head}\r\n".encode())

    def doctor(self, **more: str) -> tuple[int, list[str]]:
        """Return the exit code and each line that is not well; of a doctor that did not get so far its words."""
        code, said = self.flask("doctor", **more)
        lines = [line for line in said.splitlines() if line.startswith(("坏了", "留意"))]
        return code, lines or said.splitlines()[-2:]

    def look(self, before: list[str], *, officer: bool = True) -> None:
        """Print what each of them says now; of the doctor what it did not say before."""
        for path in ("/healthz", "/readyz"):
            answer = self.get(path)
            said = _changed(answer.body) if answer.status else answer.body
            print(f"  {path}: {answer.status} {said}")
        metrics = self.get("/metrics")
        wanted = re.findall(
            r"^consult_(?:database_up|polls_uncounted|outbox_\w+)(?:{.*})? .*$", metrics.body, re.MULTILINE
        )
        print(f"  /metrics: {metrics.status} {'; '.join(wanted)}")
        cookie = f"sign_in={self.voters.tokens[1]}"
        for language in LANGUAGES:
            page = self.get(f"/{self.voters.slug}/polls/{self.voters.poll}", cookie, language)
            print(f"  a villager reads ({language}): {page}")
        if officer:
            page = self.get(f"/{self.voters.slug}/", f"sign_in={self.voters.tokens[0]}")
            print(f"  an officer reads: {page}")
        code, lines = self.doctor()
        print(f"  doctor: exit {code}")
        for line in lines:
            if re.sub(r"\d", "", line) not in {re.sub(r"\d", "", one) for one in before}:
                print(f"    {line}")

    def said(self, *, most: int = 4) -> int:
        """Print how much the logs grew, and their commonest lines. Return how many lines."""
        total = 0
        for name, log in self.logs.items():
            lines = log.new()
            total += len(lines)
            if lines:
                print(f"  log of {name}: {len(lines)} lines, {sum(len(one.encode()) + 1 for one in lines)} bytes")
                kinds = Counter(re.sub(r"^\S+ |\b[0-9a-f]{8}\b|\d+", "", one)[:170] for one in lines)
                for line, times in kinds.most_common(most):
                    print(f"    {times} x {line}")
        return total

    # people

    def another_poll(self, lasts: timedelta, key: str) -> int:
        """Announce a poll that ends so soon."""
        with self.app().app_context():
            officer = db.session.scalars(select(Person).order_by(Person.id)).first()
            there = db.session.scalars(select(Village)).one()
            assert officer is not None
            made = village.poll(there, officer, clock.now(), lasts=lasts, key=key)
            db.session.remove()
            db.engine.dispose()
        return int(made)

    def two_officers(self) -> list[str]:
        """Give a second person another office, and return the names of both officers."""
        with self.app().app_context():
            one, other = db.session.scalars(select(Person).order_by(Person.id).limit(2)).all()
            now = clock.now()
            since = local_day(db.session.get_one(Village, other.village_id), now)
            with transactions.writing():
                grants.give_first(other, Role.CLERK, Term(since), Act.by_system(other.village_id, now=now))
            names = [one.name, other.name]
            db.session.remove()
            db.engine.dispose()
        return names

    def rows(self, query: str, **values: object) -> list[tuple[object, ...]]:
        """Ask the database itself."""
        engine = create_engine(self.url)
        with engine.connect() as connection:
            found = [tuple(row) for row in connection.execute(text(query), values)]
        engine.dispose()
        return found

    @contextlib.contextmanager
    def voting(self, how_many: int = VOTERS // 3) -> Iterator[Voting]:
        """Let voters vote, one after the other, each until there is a receipt, during the block."""
        report, over, lock = Voting(), threading.Event(), threading.Lock()
        first, self.next = self.next, self.next + how_many
        for n in range(first, self.next):
            self.voters.sign(self.port, n)
        waiting = iter(range(first, self.next))

        def call() -> None:
            while not over.is_set():
                with lock:
                    n = next(waiting, None)
                if n is None:
                    return
                self._vote(n, report, over, lock)
                time.sleep(PAUSE)

        callers = [threading.Thread(target=call) for _ in range(CALLERS)]
        for caller in callers:
            caller.start()
        try:
            yield report
        finally:
            over.set()
            for caller in callers:
                caller.join()

    def _vote(self, n: int, report: Voting, over: threading.Event, lock: threading.Lock) -> None:
        choice, language = n % 3 + 1, LANGUAGES[n % 2]
        request = self.voters.vote(n, key=secrets.token_urlsafe(18), choice=choice)
        request = request.replace(b"Host:", f"Accept-Language: {language}\r\nHost:".encode(), 1)
        while not over.is_set():
            answer = self.send(request)
            receipt = _receipt(answer.body)
            with lock:
                report.statuses["a receipt" if receipt else str(answer.status or answer.body)] += 1
                if receipt:
                    report.acknowledged[n] = choice
                else:
                    report.said.setdefault(language, str(answer))
            if receipt:
                return
            time.sleep(PAUSE)

    def compare(self, report: Voting) -> int:
        """Print what voters were answered. Return how many acknowledged ballots are not there as they were cast."""
        stored = {
            int(str(actor)): json.loads(str(choice))
            for actor, choice in self.rows(
                "SELECT actor_id, choice FROM ballot_event WHERE poll_id = :poll", poll=self.voters.poll
            )
        }
        people = [int(str(row[0])) for row in self.rows("SELECT id FROM person ORDER BY id")]
        lost = len([n for n, choice in report.acknowledged.items() if stored.get(people[n]) != [choice]])
        print(f"  votes: {dict(report.statuses)}; acknowledged {len(report.acknowledged)}, not there: {lost}")
        for language, words in report.said.items():
            print(f"    without a receipt ({language}): {words}")
        return lost

    def end(self) -> None:
        """Leave nothing running."""
        for name in list(self.running):
            self.stop(name)


def _changed(body: str) -> str:
    """Return of an answer in JSON what is not well."""
    try:
        said = json.loads(body)
    except ValueError:
        return body[:80]
    plain = {name: value for name, value in said.items() if name in ("status", "clock", "runner") or value != "ok"}
    told = ("status", "database", "schema", "write", "records", "runner", "clock")
    return " · ".join(f"{name}: {value}" for name, value in plain.items() if name in told)
