"""A meeting of 300 phones and one projector on two cores: all sign in, all follow, all vote when the chair opens the vote.

Open loop: who comes when is fixed beforehand. Each phone keeps its page for the whole meeting and asks every five
seconds whether anything is new, as the page does; the projector every two. What is right or wrong ends the run with
exit code 1; delays are printed beside their goals.
"""

import asyncio
import json
import os
import random
import re
import secrets
import sqlite3
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from bench.client import answer, get, post
from bench.servers import ROOT, Server, memory_kb, serving
from bench.voters import Voters, environment, seed

PHONES = int(os.environ.get("MEETING_PHONES", "300"))
ARRIVE, TALK, VOTE, AFTER = 20.0, 10.0, 20.0, 10.0
"""Seconds: in which they sign in, then listen, then vote, then wait for the end."""
EVERY, SCREEN_EVERY = 5.0, 2.0


@dataclass
class Hall:
    """The meeting, and what was measured in it. Delays in seconds."""

    slug: str
    meeting: int
    vote: int
    code: str
    opened_at: float = 0.0
    signing: list[float] = field(default_factory=list)
    looking: list[float] = field(default_factory=list)
    nothing_new: int = 0
    voting: list[float] = field(default_factory=list)
    seen_after: list[float] = field(default_factory=list)
    """From the opening of the vote until it stood on a phone."""
    screen: list[float] = field(default_factory=list)
    screen_after: float = -1.0
    errors: list[str] = field(default_factory=list)

    def path(self, more: str = "") -> str:
        return f"/{self.slug}/meetings/{self.meeting}{more}"


class Line:
    """One phone's connection, kept alive, and opened anew if it was closed."""

    def __init__(self, port: int, cookie: str) -> None:
        self.port, self.cookie, self.token = port, cookie, ""
        self.pair: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def send(self, request: bytes) -> tuple[int, str]:
        for attempt in range(3):
            try:
                if self.pair is None:
                    self.pair = await asyncio.open_connection("127.0.0.1", self.port)
                self.pair[1].write(request)
                status, body = await answer(self.pair[0])
                return status, body.decode()
            except (OSError, asyncio.IncompleteReadError):
                self.pair = None
                await asyncio.sleep(0.2 * attempt)
        return 0, ""

    async def page(self, path: str) -> tuple[int, str]:
        status, body = await self.send(get(path, self.cookie))
        if found := re.search(r'name="csrf_token" value="([^"]+)"', body):
            self.token = found[1]
        return status, body

    async def form(self, path: str, **fields: str) -> tuple[int, str]:
        body = "&".join(f"{name}={value}" for name, value in {"csrf_token": self.token, **fields}.items())
        return await self.send(post(path, body, self.cookie, "HX-Request: true\r\n" if "/ballots" in path else ""))


def main(_arguments: list[str]) -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        env = environment(folder, f"sqlite:///{folder / 'consult.db'}")
        voters = seed(os.environ | env, PHONES, talking=False)
        out = subprocess.run(
            [sys.executable, "-m", "bench.hall"],
            cwd=ROOT,
            env=os.environ | env,
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        hall = Hall(voters.slug, **json.loads(out.strip().splitlines()[-1]))
        with serving("app:app", env) as server:
            voters.sign_all(server.port, PHONES)
            asyncio.run(_hold(server, voters, hall))
            memory = sum(memory_kb(server.process).values()) / 1024
        faults = _faults(hall, folder / "consult.db", env)
    _print(hall, memory)
    print("\n".join(faults) or "every assertion held: everybody signed in once and voted once, and the log agrees")
    return 1 if faults else 0


async def _hold(server: Server, voters: Voters, hall: Hall) -> None:
    begun = time.perf_counter()
    end = begun + ARRIVE + TALK + VOTE + AFTER
    phones = [
        asyncio.create_task(_phone(n, begun=begun, end=end, port=server.port, voters=voters, hall=hall))
        for n in range(PHONES)
    ]
    screen = asyncio.create_task(_screen(server.port, voters.cookies[0][0], end, hall))
    await asyncio.sleep(ARRIVE + TALK)
    chair = Line(server.port, voters.cookies[0][0])
    await chair.page(hall.path("/console"))
    hall.opened_at = time.perf_counter()
    status, _ = await chair.form(hall.path(f"/votes/{hall.vote}/opening"))
    if status != 303:
        hall.errors.append(f"the vote did not open: {status}")
    await asyncio.gather(*phones, screen)
    await chair.page(hall.path("/console"))
    status, _ = await chair.form(hall.path(f"/votes/{hall.vote}/ending"))
    if status != 303:
        hall.errors.append(f"the vote did not end: {status}")


async def _phone(n: int, *, begun: float, end: float, port: int, voters: Voters, hall: Hall) -> None:
    dice = random.Random(n)
    line = Line(port, voters.cookies[n][0])
    await asyncio.sleep(dice.uniform(0, ARRIVE))
    sent = time.perf_counter()
    await line.page(hall.path(f"/sign-in?code={hall.code}"))
    await line.page(hall.path("/sign-in"))
    status, _ = await line.form(hall.path("/sign-in"), code=hall.code)
    hall.signing.append(time.perf_counter() - sent)
    if status != 303:
        hall.errors.append(f"sign-in: {status}")
    _, page = await line.page(hall.path())
    again, voted = _again(page), asyncio.Event()
    vote: asyncio.Task[None] | None = None
    while time.perf_counter() < end:
        await asyncio.sleep(EVERY * dice.uniform(0.9, 1.1))
        sent = time.perf_counter()
        status, part = await line.send(get(again, line.cookie))
        hall.looking.append(time.perf_counter() - sent)
        hall.nothing_new += status == 204
        if status not in (200, 204):
            hall.errors.append(f"live: {status}")
        if status == 200:
            again = _again(part)
            if vote is None and f"/polls/{hall.vote}" in part and hall.opened_at:
                hall.seen_after.append(time.perf_counter() - hall.opened_at)
                vote = asyncio.create_task(_cast(n, dice, port=port, voters=voters, hall=hall, voted=voted))
    if vote is not None:
        await vote


async def _cast(n: int, dice: random.Random, *, port: int, voters: Voters, hall: Hall, voted: asyncio.Event) -> None:
    """Open the vote, think, tap, confirm: on a second connection, as a browser has."""
    line = Line(port, voters.cookies[n][0])
    await line.page(f"/{hall.slug}/polls/{hall.vote}")
    await asyncio.sleep(dice.uniform(1, VOTE / 2))
    sent = time.perf_counter()
    key = secrets.token_urlsafe(18)
    status, body = await line.form(f"/{hall.slug}/polls/{hall.vote}/ballots", key=key, choice=str(dice.randint(1, 3)))
    hall.voting.append(time.perf_counter() - sent)
    if status != 200 or "receipt" not in body:
        hall.errors.append(f"ballot: {status}")
    voted.set()


async def _screen(port: int, cookie: str, end: float, hall: Hall) -> None:
    line = Line(port, cookie)
    _, page = await line.page(hall.path("/projector"))
    again = _again(page)
    while time.perf_counter() < end:
        await asyncio.sleep(SCREEN_EVERY)
        sent = time.perf_counter()
        status, part = await line.send(get(again, cookie))
        hall.screen.append(time.perf_counter() - sent)
        if status == 200:
            again = _again(part)
            if hall.opened_at and hall.screen_after < 0 and "big-number" in part:
                hall.screen_after = time.perf_counter() - hall.opened_at


def _again(page: str) -> str:
    """Return the address where the page asks next, with the version of what it shows."""
    found = re.search(r'data-live hx-get="([^"]+)"', page)
    return found[1].replace("&amp;", "&") if found else "/"


def _print(hall: Hall, memory: float) -> None:
    print(f"{PHONES} phones and one projector, two workers of 4 threads, SQLite FULL; {memory:.0f} MB resident")
    for what, delays, goal in (
        ("signing in (two requests)", hall.signing, 1500),
        ("asking whether anything is new", hall.looking, 500),
        ("the projector asking", hall.screen, 500),
        ("casting the ballot", hall.voting, 1000),
        ("from the opening until it stands on a phone", hall.seen_after, 1000 * EVERY + 1500),
    ):
        ordered = sorted(delays) or [float("nan")]
        p50, p95, p99 = (1000 * ordered[min(len(ordered) - 1, int(len(ordered) * s))] for s in (0.5, 0.95, 0.99))
        mark = "met" if p99 < goal else "NOT MET"
        print(f"{what:<46} p50 {p50:6.0f}  p95 {p95:6.0f}  p99 {p99:6.0f} ms  (goal p99 < {goal:.0f} ms: {mark})")
    print(f"the projector showed the vote {hall.screen_after:.1f} s after it was opened (goal < 3 s)")
    asked = len(hall.looking)
    print(f"{asked} times asked, {hall.nothing_new} of them answered with nothing new")


def _faults(hall: Hall, database: Path, env: dict[str, str]) -> list[str]:
    faults = sorted(set(hall.errors))
    store = sqlite3.connect(database)
    here = store.execute(
        "SELECT count(*) FROM meeting_roll_entry WHERE meeting_id = ? AND attending_id IS NOT NULL", (hall.meeting,)
    ).fetchone()[0]
    rows = store.execute("SELECT number FROM ballot_event WHERE poll_id = ?", (hall.vote,)).fetchall()
    if here != PHONES:
        faults.append(f"{here} of {PHONES} are here")
    if len(rows) != PHONES or len(set(rows)) != PHONES:
        faults.append(f"{len(rows)} ballots of {len(set(rows))} units for {PHONES} phones")
    verified = subprocess.run(
        [sys.executable, "-m", "flask", "audit", "verify"],
        cwd=ROOT,
        env=os.environ | env,
        capture_output=True,
        text=True,
    )
    if verified.returncode:
        faults.append(f"audit verify: {(verified.stdout or verified.stderr).strip()[-500:]}")
    return faults
