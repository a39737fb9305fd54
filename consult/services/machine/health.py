"""Say how the machine stands, for the one that watches it: nothing personal, and nothing that helps an attacker."""

import json
import sqlite3
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError, ProgrammingError

from consult.config import current_config
from consult.models import AuditHead, db
from consult.services.machine import clock_watch

PRAGMAS = ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
FILE = "upkeep.json"


def report(*, now: datetime, alarm: bool) -> dict[str, Any]:
    """Return what `/healthz` says. Raises OperationalError where the database does not answer."""
    db.session.execute(text("SELECT 1"))
    dialect = db.engine.dialect.name
    said: dict[str, Any] = {
        "database": dialect,
        "sqlite": sqlite3.sqlite_version if dialect == "sqlite" else None,
        "clock": "ok",
        "records": "older than a witness" if alarm else "ok",
        "log_entries": 0,
        "hours_since_backup": _hours(_upkeep().get("backup_at"), now),
        "hours_since_drill": _hours(_upkeep().get("drill_at"), now),
    }
    if dialect == "sqlite":
        said["pragmas"] = {name: db.session.scalar(text(f"PRAGMA {name}")) for name in PRAGMAS}
    try:
        said["log_entries"] = db.session.scalar(select(func.coalesce(func.sum(AuditHead.number), 0)))
        said["clock"] = "in doubt" if clock_watch.in_doubt() else "ok"
    except (OperationalError, ProgrammingError):  # not migrated yet
        db.session.rollback()
        said["clock"] = "unknown"
    return {"status": "ok" if said["clock"] == "ok" and not alarm else "attention", **said}


def note(what: str, *, now: datetime) -> None:
    """Note when a backup or a drill was done: `backup_at`, `drill_at`."""
    config = current_config()
    partial = _path().with_suffix(".part")
    partial.write_text(json.dumps({**_upkeep(), what: now.isoformat()}), encoding="utf-8")
    partial.chmod(0o600)
    partial.replace(config.instance_path / FILE)


def _path() -> Path:
    config = current_config()
    return config.instance_path / FILE


def _upkeep() -> Mapping[str, str]:
    try:
        known: dict[str, str] = json.loads(_path().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return known


def _hours(since: str | None, now: datetime) -> int | None:
    return int((now - datetime.fromisoformat(since)).total_seconds() // 3600) if since else None
