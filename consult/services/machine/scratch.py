"""Give a folder for what is unpacked for a while, and remove what killed processes left: it holds names in the clear."""

import fcntl
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from consult import clock
from consult.config import current_config
from consult.services.core.files import FOLDERS, PARTIAL, SOUNDS

PREFIX = "scratch-"
DATABASE = "name-of-database"
"""The file in the folder with the name of a scratch database of PostgreSQL, which goes with the folder."""
NAMED_BEFORE = re.compile(r"tmp[a-z0-9_]{8}")
"""How versions up to 0.8.0 named these folders, which nobody held."""
A_DAY = 24 * 3600.0
"""In seconds: no backup and no drill takes so long."""
Drop = Callable[[str], bool]
"""Drops a database by its name, and tells whether it is gone."""


@contextmanager
def folder(*, drop: Drop) -> Iterator[Path]:
    """Yield a new folder in INSTANCE_PATH, which is removed afterwards. What killed commands left is removed first.

    The folder is held by a lock that ends with this process. Raises OSError.
    """
    remove_left(drop=drop)
    made, descriptor = _held()
    try:
        yield made
    finally:
        try:
            _clear(made, drop)
        finally:
            os.close(descriptor)


def note_database(folder: Path, name: str) -> None:
    """Note that a database goes with a scratch folder. Raises OSError."""
    (folder / DATABASE).write_text(name, encoding="ascii")


def remove_left(*, drop: Drop) -> int:
    """Remove the folders that no process holds, with their databases. Return how many. One that resists is left."""
    root, removed = current_config().instance_path, 0
    for left in sorted(root.glob(f"{PREFIX}*")) + [one for one in root.iterdir() if _is_earlier(one)]:
        descriptor = _held_of(left)
        if descriptor is None:
            continue
        try:
            removed += _clear(left, drop)
        finally:
            os.close(descriptor)
    return removed


def remove_partial_files() -> int:
    """Remove files that a killed process began to write more than a day ago: uploads, sounds, a database. Return how many."""
    root, removed = current_config().instance_path, 0
    for where in (root, *(root / folder.name for folder in (*FOLDERS, SOUNDS))):
        for begun in where.glob(f"*{PARTIAL}" if where == root else f"*/*{PARTIAL}"):
            if begun.is_file() and _is_old(begun):
                begun.unlink(missing_ok=True)
                removed += 1
    return removed


def _clear(folder: Path, drop: Drop) -> bool:
    """Drop the database that a folder names, and remove the folder. Return whether both are gone; else both are left."""
    name = folder / DATABASE
    if name.exists() and not drop(name.read_text(encoding="ascii")):
        return False
    shutil.rmtree(folder, ignore_errors=True)
    return not folder.exists()


def _held() -> tuple[Path, int]:
    """Make a folder and hold it; another one where somebody who looks for left ones took it first."""
    while True:
        made = Path(tempfile.mkdtemp(prefix=PREFIX, dir=current_config().instance_path))
        descriptor = _held_of(made)
        if descriptor is not None and made.exists():
            return made, descriptor
        if descriptor is not None:
            os.close(descriptor)


def _held_of(path: Path) -> int | None:
    """Return a descriptor that holds a folder; None: another process holds it, or it is gone."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def _is_earlier(path: Path) -> bool:
    """Tell whether this is a folder that a killed command of 0.8.0 or before left more than a day ago."""
    return NAMED_BEFORE.fullmatch(path.name) is not None and path.is_dir() and not path.is_symlink() and _is_old(path)


def _is_old(path: Path) -> bool:
    """Tell whether a file was last written more than a day ago; False where it is gone."""
    try:
        return clock.stamp_of_files() - path.stat().st_mtime > A_DAY
    except FileNotFoundError:
        return False
