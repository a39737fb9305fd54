"""Note when the last backup was made and the last drill passed, in a file beside the database that /healthz reads."""

import json
from datetime import datetime
from pathlib import Path

from consult.config import current_config

BACKUP, DRILL = "backup", "drill"


def note(what: str, *, now: datetime) -> None:
    """Note that a backup was made or a drill passed."""
    path = _path()
    partial = path.with_suffix(".part")
    partial.write_text(json.dumps(_read() | {what: now.isoformat()}), encoding="utf-8")
    partial.replace(path)


def last(what: str) -> datetime | None:
    """Return when the last one was; None where none was noted."""
    at = _read().get(what)
    return datetime.fromisoformat(at) if at else None


def hours_since(what: str, *, now: datetime) -> int | None:
    """Return the whole hours since the last one; None where none was noted."""
    at = last(what)
    return int((now - at).total_seconds() // 3600) if at else None


def _path() -> Path:
    return current_config().instance_path / "upkeep.json"


def _read() -> dict[str, str]:
    try:
        known: dict[str, str] = json.loads(_path().read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return known
