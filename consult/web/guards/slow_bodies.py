"""Give a body up that comes too slowly.

The web server bounds the time of a request's head, not of its body. A body is read here in small pieces, and after each
the time is asked: a sender who dribbles is let go. One who sends nothing at all cannot be, for a read that waits cannot be
ended; how many threads such senders hold is bounded by the places of guards.upload_gate, and nginx keeps them away.
A thread of its own for each read would not help: granian stands still when a request ends whose body is still being read.
"""

import time
from typing import IO

from flask import Request

from consult.domain.refusals import Reason, Refused

AT_LEAST = 15.0
"""Seconds that any body has."""
RATE = 32 * 1024
"""Bytes a second, for what is larger."""
AT_MOST = 120.0
PIECES = 256
"""A body is read in about so many pieces; a small one in pieces of LEAST bytes, a large one in pieces of MOST at most."""
LEAST, MOST = 16, 64 * 1024


def seconds_for(size: int | None) -> float:
    """Return how long a body of this size may take; None: its sender does not say how large it is."""
    return AT_MOST if size is None else min(AT_MOST, AT_LEAST + size / RATE)


class WatchedBody:
    """The body of a request, read in pieces until a deadline."""

    def __init__(self, source: IO[bytes], size: int | None) -> None:
        self._source, self._missing = source, size
        self._until = time.monotonic() + seconds_for(size)
        self._piece = MOST if size is None else max(LEAST, min(MOST, size // PIECES))

    def read(self, size: int = -1) -> bytes:
        """Return so many bytes, fewer at the end. Raises Refused(TOO_SLOW) after the deadline."""
        pieces: list[bytes] = []
        while size:
            wanted = min(self._piece, *(n for n in (self._missing, size) if n is not None and n >= 0), MOST)
            piece = self._source.read(wanted) if wanted else b""
            if not piece:
                break
            pieces.append(piece)
            if self._missing is not None:
                self._missing -= len(piece)
            size = size - len(piece) if size > 0 else size
            if self._missing != 0 and time.monotonic() > self._until:
                raise Refused(Reason.TOO_SLOW)
        return b"".join(pieces)


def watch(request: Request) -> None:
    """Put a bounded reader into the place of a request's body, where one is read at all."""
    size, most = request.content_length, request.max_content_length
    chunked = "Transfer-Encoding" in request.headers
    if (size is not None and most is not None and size > most) or (not size and not chunked):
        return
    request.environ["wsgi.input"] = WatchedBody(request.environ["wsgi.input"], None if chunked else size)
