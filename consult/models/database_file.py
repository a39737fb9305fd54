"""Notice that a file of SQLite was moved or deleted under a running server: it would go on writing where nobody looks.

Also where the path is a link that leads elsewhere now, and where the write-ahead log, which holds the newest acts, is gone.
"""

import os
import sqlite3
from collections.abc import Callable
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import OperationalError

OPENED = "opened"
"""Key in what the pool keeps of a connection: the path of its file, with the device and inode that this had."""
LOG = "log"
"""Key for device and inode of its write-ahead log, once it has one: SQLite keeps that while a connection has it open."""
IN_MEMORY = ("", ":memory:")


class Gone(sqlite3.OperationalError):
    """The path of the database names no file any more, or another one than was opened."""


def watch(engine: Engine, place: Callable[[], str]) -> None:
    """Refuse connections where there is no file, which SQLite would make, and transactions on one that is gone.

    A connection to a file that is gone is thrown away: one that is put back in its place is opened anew.
    `place`: returns the path as it is set.
    """

    def _refuse_none(*_words: Any) -> None:
        path = place()
        if path.startswith("/") and _identity(path) is None:
            raise Gone(f"no file {path}")

    def _remember(connection: Any, record: Any) -> None:
        real, named = str(connection.execute("PRAGMA database_list").fetchone()[2]), place()
        path = named if named.startswith("/") and _identity(named) == _identity(real) else real
        record.info[OPENED] = (path, _identity(path))
        record.info.pop(LOG, None)

    def _compare(connection: Connection) -> None:
        path, opened = connection.info[OPENED]
        if path in IN_MEMORY:
            return
        if opened is None or opened != _identity(path):
            _throw_away(connection, Gone(f"{path} is not the file that was opened"))
        log = _identity(f"{path}-wal") or _identity(f"{os.path.realpath(path)}-wal")
        if log != connection.info.setdefault(LOG, log) and connection.info[LOG] is not None:
            _throw_away(connection, Gone(f"the write-ahead log of {path} was taken away"))
        connection.info[LOG] = log

    event.listen(engine, "do_connect", _refuse_none)
    event.listen(engine, "connect", _remember)
    event.listen(engine, "begin", _compare)


def _throw_away(connection: Connection, error: Gone) -> None:
    """Let a connection be opened anew by the next who asks. Raises OperationalError."""
    connection.invalidate(error)
    raise OperationalError("BEGIN", None, error, hide_parameters=True, connection_invalidated=True)


def _identity(path: str) -> tuple[int, int] | None:
    """Return device and inode of a file; None where there is none."""
    try:
        known = os.stat(path)
    except OSError:
        return None
    return known.st_dev, known.st_ino
