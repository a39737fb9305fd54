"""Say whether this machine can take work: schema, records, writing, job runner. For the one that sends requests here."""

import os
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile

from flask import current_app
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from consult.config import VERSION, current_config
from consult.domain.core import stamps
from consult.models import db
from consult.services.core import collisions, transactions
from consult.services.core.collisions import Away
from consult.services.machine import database_access, schemas
from consult.services.site.watching import figures

OK = "ok"
ROOM_KEPT_SECONDS = 30.0


def report(*, now: datetime, alarm: bool) -> dict[str, str]:
    """Return for each thing that must be so "ok", or what is wrong. `alarm`: the records are older than a witness."""
    said = {"database": _asked(_database)}
    if said["database"] == OK:
        said |= {"schema": _asked(_schema), "write": _asked(_write)}
        said["records"] = "older than a witness" if alarm else OK
        said["runner"] = _asked(lambda: _runner(now)) if said["schema"] == OK else "unknown"
    return said


def body(said: dict[str, str]) -> dict[str, str]:
    """Return what `/readyz` answers."""
    ready = all(word == OK for word in said.values())
    return {"status": "ready" if ready else "not ready", "version": VERSION, **said}


def _asked(part: Callable[[], str]) -> str:
    """Return what a part says, or what keeps the database from being asked."""
    try:
        return part()
    except DBAPIError as error:
        db.session.rollback()
        return collisions.named(error)


def _database() -> str:
    """Ask twice: a connection that had been good may have been ended."""
    try:
        db.session.execute(text("SELECT 1"))
    except DBAPIError as error:
        db.session.rollback()
        if not collisions.is_lost(error):
            raise
        db.session.execute(text("SELECT 1"))
    return OK


def _schema() -> str:
    revision = schemas.of_database(db.engine)
    if hidden := schemas.hidden_in(revision):
        return f"{Away.HIDDEN}: they are in the schema {hidden}"
    return OK if revision == schemas.newest() else f"{revision or 'none'}, needed: {schemas.newest()}"


def write_error(folder: Path | None = None) -> OSError | None:
    """Write a file to a folder, INSTANCE_PATH where none is named, and return why that failed; None: it did not."""
    try:
        with NamedTemporaryFile(dir=folder or current_config().instance_path, prefix="write-test-") as file:
            file.write(b"x" * 4096)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        return error
    return None


def _write() -> str:
    """Write a file to the disk, and something to the database that is undone."""
    if (unwritten := write_error()) is not None:
        return f"disk: {unwritten.strerror}"
    db.session.rollback()
    try:
        if forbidden := database_access.forbidden():
            return f"database: {Away.FORBIDDEN}: {forbidden[0]}"
        try_writing()
    except DBAPIError as error:
        return f"database: {collisions.named(error)}"
    return OK


def try_writing() -> None:
    """Write something to the database that is undone. Raises DBAPIError where that cannot be.

    PostgreSQL makes a file for it, at most each half minute where it could: what is made and dropped is to be cleaned up.
    """
    with db.engine.connect().execution_options(**{transactions.WRITES: True}) as connection:
        connection.execute(text("UPDATE installation SET id = id"))
        connection.rollback()
    kept = current_app.extensions.pop("room", None)
    if kept is None or time.monotonic() - kept > ROOM_KEPT_SECONDS:
        database_access.grow()
        kept = time.monotonic()
    current_app.extensions["room"] = kept


def _runner(now: datetime) -> str:
    seen = figures.runner_seen_at(now=now)
    if seen is None:
        return "never seen"
    if stamps.is_fresh(seen, now, within=figures.DEAD_AFTER):
        return OK
    ago = stamps.since(seen, now)
    return (
        f"last seen {int(ago.total_seconds() // 60)} minutes ago" if ago is not None else "seen only ahead of the clock"
    )
