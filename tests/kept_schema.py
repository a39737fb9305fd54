"""The empty database of SQLite with its schema, kept from one run to the next while no source of the app changes.

To walk through all migrations takes two seconds of CPU, as much as many a run of one file.
"""

import hashlib
import os
import shutil
from functools import cache
from importlib.metadata import version
from pathlib import Path

from consult.config import ROOT

FOLDER = ROOT / ".pytest_cache" / "schema"
MADE_BY = ("alembic", "flask-migrate", "sqlalchemy")


def bring(target: Path) -> bool:
    """Copy the kept database to a place. Return False where there is none of these sources."""
    try:
        shutil.copy(_place(), target)
    except FileNotFoundError:  # or another run has just made way for its own
        return False
    return True


def keep(made: Path) -> None:
    """Keep a database for the next runs, and no older one."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for older in FOLDER.glob("*.db"):
        older.unlink(missing_ok=True)
    making = _place().with_suffix(f".{os.getpid()}")
    shutil.copy(made, making)
    making.replace(_place())


@cache
def _place() -> Path:
    """Return where the database of the sources as they stand is kept: any change of any of them names another place."""
    digest = hashlib.sha256(repr([version(name) for name in MADE_BY]).encode())
    for path in sorted((ROOT / "consult").rglob("*.py")):
        digest.update(f"{path.relative_to(ROOT)}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return FOLDER / f"{digest.hexdigest()[:32]}.db"
