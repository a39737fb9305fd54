"""How a unit of work begins and ends."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from sqlalchemy import BigInteger, bindparam, func, inspect, select

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


def queue_for(what: str) -> None:
    """Whoever asks for the same thing waits until this transaction ends. SQLite's writers queue anyway."""
    if db.engine.dialect.name == "postgresql":
        number = int.from_bytes(hashlib.sha256(what.encode()).digest()[:8], signed=True)
        db.session.execute(QUEUE, {"number": number})


QUEUE = select(func.pg_advisory_xact_lock(bindparam("number", type_=BigInteger)))


def lock(row: Any) -> None:
    """Let nobody else change this row until the commit, and see it as it stands now.

    Not `refresh(with_for_update=True)`: that repeats the joins a page loaded the row with, and PostgreSQL locks no
    row of an outer join.
    """
    mapper = inspect(row).mapper
    key = [column == getattr(row, mapper.get_property_by_column(column).key) for column in mapper.primary_key]
    db.session.execute(select(*mapper.primary_key).where(*key).with_for_update())
    db.session.refresh(row, [attribute.key for attribute in mapper.column_attrs])


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
