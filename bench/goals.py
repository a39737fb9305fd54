"""The goals as one table: each figure a median of ratios, round by round, against its reference."""

import contextlib
import os
import random
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench import phone
from bench.client import Request, get, load, median_ratio, post
from bench.servers import ROOT, Server, memory_kb, serving, slow_disk
from bench.voters import Voters, environment, seed

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
SECONDS = float(os.environ.get("BENCH_SECONDS", "2"))


@dataclass
class Row:
    goal: str
    what: str
    wanted: str
    found: str
    met: bool | None

    def __str__(self) -> str:
        mark = {True: "met", False: "NOT MET", None: "-"}[self.met]
        return f"{self.goal:>3}  {self.what:<58} {self.wanted:>12} {self.found:>26}  {mark}"


def main(_arguments: list[str]) -> int:
    with tempfile.TemporaryDirectory() as name:
        rows = measure(Path(name))
    print(
        f"\n{ROUNDS} interleaved rounds of {SECONDS:g} s, 16 connections, granian with 2 workers of 4 threads, SQLite FULL"
    )
    for row in rows:
        print(row)
    return 0


def measure(folder: Path) -> list[Row]:
    bare_url = f"sqlite:///{folder / 'bare.db'}"
    subprocess.run([sys.executable, "-m", "bench.bare"], cwd=ROOT, env=os.environ | {"BARE_URL": bare_url}, check=True)
    env = environment(folder, f"sqlite:///{folder / 'consult.db'}")
    voters = seed(os.environ | env, 300)
    rows: list[Row] = []
    with serving("bench.bare:app", {"BARE_URL": bare_url}) as bare, serving("app:app", env) as ours:
        voters.sign_all(ours.port, 100)
        rows += _throughput(bare, ours, voters)
        rows += _process(ours)
        rows += phone.rows(f"http://127.0.0.1:{ours.port}", voters)
    rows += _slow_disk(folder, env, voters)
    return [Row(*row) if isinstance(row, tuple) else row for row in rows]


def rounds(targets: dict[str, tuple[int, Callable[[], Request]]]) -> dict[str, list[float]]:
    """Return requests a second of each target in each round, in turn; any answer but 200 stops the bench."""
    found: dict[str, list[float]] = {name: [] for name in targets}
    for turn in range(ROUNDS + 1):
        for name, (port, make) in targets.items():
            measured = load(port, make, seconds=SECONDS if turn else 0.5)
            if set(measured.statuses) != {200}:
                raise SystemExit(f"bench: {name} answered {measured.statuses}")
            if turn:
                found[name].append(measured.per_second)
    return found


def _throughput(bare: Server, ours: Server, voters: Voters) -> list[Row]:
    found = rounds(
        {
            "P": (bare.port, lambda: get("/list")),
            "babel": (bare.port, lambda: get("/babel")),
            "list": (ours.port, voters.page),
            "talk 50": (ours.port, lambda: voters.talk(50)),
            "talk 500": (ours.port, lambda: voters.talk(500)),
            "talk 5000": (ours.port, lambda: voters.talk(5000)),
            "open 500": (ours.port, lambda: voters.unanswered(500)),
            "open 5000": (ours.port, lambda: voters.unanswered(5000)),
            "V": (bare.port, lambda: post("/vote", f"voter={secrets.token_hex(8)}&choice={random.randint(1, 3)}")),
            "E": (bare.port, lambda: post("/post", "voter=1&choice=1")),
            "vote": (ours.port, voters.vote),
        }
    )
    per_second = {name: median(values) for name, values in found.items()}

    def ratio(goal: str, what: str, ours: str, reference: str, wanted: float) -> Row:
        value = median_ratio(found[ours], found[reference])
        shown = f"{value:.2f}x ({per_second[ours]:.0f} / {per_second[reference]:.0f} per s)"
        return Row(goal, what, f">= {wanted:.2f}x", shown, value >= wanted)

    return [
        ratio("1", "list page, signed in, against bare page P", "list", "P", 0.7),
        ratio("1", "... against P with Flask-Babel calls", "list", "babel", 1.0),
        ratio("3", "proposal page with 500 comments against P", "talk 500", "P", 0.6),
        ratio("3", "... with 5,000 comments against 50", "talk 5000", "talk 50", 0.85),
        ratio("3", "... open questions of 5,000 comments against 500", "open 5000", "open 500", 0.85),
        ratio("4", "vote against bare insert and count V", "vote", "V", 0.8),
        ratio("4", "vote against a Flask POST without a database", "vote", "E", 0.35),
    ]


def _process(ours: Server) -> list[Row]:
    sizes = memory_kb(ours.process)
    workers = sorted(sizes.values(), reverse=True)[:2]
    return [
        Row("8", "PSS of the larger worker", "<= 80 MB", f"{max(workers) / 1024:.0f} MB", max(workers) <= 80 * 1024),
        Row(
            "8",
            "PSS of both workers and their parent",
            "<= 180 MB",
            f"{sum(sizes.values()) / 1024:.0f} MB",
            sum(sizes.values()) <= 180 * 1024,
        ),
        Row("8", "start to the first page served", "<= 1.5 s", f"{ours.started_in:.2f} s", ours.started_in <= 1.5),
    ]


def _slow_disk(folder: Path, env: dict[str, str], voters: Voters) -> list[Row]:
    """Goal 5: every flush 10 ms slower; ballots in groups against one commit a ballot."""
    try:
        shim = slow_disk(folder)
    except (OSError, subprocess.CalledProcessError):
        return [
            Row("5", "vote on a slow disk: needs a C compiler (apt-get install gcc)", ">= 3.00x", "not measured", None)
        ]
    with contextlib.ExitStack() as stack:
        alone = stack.enter_context(serving("bench.plain:app", env | shim, threads=8))
        grouped = stack.enter_context(serving("app:app", env | shim, threads=8))
        found = rounds({"alone": (alone.port, voters.vote), "grouped": (grouped.port, voters.vote)})
    value = median_ratio(found["grouped"], found["alone"])
    shown = f"{value:.2f}x ({median(found['grouped']):.0f} / {median(found['alone']):.0f} per s)"
    return [Row("5", "vote with 10 ms flush, 8 threads, against one commit a ballot", ">= 3.00x", shown, value >= 3)]
