"""Note when the last backup was made and the last drill passed, in a file beside the database that /healthz reads."""

import json
from datetime import UTC, datetime
from pathlib import Path

from consult.config import current_config
from consult.domain.core import stamps

BACKUP, DRILL = "backup", "drill"


def note(what: str, *, now: datetime) -> None:
    """Note that a backup was made or a drill passed."""
    path = _path()
    partial = path.with_suffix(".part")
    partial.write_text(json.dumps(_read() | {what: now.isoformat()}), encoding="utf-8")
    partial.replace(path)


def last(what: str) -> datetime | None:
    """Return when the last one was; None where none was noted, or the file cannot be read."""
    at = _read().get(what)
    try:
        return datetime.fromisoformat(at).astimezone(UTC) if at else None
    except ValueError:
        return None


def hours_since(what: str, *, now: datetime) -> int | None:
    """Return the whole hours since the last one; None where none was noted, or only one ahead of the clock."""
    ago = stamps.since(last(what), now)
    return int(ago.total_seconds() // 3600) if ago is not None else None


def ahead(*, now: datetime) -> list[str]:
    """Return what was noted for an instant that is still to come: the clock went back since, or the file was changed."""
    return [what for what in (BACKUP, DRILL) if stamps.is_ahead(last(what), now)]


def _path() -> Path:
    return current_config().instance_path / "upkeep.json"


def _read() -> dict[str, str]:
    try:
        known = json.loads(_path().read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return {what: str(at) for what, at in known.items()} if isinstance(known, dict) else {}
