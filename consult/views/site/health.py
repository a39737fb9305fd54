"""/healthz: for the machine that watches this one."""

import sqlite3
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, jsonify
from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError, ProgrammingError

from consult import clock
from consult.config import current_config
from consult.models import AuditHead, db
from consult.services.core import upkeep
from consult.services.core.upkeep import BACKUP, DRILL
from consult.services.core.uploads import disk
from consult.services.machine import clock_watch
from consult.services.polls.counting import poll_faults
from consult.web.access import public

bp = Blueprint("health", __name__)
PRAGMAS = ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "busy_timeout")
SETTINGS = ("synchronous_commit", "fsync", "full_page_writes")


@bp.get("/healthz", endpoint="show")
@public
def show_health() -> Response:
    """Answer 200 when the database answers, with what an operator watches: settings, sizes, ages. Nothing of people."""
    db.session.execute(text("SELECT 1"))
    dialect, now = db.engine.dialect.name, clock.now()
    on_sqlite, doubted = dialect == "sqlite", clock_watch.in_doubt()
    return jsonify(
        status="attention" if doubted else "ok",
        database=dialect,
        sqlite=sqlite3.sqlite_version if on_sqlite else None,  # its early versions had a checkpoint fault
        clock="in doubt" if doubted else "ok",
        disk="low" if disk.is_low() else "ok",  # uploads are refused for want of room; votes go on
        polls_set_aside=_set_aside(),
        settings=_pragmas() if on_sqlite else _settings(),
        log_entries=_log_entries(),
        wal_bytes=_wal_bytes() if on_sqlite else None,
        hours_since_backup=upkeep.hours_since(BACKUP, now=now),
        hours_since_drill=upkeep.hours_since(DRILL, now=now),
    )


def _log_entries() -> int | None:
    """Count the entries of all logs; None while there are no tables yet."""
    try:
        return db.session.scalar(select(func.coalesce(func.sum(AuditHead.number), 0)))
    except (OperationalError, ProgrammingError):
        db.session.rollback()
        return None


def _pragmas() -> dict[str, Any]:
    return {name: db.session.execute(text(f"PRAGMA {name}")).scalar() for name in PRAGMAS}


def _settings() -> dict[str, Any]:
    return {name: db.session.execute(text(f"SHOW {name}")).scalar() for name in SETTINGS}


def _wal_bytes() -> int:
    wal = Path(current_config().database_url.removeprefix("sqlite:///") + "-wal")
    return wal.stat().st_size if wal.exists() else 0


def _set_aside() -> int | None:
    """Count the polls of all villages that do not add up; None while there are no tables yet."""
    try:
        return poll_faults.how_many()
    except (OperationalError, ProgrammingError):
        db.session.rollback()
        return None
