"""The last five minutes: half of the voters come in the last sixth of the window, some press twice, some lose the reply.

Open loop: arrivals are fixed beforehand and nobody waits for anybody. Assertions (a) to (d) and (f) are about right and
wrong and end the run with exit code 1; the delays of (e) are printed beside their goals. `rush slow` is (g): every flush
takes 10 ms more.
"""

import asyncio
import contextlib
import json
import os
import random
import re
import secrets
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from bench.client import answer, get
from bench.servers import ROOT, Server, _children, serving, slow_disk
from bench.voters import Voters, environment, seed

VOTERS = int(os.environ.get("RUSH_VOTERS", "2000"))
WINDOW = float(os.environ.get("RUSH_SECONDS", "60"))
PRESS_TWICE, LOSE_REPLY = 0.05, 0.02


@dataclass
class Report:
    page: list[float] = field(default_factory=list)
    vote: list[float] = field(default_factory=list)
    receipts: dict[int, set[str]] = field(default_factory=dict)
    choices: dict[int, int] = field(default_factory=dict)
    dropped: set[int] = field(default_factory=set)
    errors: list[str] = field(default_factory=list)


def main(arguments: list[str]) -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        env = environment(folder, f"sqlite:///{folder / 'consult.db'}")
        voters = seed(os.environ | env, VOTERS, talking=False)
        slow = slow_disk(folder) if "slow" in arguments else {}
        with serving("app:app", env | slow) as server:
            voters.sign_all(server.port, VOTERS)
            report = asyncio.run(_rush(server, voters))
        faults = _faults(report, folder / "consult.db", env)
    print(
        f"{VOTERS} voters in {WINDOW:g} s, {len(report.dropped)} lost the reply and tried again; one worker killed in the middle"
    )
    for name, delays, wanted in (("page", report.page, 1500), ("vote", report.vote, 1000)):
        ordered = sorted(delays)
        p50, p95, p99 = (1000 * ordered[int(len(ordered) * s)] for s in (0.5, 0.95, 0.99))
        print(f"{name}: p50 {p50:.0f} ms, p95 {p95:.0f} ms, p99 {p99:.0f} ms (goal p99 < {wanted} ms)")
    print("\n".join(faults) or "every assertion held: no ballot lost, none twice, every retry got its own receipt")
    return 1 if faults else 0


async def _rush(server: Server, voters: Voters) -> Report:
    report = Report()
    begun = time.perf_counter()
    tasks = [
        asyncio.create_task(_voter(n, at, begun=begun, port=server.port, voters=voters, report=report))
        for n, at in enumerate(_arrivals())
    ]
    await asyncio.sleep(WINDOW * 0.5)
    workers = _children(server.process.pid)
    if workers:
        os.kill(workers[0], signal.SIGKILL)  # (f): granian starts another; every acknowledged ballot must be there
    await asyncio.gather(*tasks)
    return report


def _arrivals() -> list[float]:
    early = [random.uniform(0, WINDOW * 5 / 6) for _ in range(VOTERS // 2)]
    late = [random.uniform(WINDOW * 5 / 6, WINDOW) for _ in range(VOTERS - VOTERS // 2)]
    return sorted(early + late)


async def _voter(n: int, at: float, *, begun: float, port: int, voters: Voters, report: Report) -> None:
    await asyncio.sleep(max(0.0, begun + at - time.perf_counter()))
    arrived = time.perf_counter()
    cookie = voters.cookies[n][0]
    await _insist(port, get(f"/{voters.slug}/polls/{voters.poll}", cookie), report)
    report.page.append(time.perf_counter() - arrived)
    await asyncio.sleep(random.uniform(1, 4) * min(1.0, WINDOW / 60))
    key, choice = secrets.token_urlsafe(18), random.randint(1, 3)
    report.choices[n] = choice
    request = voters.vote(n, key=key, choice=choice)
    if random.random() < LOSE_REPLY:
        report.dropped.add(n)
        await _send_and_hang_up(port, request)
        await asyncio.sleep(2 * min(1.0, WINDOW / 60))
    sent = time.perf_counter()
    presses = 2 if random.random() < PRESS_TWICE else 1
    answers = await asyncio.gather(*(_insist(port, request, report) for _ in range(presses)))
    report.vote.append(time.perf_counter() - sent)
    report.receipts[n] = {_receipt(body) for body in answers}


async def _insist(port: int, request: bytes, report: Report) -> str:
    """Send until there is an answer, as a person would; a status other than 200 is an error to report."""
    for attempt in range(8):
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(request.replace(b"Host:", b"Connection: close\r\nHost:", 1))
            status, body = await answer(reader)
            writer.close()
        except (OSError, asyncio.IncompleteReadError):
            await asyncio.sleep(0.5 * (attempt + 1))
            continue
        if status != 200:
            report.errors.append(f"status {status}")
        return body.decode()
    report.errors.append("no answer after 8 tries")
    return ""


async def _send_and_hang_up(port: int, request: bytes) -> None:
    with contextlib.suppress(OSError):  # the worker was just killed: that reply is lost too
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request)
        await writer.drain()
        writer.close()


def _receipt(page: str) -> str:
    return "".join(re.findall(r"<li>([2-9A-Z]{4})</li>", page))


def _faults(report: Report, database: Path, env: dict[str, str]) -> list[str]:
    faults = [f"(c) {error}" for error in sorted(set(report.errors))]
    rows = sqlite3.connect(database).execute("SELECT actor_id, choice, receipt, rev FROM ballot_event").fetchall()
    if len(rows) != len(report.receipts) or len({row[0] for row in rows}) != len(rows):
        faults.append(f"(a) {len(rows)} ballots for {len(report.receipts)} acknowledged voters")
    if any(len(codes) != 1 or "" in codes for codes in report.receipts.values()):
        faults.append("(b, c) a voter has two receipts, or none")
    stored = {row[2]: json.loads(row[1])[0] for row in rows}
    wrong = [n for n, codes in report.receipts.items() if stored.get(next(iter(codes))) != report.choices[n]]
    if wrong:
        faults.append(f"(b) {len(wrong)} receipts stand for another choice than was made")
    verified = subprocess.run(
        [sys.executable, "-m", "flask", "audit", "verify"],
        cwd=ROOT,
        env=os.environ | env,
        capture_output=True,
        text=True,
    )
    if verified.returncode:
        faults.append(f"(c) audit verify: {(verified.stdout or verified.stderr).strip()[-500:]}")
    return faults
