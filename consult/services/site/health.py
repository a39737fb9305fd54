"""Say how the machine stands, for the one that watches it: nothing personal, nothing that moves with a ballot."""

import sqlite3
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import text
from sqlalchemy.exc import OperationalError, ProgrammingError

from consult.config import VERSION, current_config
from consult.domain import working_days
from consult.domain.instants import last_day_anywhere
from consult.models import db
from consult.services.core import upkeep
from consult.services.core.upkeep import BACKUP, DRILL
from consult.services.core.uploads import disk
from consult.services.machine import clock_watch, public_address
from consult.services.people.limits import alarms
from consult.services.polls.counting import poll_faults
from consult.services.polls.sealing import key_watch

PRAGMAS = ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "busy_timeout")
SETTINGS = ("synchronous_commit", "fsync", "full_page_writes")
WAL_STEP = 16 * 1024 * 1024
"""Bytes to which the length of the log is rounded down: to the byte it would tell everybody of each ballot."""
Said = TypeVar("Said")


def report(*, now: datetime, alarm: bool) -> dict[str, Any]:
    """Return what `/healthz` says. `alarm`: the records are older than a witness knows them.

    Raises OperationalError where the database does not answer. What the schema cannot tell yet is None.
    """
    db.session.execute(text("SELECT 1"))
    dialect = db.engine.dialect.name
    on_sqlite = dialect == "sqlite"
    doubted, low, ahead = _known(clock_watch.in_doubt), disk.is_low(), upkeep.ahead(now=now)
    return {
        "status": "ok" if doubted is False and not (alarm or low or ahead) else "attention",
        "version": VERSION,
        "place": public_address.mark(),
        "database": dialect,
        "sqlite": sqlite3.sqlite_version if on_sqlite else None,  # its early versions had a checkpoint fault
        "clock": {None: "unknown", True: "in doubt", False: "ok"}[doubted],
        "records": "older than a witness" if alarm else "ok",
        "villages_with_guessing": _known(lambda: alarms.villages_alarmed(now=now)),
        "disk": "low" if low else "ok",
        "holidays_missing": working_days.missing_year(last_day_anywhere(now)),
        "polls_set_aside": _known(poll_faults.how_many),
        "ballot_keys_missing": key_watch.how_many(),
        "settings": _settings(on_sqlite=on_sqlite),
        "wal_bytes": _wal_bytes() if on_sqlite else None,
        "hours_since_backup": upkeep.hours_since(BACKUP, now=now),
        "hours_since_drill": upkeep.hours_since(DRILL, now=now),
        "noted_ahead_of_the_clock": ahead,
    }


def _known(asked: Callable[[], Said]) -> Said | None:
    """Return an answer of the database; None before its tables are made."""
    try:
        return asked()
    except (OperationalError, ProgrammingError):
        db.session.rollback()
        return None


def _settings(*, on_sqlite: bool) -> dict[str, Any]:
    if on_sqlite:
        return {name: db.session.execute(text(f"PRAGMA {name}")).scalar() for name in PRAGMAS}
    return {name: db.session.execute(text(f"SHOW {name}")).scalar() for name in SETTINGS}


def _wal_bytes() -> int:
    config = current_config()
    wal = Path(config.database_url.removeprefix("sqlite:///") + "-wal")
    return wal.stat().st_size // WAL_STEP * WAL_STEP if wal.exists() else 0
