"""Replace the workers one by one under load: how many of 1,000 requests are lost, and whether each acknowledged ballot is there.

    python3 run.py bench restart [sqlite|postgresql] [direct]

Workers and the way in which they are replaced are those of docs/deploy/consult-web.service, and nginx stands before them with
docs/deploy/nginx.conf; `direct`: without it. Phones keep their connections, read pages and vote, and send nothing a second time.
Exit code 1: a request was lost, a worker stayed, or an acknowledged ballot is not there.
"""

import http.client
import itertools
import shlex
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path

from bench import proxy
from bench.place import UNITS, VOTERS, Answer, Place, Voting
from bench.rush import _receipt
from bench.servers import ROOT
from tests.running.postgres import Server as Cluster

REQUESTS, CLIENTS, PAUSE = 1000, 4, 0.04
"""1,000 requests last some ten seconds; it goes on for as long as the workers need."""
LONGEST_SECONDS = 180.0
PAGES_A_VOTE = 2


def main(arguments: Sequence[str] = ()) -> int:
    """Run on the databases named, or on both."""
    kinds = [kind for kind in ("sqlite", "postgresql") if kind in arguments] or ["sqlite", "postgresql"]
    if unknown := set(arguments) - {"sqlite", "postgresql", "direct"}:
        sys.exit(f"bench restart knows no {' '.join(sorted(unknown))}")
    return max([_on(kind, direct="direct" in arguments) for kind in kinds])


def _on(kind: str, *, direct: bool) -> int:
    with tempfile.TemporaryDirectory(prefix="consult-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL and nginx run as somebody else
        cluster = Cluster(folder, durable=True) if kind == "postgresql" else None
        place = Place(folder, folder, cluster)
        try:
            place.start("web")
            for n in range(VOTERS):
                place.voters.sign(place.port, n)
            with nullcontext(place.port) if direct else proxy.before(place.port, folder) as port:
                return _replace(place, port, kind, direct=direct)
        finally:
            place.end()
            if cluster:
                cluster.stop()


class Load:
    """Phones that ask, until enough was asked and the workers are replaced."""

    def __init__(self, place: Place, port: int, *, direct: bool) -> None:
        self.place, self.port, self.direct = place, port, direct
        self.answers, self.votes = Counter[str](), Voting()
        self.numbers, self.voters = itertools.count(1), iter(range(VOTERS))
        self.said: dict[str, str] = {}
        """The first words of each kind of answer that is none."""
        self.lock, self.over, self.half = threading.Lock(), threading.Event(), threading.Event()

    def ask(self) -> None:
        """Be one phone."""
        line = self._connect()
        while not self.over.is_set():
            with self.lock:
                number = next(self.numbers)
                voter = next(self.voters, None) if number % (PAGES_A_VOTE + 1) == 0 else None
            if number == REQUESTS // 10:
                self.half.set()
            answer = self._vote(line, voter) if voter is not None else self._read(line, number)
            with self.lock:
                self.answers[answer] += 1
            if not answer.endswith("200"):
                line.close()
                line = self._connect()
            time.sleep(PAUSE)
        line.close()

    def _connect(self) -> http.client.HTTPConnection:
        if self.direct:
            return http.client.HTTPConnection("127.0.0.1", self.port, timeout=40)
        trusting = ssl.create_default_context(cafile=str(self.place.run / "provider.pem"))
        return http.client.HTTPSConnection("127.0.0.1", self.port, timeout=40, context=trusting)

    def _read(self, line: http.client.HTTPConnection, number: int) -> str:
        n = number % VOTERS
        voters = self.place.voters
        status, _ = self._send(
            line,
            b"GET /%b/polls/%d HTTP/1.1\r\nCookie: %b\r\n\r\n"
            % (voters.slug.encode(), voters.poll, voters.cookies[n][0].encode()),
        )
        return f"page {status}"

    def _vote(self, line: http.client.HTTPConnection, n: int) -> str:
        choice = n % 3 + 1
        status, body = self._send(line, self.place.voters.vote(n, choice=choice))
        if status != "200" or not _receipt(body):
            return f"vote {status}{' without a receipt' if status == '200' else ''}"
        with self.lock:
            self.votes.acknowledged[n] = choice
            self.votes.statuses["a receipt"] += 1
        return "vote 200"

    def _send(self, line: http.client.HTTPConnection, request: bytes) -> tuple[str, str]:
        head, _, body = request.partition(b"\r\n\r\n")
        first, *lines = head.decode().split("\r\n")
        method, path, _ = first.split(" ")
        headers = dict(one.split(": ", 1) for one in lines if not one.startswith("Host:"))
        try:
            line.request(method, path, body or None, headers)
            answer = line.getresponse()
            text = answer.read().decode(errors="replace")
            if answer.status != 200:
                self.said.setdefault(str(answer.status), str(Answer(answer.status, {}, text)))
            return str(answer.status), text
        except (OSError, http.client.HTTPException) as error:
            return type(error).__name__, ""


def _replace(place: Place, port: int, kind: str, *, direct: bool) -> int:
    load = Load(place, port, direct=direct)
    phones = [threading.Thread(target=load.ask) for _ in range(CLIENTS)]
    for phone in phones:
        phone.start()
    try:
        load.half.wait(60)
        process = place.running["web"]
        before, begun, seconds = _workers(process.pid), time.monotonic(), 0.0
        _reload(process.pid)
        while time.monotonic() - begun < LONGEST_SECONDS:
            replaced = not before & _workers(process.pid)
            if replaced and load.answers.total() >= REQUESTS:
                break
            seconds = time.monotonic() - begun if not replaced else seconds
            time.sleep(0.1)
    finally:
        load.over.set()
        for phone in phones:
            phone.join()
    stayed = before & _workers(process.pid)
    asked = load.answers.total()
    lost = asked - load.answers["page 200"] - load.answers["vote 200"]
    print(
        f"{kind}, {'direct' if direct else 'through nginx'}: {lost} of {asked} requests lost while {len(before - stayed)} of "
        f"{len(before)} workers were replaced in {seconds:.0f} s: {dict(load.answers)}"
    )
    for words in load.said.values():
        print(f"  lost: {words}")
    missing = place.compare(load.votes)
    place.said(most=2)
    return 1 if lost or stayed or missing else 0


def _reload(pid: int) -> None:
    """Do what `systemctl reload` does."""
    unit = (ROOT / "docs/deploy" / UNITS["web"]).read_text()
    line = next(one.partition("=")[2] for one in unit.splitlines() if one.startswith("ExecReload="))
    subprocess.run(shlex.split(line.replace("$MAINPID", str(pid))), check=True)


def _workers(pid: int) -> set[str]:
    return set(Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
