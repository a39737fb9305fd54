"""Units of work. Requests and commands read by default; an act takes the write lock itself and commits at its end.

Lock order, to be kept by every act: village < meeting < poll < consultation < its comments and tasks < unit of the
roll < head of the audit log. Rows that an act will lock or point to are locked before it writes to the log.
"""

import hashlib
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, wraps
from typing import Any, ParamSpec, TypeVar

from flask import current_app
from sqlalchemy import BigInteger, Select, bindparam, event, func, inspect, select
from sqlalchemy.orm import Mapper, Session

from consult.models import db

log = logging.getLogger("consult")
P = ParamSpec("P")
R = TypeVar("R")
Row = TypeVar("Row")

WRITES = "writes"
"""Execution option of a connection whose transaction takes SQLite's write lock at its beginning."""
_UNIT, _TURN, _FLUSHED = "unit", "turn", "flushed"


def atomic(function: Callable[P, R]) -> Callable[P, R]:
    """Run the function as one unit of work: take the write lock, commit at the end, roll back on any error.

    Called inside another unit it joins that one, whose end commits both. Rows passed in are read again under the lock.
    """

    @wraps(function)
    def act(*args: P.args, **kwargs: P.kwargs) -> R:
        with writing():
            return function(*args, **kwargs)

    return act


@contextmanager
def looking_anew() -> Iterator[None]:
    """Give the block a session of its own, which sees all that is committed by now.

    On SQLite the transaction at hand sees the database as it was when it began. What others wrote into a file since
    then must not be compared with that. What the session at hand has not committed is not seen.
    """
    with current_app.app_context():  # the scope of a session
        yield


@contextmanager
def writing() -> Iterator[None]:
    """Hold the write lock for the block, then commit; roll back on any error. Inside another unit: join it."""
    session = db.session()
    if _UNIT in session.info:
        yield
        return
    _leave_reading(session)
    session.info[_UNIT] = []
    try:
        session.connection(execution_options={WRITES: True})
        if turn := session.info.get(_TURN):
            queue_for(turn)
        yield
        session.commit()
        waiting = session.info[_UNIT]
    except BaseException:
        session.rollback()
        raise
    finally:
        del session.info[_UNIT]
    for action in waiting:
        _do_after(action)


def _do_after(action: Callable[[], object]) -> None:
    """Run an action whose unit is durable already: that it fails is logged, and keeps no other from its turn."""
    try:
        action()
    except Exception:
        log.exception("what was to be done after a commit failed")


def after_commit(action: Callable[[], object]) -> None:
    """Run the action once the unit at hand is durable: for files to delete and messages to hand over."""
    db.session().info[_UNIT].append(action)


def in_unit() -> bool:
    """Tell whether a unit of work is under way in this session."""
    return _UNIT in db.session().info


def _leave_reading(session: Session) -> None:
    """End the reading transaction. Raises RuntimeError where something was written outside a unit and would be lost."""
    if session.new or session.dirty or session.deleted or session.info.get(_FLUSHED):
        raise RuntimeError("rows were changed outside a unit of work: commit them or put them into writing()")
    session.rollback()


@event.listens_for(Session, "after_flush")
def _note_flush(session: Session, _context: Any) -> None:
    session.info[_FLUSHED] = True


@event.listens_for(Session, "after_transaction_end")
def _forget_flush(session: Session, transaction: Any) -> None:
    if transaction.parent is None:
        session.info.pop(_FLUSHED, None)


def one_at_a_time(turn: str) -> None:
    """Let units of this session wait for those of other sessions with the same turn: a double tap, one after the other."""
    db.session().info[_TURN] = turn


def queue_for(what: str) -> None:
    """Serialise callers with the same key until the end of the transaction; no statement on SQLite, whose writers queue."""
    if db.engine.dialect.name == "postgresql":
        number = int.from_bytes(hashlib.sha256(what.encode()).digest()[:8], signed=True)
        db.session.execute(QUEUE, {"number": number})


QUEUE = select(func.pg_advisory_xact_lock(bindparam("number", type_=BigInteger)))


def lock(row: Any, *, share: bool = False) -> None:
    """Lock the row until the commit and read its columns again as they stand now.

    `share`: others may hold it shared too, and nobody may change it; for acts that only rest on what it says.

    Not `refresh(with_for_update=True)`: that repeats the joins a page loaded the row with, and PostgreSQL locks no
    row of an outer join.
    """
    mapper = inspect(row).mapper
    if db.engine.dialect.name != "sqlite":  # there the unit at hand has the one write lock, and no row has any
        key = {column.key: getattr(row, mapper.get_property_by_column(column).key) for column in mapper.primary_key}
        db.session.execute(_locking(mapper, share), key)
    db.session.refresh(row, _columns(mapper))


@cache
def _locking(mapper: Mapper[Any], share: bool) -> Select[Any]:
    """Return the statement that locks a row, put together once for each table."""
    key = [column == bindparam(column.key, type_=column.type) for column in mapper.primary_key]
    return select(*mapper.primary_key).where(*key).with_for_update(read=share)


@cache
def _columns(mapper: Mapper[Any]) -> tuple[str, ...]:
    return tuple(attribute.key for attribute in mapper.column_attrs)


def earlier(model: type[Row], key: str, **same: Any) -> Row | None:
    """Return the row which an earlier try of this form wrote: `request_key` is `key` and the columns of `same` fit."""
    found: Row | None = db.session.scalar(select(model).filter_by(request_key=key, **same))
    return found
