"""Two transactions that got into each other's way: what the database says of it, and one more try."""

import re
import sqlite3
from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm.exc import ObjectDeletedError, StaleDataError

from consult.models import database_file, db
from consult.services.core import transactions
from consult.services.core.uploads import disk

R = TypeVar("R")

COLLIDED = frozenset({"40001", "40P01", "23505", "23503"})
"""SQLSTATE: serialization failure, deadlock, unique violation, a row that is referred to was deleted."""
BUSY = frozenset({"55P03", "57014"})
"""SQLSTATE: a lock was not to be had in time, the statement took too long."""
COLLIDED_ON_SQLITE = frozenset(
    {sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY}
)


class Away(StrEnum):
    """The reason why the database cannot be asked or written to, as programs that watch this machine are told."""

    UNREACHED = "away"
    GONE = "gone"
    """The file of SQLite was moved, deleted or replaced."""
    FULL = "disk full"
    READ_ONLY = "read-only"
    BROKEN = "disk does not read or write"
    SLOW = "no answer in time"
    """A lock was not to be had in time, or a statement took longer than it may."""
    FORBIDDEN = "no right to a table"
    """The user of the database may not read or write one of the tables, or not look into their schema."""
    HIDDEN = "tables not found"
    """A table of ours is not where the user of the database looks (search_path), or is gone."""


AWAY = {
    "53100": Away.FULL,
    "25006": Away.READ_ONLY,
    "58": Away.BROKEN,
    "XX": Away.BROKEN,
    "08": Away.UNREACHED,
    "57P05": Away.SLOW,
    "25P03": Away.SLOW,
    "25P04": Away.SLOW,
    "57P": Away.UNREACHED,
    "28": Away.UNREACHED,
    "3D000": Away.UNREACHED,
    "53": Away.UNREACHED,
    "42501": Away.FORBIDDEN,
    "3F000": Away.HIDDEN,
}
"""By beginnings of SQLSTATE, in order: XX is a file that is damaged or beyond a quota, 08 no connection, 57P05, 25P03 and 25P04 a
session or a transaction that idled or lasted too long, 57P a server that is being shut down or starts, 28 a user who is not let
in, 3D000 no such database, 53 no memory or connection left."""
NO_TABLE = "42P01"
WORD = re.compile(r"\w+")


class Unmade(StrEnum):
    """The reason why no connection is made, as far as the client tells: it gives no SQLSTATE for that."""

    NOT_LET_IN = "user or password refused"
    NO_ROOM = "no connection left"
    NO_DATABASE = "no such database, or it takes no connections"
    NO_HOST = "server not found"
    SILENT = "server does not answer"


UNMADE = (
    (re.compile("too many|reserved for|53300|过多|太多"), Unmade.NO_ROOM),
    (
        re.compile(
            "password|authentication|28P01|28000|not permitted to log in|pg_hba|认证|不允许登录|role .* does not exist"
        ),
        Unmade.NOT_LET_IN,
    ),
    (re.compile("resolve|Name or service|translate host"), Unmade.NO_HOST),
    (re.compile("not currently accepting|does not exist|3D000|不存在|当前不接受"), Unmade.NO_DATABASE),
    (re.compile("refused|No such file|timeout|timed out|unreachable"), Unmade.SILENT),
)
"""By what the client says of it. A server that speaks another language than these is not understood, and no reason is told."""
AWAY_ON_SQLITE = {
    sqlite3.SQLITE_FULL: Away.FULL,
    sqlite3.SQLITE_READONLY: Away.READ_ONLY,
    sqlite3.SQLITE_CANTOPEN: Away.UNREACHED,
    sqlite3.SQLITE_PERM: Away.UNREACHED,
    sqlite3.SQLITE_IOERR: Away.BROKEN,
    sqlite3.SQLITE_NOTADB: Away.BROKEN,
    sqlite3.SQLITE_CORRUPT: Away.BROKEN,
}
BROKEN_ON_SQLITE = frozenset({sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT})
BLOCKED_BY_ROOM = frozenset({sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR})
"""What SQLite also says where it cannot make or lengthen a file beside the database: then the disk is full."""
LEAST_ROOM = 1024 * 1024
"""With less free than these bytes, SQLite cannot lengthen its files."""
BUSY_ON_SQLITE = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})


def is_collision(error: BaseException) -> bool:
    """Tell whether an error comes from another transaction, so that the same act may succeed when it is done again."""
    if isinstance(error, StaleDataError | ObjectDeletedError):
        return True
    return _state_of(error) in COLLIDED or _number_of(error) in COLLIDED_ON_SQLITE


def is_busy(error: BaseException) -> bool:
    """Tell whether the database made the act wait too long: nothing was done, and it may be tried later."""
    return _state_of(error) in BUSY or (_number_of(error) or 0) & 0xFF in BUSY_ON_SQLITE


def is_broken(error: BaseException) -> bool:
    """Tell whether a file is no database of SQLite, or one that cannot be read whole. Takes errors of sqlite3 too."""
    number = getattr(getattr(error, "orig", error), "sqlite_errorcode", None)
    return number is not None and number & 0xFF in BROKEN_ON_SQLITE


def is_lost(error: BaseException) -> bool:
    """Tell whether the database ended a connection that had been good: what only reads may be asked again, on a new one."""
    return isinstance(error, DBAPIError) and error.connection_invalidated


def is_away(error: BaseException | None) -> bool:
    """Tell whether there is no database to ask, or it cannot read or write: no page of ours can be drawn with it."""
    return why_away(error) is not None


def why_away(error: BaseException | None) -> Away | None:
    """Return what keeps the database from being asked or written to; None: an error of another kind."""
    error = _of_database(error)
    if error is None:
        return None
    if isinstance(error.orig, database_file.Gone):
        return Away.GONE
    if is_busy(error):
        return Away.SLOW
    number, state = _number_of(error), _state_of(error) or ""
    if _misses_a_table(error):
        return Away.HIDDEN
    if number is not None:
        is_room = number & 0xFF in BLOCKED_BY_ROOM and _is_full()
        return Away.FULL if is_room else AWAY_ON_SQLITE.get(number & 0xFF)
    for beginning, why in AWAY.items():
        if state.startswith(beginning):
            return why
    unmade = not state and type(error).__name__ == "OperationalError"  # no connection was made: it has no SQLSTATE
    return Away.UNREACHED if error.connection_invalidated or unmade else None


def _of_database(error: BaseException | None) -> DBAPIError | None:
    """Return the database's own error that another was raised for."""
    while error is not None and not isinstance(error, DBAPIError):
        error = error.__cause__
    return error


def why_unmade(error: BaseException) -> Unmade | None:
    """Return why no connection was made; None where the client does not tell, or where one had been made."""
    if not isinstance(error, DBAPIError) or _state_of(error) or _number_of(error) is not None:
        return None
    said = str(error.orig)
    return next((why for seen, why in UNMADE if seen.search(said)), None)


def named(error: BaseException) -> str:
    """Return in a few words what keeps the database from being asked or written to, for programs that watch this machine."""
    away, own = why_away(error), _of_database(error)
    if own is None or away is None:
        return type(own.orig if own is not None else error).__name__
    unmade = why_unmade(own) if away is Away.UNREACHED else None
    return f"{away}: {unmade}" if unmade else away


def _misses_a_table(error: DBAPIError) -> bool:
    """Tell whether one of our tables is not found. One that we do not have is a mistake of the program, as before."""
    if _state_of(error) == NO_TABLE:
        said = getattr(error.orig, "diag", None)
        return bool({*WORD.findall((said and said.message_primary) or "")} & set(db.metadata.tables))
    number, words = _number_of(error), str(error.orig)
    is_told = number == sqlite3.SQLITE_ERROR and words.startswith("no such table:")
    return is_told and bool({*WORD.findall(words)} & set(db.metadata.tables))


def _is_full() -> bool:
    """Tell whether the disk has no room for the files of SQLite. A disk that is not there at all is not full."""
    try:
        return disk.free_bytes() < LEAST_ROOM
    except OSError:
        return False


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
