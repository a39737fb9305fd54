"""Vote while twenty hostile senders upload files of all kinds without pause: the delays of the votes, and who was refused.

`siege calm` is the same without the siege. Each upload comes from another signed-in person, so that nobody's allowance
of the day ends the siege early. SIEGE_SECONDS, SIEGE_VOTES (a second) and SIEGE_SENDERS change it.
"""

import asyncio
import contextlib
import io
import itertools
import os
import secrets
import sqlite3
import tempfile
import time
import wave
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import openpyxl
from PIL import Image

from bench.client import answer
from bench.servers import Server, memory_kb, serving
from bench.voters import Voters, environment, seed

PEOPLE, OFFICERS = 600, 60
SECONDS = float(os.environ.get("SIEGE_SECONDS", "40"))
VOTES_A_SECOND = float(os.environ.get("SIEGE_VOTES", "5"))
SENDERS = int(os.environ.get("SIEGE_SENDERS", "20"))
GOAL_MS = 1000
CLERKS = """INSERT INTO role_grant (village_id, person_id, role, title, since, granted_at)
            SELECT village_id, id, 'clerk', '', '2026-01-01', '2026-01-01 00:00:00' FROM person WHERE id > ?"""


@dataclass
class Report:
    votes: list[float] = field(default_factory=list)
    vote_statuses: Counter[int] = field(default_factory=Counter)
    uploads: Counter[str] = field(default_factory=Counter)
    """By kind and status."""
    memory: int = 0
    """The largest proportional set size of a worker, in kB."""
    decoder_memory: int = 0


@dataclass
class Weapon:
    """One hostile upload: where it goes, the fields beside it, and its file."""

    kind: str
    path: str
    fields: dict[str, str]
    file_field: str
    file: bytes

    def request(self, cookie: str, token: str) -> bytes:
        line = secrets.token_hex(8)
        fields = {"csrf_token": token, "key": secrets.token_urlsafe(9), **self.fields}
        body = "".join(
            f'--{line}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in fields.items()
        ).encode()
        name = f'--{line}\r\nContent-Disposition: form-data; name="{self.file_field}"; filename="a.xlsx"\r\n\r\n'
        body += name.encode() + self.file + f"\r\n--{line}--\r\n".encode()
        head = f"POST {self.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nCookie: {cookie}\r\n"
        return (
            f"{head}Content-Type: multipart/form-data; boundary={line}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
            + body
        )


def main(arguments: list[str]) -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        env = environment(folder, f"sqlite:///{folder / 'consult.db'}") | {"LEAST_FREE_MB": "0"}
        voters = seed(os.environ | env, PEOPLE, talking=False)
        with contextlib.closing(sqlite3.connect(folder / "consult.db")) as database:
            database.execute(CLERKS, (PEOPLE - OFFICERS,))
            database.commit()
        with serving("app:app", env) as server:
            voters.sign_all(server.port, len(voters.tokens))
            weapons = [] if "calm" in arguments else list(arsenal(voters))
            report = asyncio.run(_siege(server, voters, weapons))
    ordered = sorted(report.votes)
    p50, p99 = (1000 * ordered[min(len(ordered) - 1, int(len(ordered) * share))] for share in (0.5, 0.99))
    print(
        f"{len(ordered)} votes in {SECONDS:g} s, {SENDERS if weapons else 0} hostile senders; load {os.getloadavg()[0]:.1f}"
    )
    print(f"vote: p50 {p50:.0f} ms, p99 {p99:.0f} ms, longest {1000 * ordered[-1]:.0f} ms (goal p99 < {GOAL_MS} ms)")
    print(f"votes by status: {dict(report.vote_statuses)}")
    print(f"uploads by kind and status: {dict(sorted(report.uploads.items()))}")
    print(f"largest worker: {report.memory / 1024:.0f} MB, largest decoder: {report.decoder_memory / 1024:.0f} MB")
    return 0 if p99 < GOAL_MS and set(report.vote_statuses) == {200} else 1


def arsenal(voters: Voters) -> Iterator[Weapon]:
    """Return what is sent; the senders take turns with it."""
    comments = f"/{voters.slug}/consultations/1/comments"
    talk = {"stance": "concern", "text": "看这张照片", "description": "水圳"}
    pictures = {
        "webp 60 MP": _picture("RGB", 7740, "WEBP"),
        "rgba png 25 MP": _picture("RGBA", 5000, "PNG"),
        "webp 25 MP": _picture("RGB", 5000, "WEBP"),
    }
    for kind, data in pictures.items():
        yield Weapon(kind, comments, talk, "picture", data)
    story = {"kind": "neighbours", "other": "", "code": "", "story": "听"}
    yield Weapon("long audio", f"/{voters.slug}/cases/drafts", story, "voice", _sound())
    yield Weapon("XFD1048576", f"/{voters.slug}/roll/imports", {}, "file", _roll("XFD1048576"))
    yield Weapon("zip bomb", f"/{voters.slug}/roll/imports", {}, "file", _bomb())
    yield Weapon("slow body", comments, talk, "picture", b"x" * 200_000)


def _picture(mode: str, side: int, form: str) -> bytes:
    out = io.BytesIO()
    Image.new(mode, (side, side), "red").save(out, form)
    return out.getvalue()


def _sound() -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(16000)
        sound.writeframes(os.urandom(16000 * 2 * 118))
    return out.getvalue()


def _roll(stray: str = "A3") -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    sheet.append(("村民小组", "户号", "姓名", "出生日期"))
    sheet[stray] = " "
    book.save(out)
    return out.getvalue()


def _bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(_roll())) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for part in source.infolist():
            data = source.read(part)
            if "sheet1" in part.filename:
                data = data.replace(b"</sheetData>", b" " * 190_000_000 + b"</sheetData>")
            target.writestr(part.filename, data)
    return out.getvalue()


def _is_decoder(pid: int) -> bool:
    """Tell whether a process of the server decodes a file; it ends with the file, and its memory with it."""
    try:
        return b"decoders/" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return True


async def _siege(server: Server, voters: Voters, weapons: list[Weapon]) -> Report:
    return await Siege(server, voters, time.perf_counter() + SECONDS).run(weapons)


@dataclass
class Siege:
    """Who sends and who votes: the second half of the villagers, the officers at the end, the first half."""

    server: Server
    voters: Voters
    until: float
    report: Report = field(default_factory=Report)

    def __post_init__(self) -> None:
        people = len(self.voters.cookies)
        self.voting = range(people // 2)
        self.villagers = itertools.cycle(range(people // 2, people - OFFICERS))
        self.officers = itertools.cycle(range(people - OFFICERS, people))

    async def run(self, weapons: list[Weapon]) -> Report:
        """Vote steadily until the time is over, whatever is sent meanwhile."""
        beside = [self._send_again(weapon) for weapon, _ in zip(itertools.cycle(weapons), range(SENDERS), strict=False)]
        tasks = [asyncio.create_task(one) for one in (self._watch(), *beside)]
        votes = []
        for number in self.voting:
            await asyncio.sleep(1 / VOTES_A_SECOND)
            if time.perf_counter() > self.until:
                break
            votes.append(asyncio.create_task(self._vote(number)))
        await asyncio.gather(*votes)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return self.report

    async def _vote(self, n: int) -> None:
        begun = time.perf_counter()
        status = await _send(self.server.port, self.voters.vote(n).replace(b"Host:", b"Connection: close\r\nHost:", 1))
        self.report.votes.append(time.perf_counter() - begun)
        self.report.vote_statuses[status] += 1

    async def _send_again(self, weapon: Weapon) -> None:
        """Send one kind of upload again and again, each time as another person."""
        while True:
            who = next(self.officers if weapon.file_field == "file" else self.villagers)
            request = weapon.request(*self.voters.cookies[who])
            status = await (_drip if weapon.kind == "slow body" else _send)(self.server.port, request)
            self.report.uploads[f"{weapon.kind} {status}"] += 1
            await asyncio.sleep(0.05)

    async def _watch(self) -> None:
        """Note the largest sizes of the server's processes."""
        while True:
            for pid, size in memory_kb(self.server.process).items():
                if _is_decoder(pid):
                    self.report.decoder_memory = max(self.report.decoder_memory, size)
                else:
                    self.report.memory = max(self.report.memory, size)
            await asyncio.sleep(1)


async def _send(port: int, request: bytes) -> int:
    """Send a request and return its status; 0: the connection was cut."""
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request)
        status, _ = await answer(reader)
        writer.close()
    except (OSError, asyncio.IncompleteReadError):
        return 0
    return status


async def _drip(port: int, request: bytes) -> int:
    """Send the head and then a byte of the body each half second."""
    head, _, body = request.partition(b"\r\n\r\n")
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(head + b"\r\n\r\n")
        answered = asyncio.create_task(answer(reader))
        for byte in body[:60]:
            writer.write(bytes([byte]))
            await writer.drain()
            done, _ = await asyncio.wait([answered], timeout=0.5)
            if done:
                return answered.result()[0]
        answered.cancel()
        writer.close()
    except (OSError, asyncio.IncompleteReadError):
        pass
    return 0
