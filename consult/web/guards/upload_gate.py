"""Let few uploads in at a time, so that a rush of them leaves threads for those who vote.

A worker has twelve threads (`--blocking-threads 12`). A request holds one while its body arrives and while its files wait
to be decoded. Three counts bound that, before a byte of the body is read: uploads of one person, uploads of all, and
bodies that are arriving from one address. A ballot's body arrives with its first packet and holds no place.
"""

import threading
from collections import Counter

from flask import Flask, g, request

from consult import clock
from consult.domain.refusals import Reason, Refused
from consult.models import db
from consult.services.people import sign_ins
from consult.web import dispatch
from consult.web.access import SIGN_IN_COOKIE

UPLOAD = 64 * 1024
"""Bytes from which a body is an upload."""
MOST_OF_ONE = 2
"""A double tap of one person: the second waits for the first."""
MOST_OF_ALL = 4
MOST_ARRIVING = 6
"""From one address, which may be that of a whole village behind its carrier."""


class Places:
    """Counts of what is under way in this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taken: Counter[str] = Counter()

    def take(self, *wanted: tuple[str, int]) -> bool:
        """Take a place of each name unless one of them has its most; all or none."""
        with self._lock:
            if any(self._taken[name] >= most for name, most in wanted):
                return False
            self._taken.update(name for name, _ in wanted)
            return True

    def are_empty(self) -> bool:
        """Tell whether nothing is under way."""
        with self._lock:
            return not self._taken

    def leave(self, *names: str) -> None:
        """Give places back."""
        with self._lock:
            self._taken.subtract(names)
            self._taken += Counter()


_places = Places()


def init_app(app: Flask) -> None:
    app.before_request_funcs.setdefault(None, []).insert(0, _enter)  # before anything reads the body
    app.teardown_request(_leave)


def _enter() -> None:
    """Read the body of a POST where there is a place for it. Raises Refused(NOT_SIGNED_IN) and Refused(SERVER_BUSY).

    The second try of a request has its body, and the place that its first one took.
    """
    if request.method != "POST" or dispatch.is_second_try():
        return
    if (request.content_length or 0) > UPLOAD or "Transfer-Encoding" in request.headers:
        _take((f"person:{_sender()}", MOST_OF_ONE), ("all", MOST_OF_ALL))
    arriving = f"address:{request.remote_addr}"
    _take((arriving, MOST_ARRIVING))
    try:
        request.form  # noqa: B018  # parses the body
    finally:
        _places.leave(arriving)
        g.places.remove(arriving)


def _take(*wanted: tuple[str, int]) -> None:
    if not _places.take(*wanted):
        raise Refused(Reason.SERVER_BUSY)
    g.setdefault("places", []).extend(name for name, _ in wanted)


def _sender() -> int:
    """Return who sends. A stranger has nothing to upload."""
    token = request.cookies.get(SIGN_IN_COOKIE, "")
    found = sign_ins.find(token, now=clock.now()) if token else None
    sender = found.person_id if found is not None else None
    db.session.rollback()  # nothing is held while the body arrives
    if sender is None:
        raise Refused(Reason.NOT_SIGNED_IN)
    return sender


def _leave(_error: BaseException | None) -> None:
    _places.leave(*g.pop("places", ()))
