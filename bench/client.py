"""A small HTTP/1.1 load generator on asyncio: keep-alive, a fixed number of connections, bounded in time. Loopback only."""

import asyncio
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field

Request = bytes


@dataclass
class Measured:
    """Answers of one round."""

    seconds: float
    delays: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)

    @property
    def per_second(self) -> float:
        return len(self.delays) / self.seconds


def get(path: str, cookie: str = "") -> Request:
    head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    return (head + (f"Cookie: {cookie}\r\n" if cookie else "") + "\r\n").encode()


def post(path: str, body: str, cookie: str = "", extra: str = "") -> Request:
    return (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n{f'Cookie: {cookie}' + chr(13) + chr(10) if cookie else ''}{extra}\r\n{body}"
    ).encode()


def load(port: int, make: Callable[[], Request], *, seconds: float, connections: int = 16) -> Measured:
    """Send requests as fast as they are answered, over a fixed number of connections."""
    return asyncio.run(_load(port, make, seconds, connections))


async def _load(port: int, make: Callable[[], Request], seconds: float, connections: int) -> Measured:
    measured = Measured(seconds)
    until = time.perf_counter() + seconds
    await asyncio.gather(*(_one(port, make, until, measured) for _ in range(connections)))
    return measured


async def _one(port: int, make: Callable[[], Request], until: float, measured: Measured) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while (begun := time.perf_counter()) < until:
        writer.write(make())
        status, _ = await answer(reader)
        measured.delays.append(time.perf_counter() - begun)
        measured.statuses[status] = measured.statuses.get(status, 0) + 1
    writer.close()


async def answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """Read one whole answer and return its status and its body."""
    head = await reader.readuntil(b"\r\n\r\n")
    status = int(head[9:12])
    lower = head.lower()
    if b"content-length:" in lower:
        length = int(lower.split(b"content-length:")[1].split(b"\r\n")[0])
        return status, await reader.readexactly(length)
    body = b""
    if b"transfer-encoding: chunked" in lower:
        while (size := int(await reader.readline(), 16)) > 0:
            body += await reader.readexactly(size)
            await reader.readline()
        await reader.readline()
    return status, body


def median_ratio(ours: list[float], reference: list[float]) -> float:
    """Return the median of the ratios round by round: it holds when the machine's speed drifts."""
    return statistics.median(a / b for a, b in zip(ours, reference, strict=True))
