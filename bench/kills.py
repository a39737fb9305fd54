"""Kill the whole server again and again while people vote: every acknowledged ballot counts, none twice. Both databases.

Voters press again with the same key until they have a receipt. It ends when the kills are done and enough ballots were
acknowledged; exit code 1 if one was lost, doubled or changed.
"""

import os
import secrets
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from sqlalchemy import create_engine, text

from bench.rush import _receipt
from bench.servers import ROOT, free_port, kill_group, start
from bench.voters import Voters, environment, seed
from tests.running.postgres import Server as Cluster

KILLS = int(os.environ.get("KILLS", "60"))
BALLOTS = int(os.environ.get("KILL_BALLOTS", "1000"))
VOTERS = BALLOTS + 30 * KILLS
CALLERS, UP, PAUSE = 8, 0.8, 0.25
"""People at the same time, the seconds for which a server lives before it is killed, and those between two votes."""
PATIENCE = 300.0
"""Seconds for which somebody presses again. A busy machine starts a server slowly, and refused connections cost no time, so
their number says nothing."""


def main(arguments: list[str]) -> int:
    """Run on both databases, or on the one named (sqlite, postgresql)."""
    wrong = 0
    for name in arguments or ["sqlite", "postgresql"]:
        with tempfile.TemporaryDirectory() as folder:
            Path(folder).chmod(0o755)  # PostgreSQL runs as somebody else
            cluster = Cluster(Path(folder), durable=True) if name == "postgresql" else None
            try:
                wrong += _on(name, Path(folder), cluster)
            finally:
                if cluster:
                    cluster.stop()
    return 1 if wrong else 0


def _on(name: str, folder: Path, cluster: Cluster | None) -> int:
    url = f"sqlite:///{folder / 'consult.db'}"
    if cluster:
        url = cluster.address(cluster.copy()).replace("postgresql://", "postgresql+psycopg://", 1)
    env = environment(folder / "instance", url)
    voters = seed(os.environ | env, VOTERS, talking=False)
    storm = Storm(voters, env)
    storm.run()
    faults = storm.faults(url)
    print(f"{name}: {storm.kills} kills, {len(storm.receipts)} ballots acknowledged, {storm.again} pressed again")
    print("\n".join(faults) or "none lost, none twice, none changed; audit verify clean")
    return len(faults)


class Storm:
    """Callers who vote one after the other, and a server that dies under them."""

    def __init__(self, voters: Voters, env: dict[str, str]) -> None:
        self.voters, self.env, self.port = voters, env, free_port()
        self.kills, self.again = 0, 0
        self.receipts: dict[int, tuple[str, int]] = {}
        self.errors: list[str] = []
        self.over, self.lock, self.next = threading.Event(), threading.Lock(), 0

    def run(self) -> None:
        """Kill and start until both numbers are reached."""
        server = start("app:app", self.env, port=self.port)
        self.voters.sign_all(self.port, VOTERS)
        callers = [threading.Thread(target=self._call) for _ in range(CALLERS)]
        for caller in callers:
            caller.start()
        while self.kills < KILLS or len(self.receipts) < BALLOTS:
            time.sleep(UP * (0.5 + secrets.randbelow(1000) / 1000))
            if self.kills < KILLS:
                kill_group(server.process)
                self.kills += 1
                server = start("app:app", self.env, port=self.port)
            if self.next >= len(self.voters.tokens):
                break
        self.over.set()
        for caller in callers:
            caller.join()
        kill_group(server.process)

    def _call(self) -> None:
        while not self.over.is_set():
            with self.lock:
                n, self.next = self.next, self.next + 1
            if n >= len(self.voters.tokens):
                return
            self._vote(n)
            time.sleep(PAUSE)

    def _vote(self, n: int) -> None:
        choice = n % 3 + 1
        request = self.voters.vote(n, key=secrets.token_urlsafe(18), choice=choice)
        request = request.replace(b"Host:", b"Connection: close\r\nHost:", 1)
        given_up = time.monotonic() + PATIENCE
        while time.monotonic() < given_up:
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=20) as line:
                    line.sendall(request)
                    answer = b"".join(iter(lambda: line.recv(65536), b"")).decode()
            except OSError:
                answer = ""
            if receipt := _receipt(answer):
                self.receipts[n] = (receipt, choice)
                return
            if answer and not answer.startswith("HTTP/1.1 200"):
                self.errors.append(answer.splitlines()[0])
                return
            self.again += 1
            time.sleep(0.05)
        self.errors.append(f"no receipt after {PATIENCE:.0f} seconds")

    def faults(self, url: str) -> list[str]:
        """Return what is wrong with the ballots on disk, and what `audit verify` says."""
        engine = create_engine(url)
        with engine.connect() as connection:
            rows = connection.execute(text("SELECT actor_id, choice, receipt FROM ballot_event")).all()
        engine.dispose()
        stored = {row.receipt: row.choice for row in rows}
        faults = [f"unexpected: {error}" for error in sorted(set(self.errors))]
        faults += [f"voter {n}: lost or changed" for n, (r, c) in self.receipts.items() if stored.get(r) != f"[{c}]"]
        if len({row.actor_id for row in rows}) != len(rows):
            faults.append("a voter has two ballots")
        verified = subprocess.run(
            [sys.executable, "-m", "flask", "audit", "verify"],
            cwd=ROOT,
            env=os.environ | self.env,
            capture_output=True,
            text=True,
        )
        if verified.returncode:
            faults.append(f"audit verify: {(verified.stdout or verified.stderr).strip()[-500:]}")
        return faults
