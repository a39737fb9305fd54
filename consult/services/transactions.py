"""How a unit of work begins and ends."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from consult.models import db

_reading: ContextVar[bool] = ContextVar("reading", default=False)


def reading() -> bool:
    """Whether the work at hand only reads: SQLite then takes no write lock."""
    return _reading.get()


def expect(*, reading: bool) -> None:
    """Said once at the start of a request or command, before the first statement."""
    _reading.set(reading)


def begin_writing() -> None:
    """For an act that may come second in a request: leave the reading transaction, so that the lock is taken at once."""
    if reading():
        db.session.rollback()
        expect(reading=False)


def commit() -> None:
    """Make the act durable. What follows in the same request only reads, so it must not hold the lock."""
    db.session.commit()
    _reading.set(True)


@contextmanager
def writing() -> Iterator[None]:
    """A unit of work of its own for commands and jobs: committed at the end, undone on any error."""
    token = _reading.set(False)
    try:
        yield
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise
    finally:
        _reading.reset(token)
