"""Let few uploads in at a time, and give slow bodies up, so that a rush of them leaves threads for those who vote.

A worker has twelve threads (`--blocking-threads 12`). A request holds one while its body arrives and while its files wait
to be decoded. Counts bound that, before a byte of the body is read: uploads of one person, of one address and of all, and
bodies that are arriving from one address and from all. A body that dribbles is given up (guards.slow_bodies).
A ballot's body arrives with its first packet: it holds a place for a moment, and waits for one a little.
"""

import threading
from collections import Counter

from flask import Flask, g, request
from werkzeug.datastructures import ImmutableMultiDict

from consult import clock
from consult.domain.refusals import Reason, Refused
from consult.models import db
from consult.services.people import sign_ins
from consult.web import dispatch
from consult.web.access import SIGN_IN_COOKIE
from consult.web.guards import slow_bodies

UPLOAD = 64 * 1024
"""Bytes from which a body is an upload."""
MOST_OF_ALL = 4
MOST_OF_ADDRESS = 3
"""Uploads of one address, which may be that of a whole village behind its carrier: a place is left for the others."""
MOST_OF_ONE = 2
"""A double tap of one person: the second waits for the first."""
WHERE_A_SECOND_MAY = 2
"""A second upload of one person begins only where there are fewer than so many: two persons never hold all places."""
MOST_ARRIVING = 4
"""From one address: who lets bodies begin and never end leaves places for others."""
MOST_ARRIVING_OF_ALL = 7
PATIENCE = 2.0
"""Seconds that a body waits for a place among those that arrive: a hall that votes at once sends many."""


class Places:
    """Counts of what is under way in this process."""

    def __init__(self) -> None:
        self._change = threading.Condition()
        self._taken: Counter[str] = Counter()

    def take(self, *wanted: tuple[str, int], patience: float = 0) -> bool:
        """Take a place of each name unless one of them has its most; all or none. Wait for them so many seconds."""
        with self._change:
            if not self._change.wait_for(lambda: self._are_free(wanted), timeout=patience):
                return False
            self._taken.update(name for name, _ in wanted)
            return True

    def _are_free(self, wanted: tuple[tuple[str, int], ...]) -> bool:
        return all(self._taken[name] < most for name, most in wanted)

    def how_many(self, name: str) -> int:
        """Return how many places of a name are taken."""
        with self._change:
            return self._taken[name]

    def are_empty(self) -> bool:
        """Tell whether nothing is under way."""
        with self._change:
            return not self._taken

    def leave(self, *names: str) -> None:
        """Give places back."""
        with self._change:
            self._taken.subtract(names)
            self._taken += Counter()
            self._change.notify_all()


_places = Places()


def init_app(app: Flask) -> None:
    app.before_request_funcs.setdefault(None, []).insert(0, _enter)  # before anything reads the body
    app.teardown_request(_leave)


def _enter() -> None:
    """Read the body of a POST where there is a place for it.

    Raises Refused(NOT_SIGNED_IN), Refused(SERVER_BUSY) and Refused(TOO_SLOW). What was refused stays unread: no page that
    gives words back reads it after all. The second try of a request has its body, and the place that its first one took.
    """
    if request.method != "POST" or dispatch.is_second_try():
        return
    try:
        _read_body()
    except Refused:
        _leave_unread()
        raise


def _read_body() -> None:
    if (request.content_length or 0) > UPLOAD or "Transfer-Encoding" in request.headers:
        _take(*_places_of_upload(f"person:{_sender()}", f"uploads:{request.remote_addr}"))
    arriving = (f"address:{request.remote_addr}", MOST_ARRIVING), ("arriving", MOST_ARRIVING_OF_ALL)
    _take(*arriving, patience=PATIENCE)
    slow_bodies.watch(request)
    try:
        request.form  # noqa: B018  # parses the body
    finally:
        for name, _ in arriving:
            _places.leave(name)
            g.places.remove(name)


def _places_of_upload(person: str, address: str) -> tuple[tuple[str, int], ...]:
    second = _places.how_many(person) > 0
    return (
        (person, MOST_OF_ONE),
        (address, MOST_OF_ADDRESS),
        ("all", WHERE_A_SECOND_MAY if second else MOST_OF_ALL),
    )


def _take(*wanted: tuple[str, int], patience: float = 0) -> None:
    if not _places.take(*wanted, patience=patience):
        raise Refused(Reason.SERVER_BUSY)
    g.setdefault("places", []).extend(name for name, _ in wanted)


def _leave_unread() -> None:
    """Let the request stand without a body."""
    nothing = request.parameter_storage_class()
    request.__dict__.update(form=nothing, files=ImmutableMultiDict(), values=nothing, data=b"")


def _sender() -> int:
    """Return who sends. A stranger has nothing to upload."""
    token = request.cookies.get(SIGN_IN_COOKIE, "").partition(".")[0]
    found = sign_ins.find(token, now=clock.now()) if token else None
    sender = found.person_id if found is not None else None
    db.session.rollback()  # nothing is held while the body arrives
    if sender is None:
        raise Refused(Reason.NOT_SIGNED_IN)
    return sender


def _leave(_error: BaseException | None) -> None:
    _places.leave(*g.pop("places", ()))
