"""Two transactions that got into each other's way: what the database says of it, and one more try."""

import sqlite3
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm.exc import ObjectDeletedError, StaleDataError

from consult.models import db
from consult.services.core import transactions

R = TypeVar("R")

COLLIDED = frozenset({"40001", "40P01", "23505", "23503"})
"""SQLSTATE: serialization failure, deadlock, unique violation, a row that is referred to was deleted."""
BUSY = frozenset({"55P03", "57014"})
"""SQLSTATE: a lock was not to be had in time, the statement took too long."""
COLLIDED_ON_SQLITE = frozenset(
    {sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY}
)
AWAY = ("08", "57P", "53")
"""Beginnings of SQLSTATE: no connection, the server is being shut down or starts, it has no room or no connection left."""
AWAY_ON_SQLITE = frozenset(
    {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_NOTADB}
    | {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_PERM}
)
BUSY_ON_SQLITE = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})


def is_collision(error: BaseException) -> bool:
    """Tell whether an error comes from another transaction, so that the same act may succeed when it is done again."""
    if isinstance(error, StaleDataError | ObjectDeletedError):
        return True
    return _state_of(error) in COLLIDED or _number_of(error) in COLLIDED_ON_SQLITE


def is_busy(error: BaseException) -> bool:
    """Tell whether the database made the act wait too long: nothing was done, and it may be tried later."""
    return _state_of(error) in BUSY or (_number_of(error) or 0) & 0xFF in BUSY_ON_SQLITE


def is_away(error: BaseException | None) -> bool:
    """Tell whether there is no database to ask, or it cannot read or write: no page of ours can be drawn with it."""
    while error is not None and not isinstance(error, DBAPIError):
        error = error.__cause__
    if error is None:
        return False
    number, state = _number_of(error), _state_of(error)
    if number is not None:
        return number & 0xFF in AWAY_ON_SQLITE
    return error.connection_invalidated or (state or "").startswith(AWAY) or (not state and _is_operational(error))


def _is_operational(error: DBAPIError) -> bool:
    """Tell whether a driver speaks of a connection that it could not make: it has no SQLSTATE then."""
    return type(error).__name__ == "OperationalError"


def again(act: Callable[[], R]) -> R:
    """Do an act and, if another transaction was in its way, once more. Inside a unit of work: once, whose caller repeats."""
    try:
        return act()
    except Exception as error:
        if transactions.in_unit() or not is_collision(error):
            raise
        db.session.rollback()
    return act()


def _state_of(error: BaseException) -> str | None:
    """Return the SQLSTATE that PostgreSQL gave, if it was PostgreSQL."""
    return getattr(error.orig, "sqlstate", None) if isinstance(error, DBAPIError) else None


def _number_of(error: BaseException) -> int | None:
    """Return SQLite's extended error code, if it was SQLite."""
    return getattr(error.orig, "sqlite_errorcode", None) if isinstance(error, DBAPIError) else None
