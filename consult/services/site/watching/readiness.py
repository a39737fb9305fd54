"""Say whether this machine can take work: schema, records, writing, job runner. For the one that sends requests here."""

import os
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from consult.config import VERSION, current_config
from consult.domain.core import stamps
from consult.models import db
from consult.services.core import collisions, transactions
from consult.services.core.collisions import Away
from consult.services.machine import schemas
from consult.services.site.watching import figures

OK = "ok"


def report(*, now: datetime, alarm: bool) -> dict[str, str]:
    """Return for each thing that must be so "ok", or what is wrong. `alarm`: the records are older than a witness."""
    said = {"database": _database()}
    if said["database"] == OK:
        said |= {"schema": _schema(), "write": _write()}
        said["records"] = "older than a witness" if alarm else OK
        said["runner"] = _runner(now) if said["schema"] == OK else "unknown"
    return said


def body(said: dict[str, str]) -> dict[str, str]:
    """Return what `/readyz` answers."""
    ready = all(word == OK for word in said.values())
    return {"status": "ready" if ready else "not ready", "version": VERSION, **said}


def _database() -> str:
    try:
        db.session.execute(text("SELECT 1"))
    except DBAPIError as error:
        db.session.rollback()
        return collisions.why_away(error) or Away.UNREACHED
    return OK


def _schema() -> str:
    revision = schemas.of_database(db.engine)
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
    said = why_unwritten()
    return f"database: {said}" if said else OK


def why_unwritten() -> str:
    """Return why the database takes no write, SQLite and PostgreSQL alike; empty: it takes one, which is undone."""
    db.session.rollback()
    try:
        with db.engine.connect().execution_options(**{transactions.WRITES: True}) as connection:
            connection.execute(text("UPDATE installation SET id = id"))
            connection.rollback()
    except DBAPIError as error:
        return str(collisions.why_away(error) or type(error.orig).__name__)
    return ""


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
