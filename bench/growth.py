"""Goal 11: the same pages with 100 villages and with many, on PostgreSQL: nothing may slow down as a county fills.

Starts a PostgreSQL of its own in a temporary folder. BENCH_VILLAGES and BENCH_PEOPLE set the larger size; ballots are
one for each person in each of two closed polls. What is asked for goes to a random village each time.
"""

import json
import os
import random
import re
import secrets
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from bench.client import Request, get, load, median_ratio, post
from bench.goals import ROUNDS, SECONDS
from bench.servers import ROOT, serving
from bench.voters import environment
from tests.running.postgres import Server

SMALL, LARGE = 100, int(os.environ.get("BENCH_VILLAGES", "2000"))
PEOPLE = int(os.environ.get("BENCH_PEOPLE", "200"))
VOTERS = 60
Targets = dict[str, tuple[int, Callable[[], Request]]]


def main(_arguments: list[str]) -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        cluster = Server(folder, durable=True)
        try:
            found = _measure(folder, cluster)
        finally:
            cluster.stop()
    print(
        f"\n{SMALL} against {LARGE} villages of {PEOPLE} people, PostgreSQL with fsync, {ROUNDS} rounds of {SECONDS:g} s"
    )
    for what, wanted in (("page", 0.85), ("vote", 0.9), ("outcome", 0.9)):
        value = median_ratio(found[f"{what} {LARGE}"], found[f"{what} {SMALL}"])
        shown = f"{value:.2f}x ({median(found[f'{what} {LARGE}']):.0f} / {median(found[f'{what} {SMALL}']):.0f} per s)"
        print(f" 11  {what:<20} >= {wanted:.2f}x {shown:>26}  {'met' if value >= wanted else 'NOT MET'}")
    return 0


def _measure(folder: Path, cluster: Server) -> dict[str, list[float]]:
    seeded = [_seed(folder, cluster, size) for size in (SMALL, LARGE)]
    with serving("app:app", seeded[0][0]) as small, serving("app:app", seeded[1][0]) as large:
        targets: Targets = {}
        for size, server, (_, facts) in ((SMALL, small, seeded[0]), (LARGE, large, seeded[1])):
            voters = [_signed(server.port, facts, token) for token in facts["tokens"]]
            targets |= _targets(size, server.port, facts, voters)
        return _rounds(targets)


def _seed(folder: Path, cluster: Server, size: int) -> tuple[dict[str, str], dict[str, Any]]:
    url = cluster.address(cluster.copy()).replace("postgresql://", "postgresql+psycopg://", 1)
    place = folder / f"villages-{size}"
    place.mkdir()
    env = environment(place, url)
    out = subprocess.run(
        [sys.executable, "-m", "bench.county", str(size), str(PEOPLE), str(VOTERS)],
        cwd=ROOT,
        env=os.environ | env,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout
    return env, json.loads(out.strip().splitlines()[-1])


def _signed(port: int, facts: dict[str, Any], token: str) -> tuple[str, str]:
    url = f"http://127.0.0.1:{port}/{facts['slug']}/polls/{facts['poll']}"
    with urllib.request.urlopen(
        urllib.request.Request(url, headers={"Cookie": f"sign_in={token}"}), timeout=30
    ) as page:
        found = re.search(r'name="csrf_token" value="([^"]+)"', page.read().decode())
        assert found is not None
        return f"sign_in={token}; {page.headers['Set-Cookie'].split(';')[0]}", found[1]


def _targets(size: int, port: int, facts: dict[str, Any], voters: list[tuple[str, str]]) -> Targets:
    closed: list[list[object]] = facts["closed"]

    def page() -> Request:
        return get(f"/{random.choice(closed)[0]}/consultations/")

    def outcome() -> Request:
        slug, poll = random.choice(closed)
        return get(f"/{slug}/polls/{poll}/outcome.json")

    def vote() -> Request:
        cookie, token = random.choice(voters)
        body = f"csrf_token={token}&key={secrets.token_urlsafe(18)}&choice={random.randint(1, 3)}"
        return post(f"/{facts['slug']}/polls/{facts['poll']}/ballots", body, cookie, "HX-Request: true\r\n")

    return {f"page {size}": (port, page), f"outcome {size}": (port, outcome), f"vote {size}": (port, vote)}


def _rounds(targets: Targets) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {name: [] for name in targets}
    for turn in range(ROUNDS + 1):
        for name, (port, make) in targets.items():
            measured = load(port, make, seconds=SECONDS if turn else 0.5, connections=8)
            if set(measured.statuses) != {200}:
                raise SystemExit(f"bench: {name} answered {measured.statuses}")
            if turn:
                found[name].append(measured.per_second)
    return found
