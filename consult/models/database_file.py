"""Notice that the file of SQLite was moved or deleted under a running server: it would go on writing where nobody looks."""

import os
import sqlite3
from collections.abc import Callable
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import OperationalError

OPENED = "opened"
"""Key in what the pool keeps of a connection: the path of its file, with the device and inode that this had."""
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
        path = str(connection.execute("PRAGMA database_list").fetchone()[2])
        record.info[OPENED] = (path, _identity(path))

    def _compare(connection: Connection) -> None:
        path, opened = connection.info[OPENED]
        if path not in IN_MEMORY and (opened is None or opened != _identity(path)):
            error = Gone(f"{path} is not the file that was opened")
            connection.invalidate(error)
            raise OperationalError("BEGIN", None, error, hide_parameters=True, connection_invalidated=True)

    event.listen(engine, "do_connect", _refuse_none)
    event.listen(engine, "connect", _remember)
    event.listen(engine, "begin", _compare)


def _identity(path: str) -> tuple[int, int] | None:
    """Return device and inode of a file; None where there is none."""
    try:
        known = os.stat(path)
    except OSError:
        return None
    return known.st_dev, known.st_ino
