"""Keep uploaded pictures and recordings, each with a row that says whose it is. Their digests open nothing.

The file is on the disk before its row is committed, and stays until the commit that removes the row is durable.
"""

import hashlib
import secrets
from pathlib import Path

from sqlalchemy import select

from consult.models import StoredFile, db
from consult.services.core import files
from consult.services.core.acts import Act
from consult.services.core.files import Folder
from consult.services.core.transactions import atomic


def keep(data: bytes, folder: Folder, act: Act, *, seconds: int | None = None) -> StoredFile:
    """Write a file and add its row. Call it outside of a unit of work: writing takes time. Raises OSError."""
    return _add(files.keep(data, folder), data, folder, act, seconds)


@atomic
def _add(name: str, data: bytes, folder: Folder, act: Act, seconds: int | None) -> StoredFile:
    salt = secrets.token_hex(16)
    row = StoredFile(
        village_id=act.village_id,
        owner_id=act.actor_id,
        folder=folder.name,
        name=name,
        salt=salt,
        digest=salted_digest(salt, data),
        seconds=seconds,
        stored_at=act.now,
    )
    db.session.add(row)
    db.session.flush()
    return row


def salted_digest(salt: str, data: bytes) -> str:
    """Return what the log and bundles hold of a file. It proves which file it is, and cannot be computed from a guess."""
    return hashlib.sha256(bytes.fromhex(salt) + data).hexdigest()


def find(village_id: int, name: str) -> StoredFile | None:
    """Return the row of a file of this village by its name."""
    return db.session.scalar(select(StoredFile).where(StoredFile.village_id == village_id, StoredFile.name == name))


def logged_digest(village_id: int, name: str) -> str:
    """Return the salted digest of a file as `fingerprint` does; "missing" where its row is gone."""
    row = find(village_id, name) if name else None
    return row.digest if row is not None else "missing" if name else ""


def fingerprint(village_id: int, name: str) -> str:
    """Return the salted digest of a file for the log; empty without a name. Raises LookupError for another village's."""
    if not name:
        return ""
    row = find(village_id, name)
    if row is None:
        raise LookupError("no such file was kept in this village")
    return row.digest


def are_same(village_id: int, one: str, other: str) -> bool:
    """Tell whether two files of a village hold the same bytes. False where one of them is gone."""
    rows = [find(village_id, name) for name in (one, other)]
    try:
        first, second = [path_of(row).read_bytes() for row in rows if row is not None]
    except (OSError, ValueError):  # ValueError: not two
        return False
    return first == second


def path_of(row: StoredFile) -> Path:
    """Return where the file is, whether or not it is there."""
    folder = next(one for one in files.FOLDERS if one.name == row.folder)
    return files.path_of(folder, row.name)


def is_whole(row: StoredFile) -> bool:
    """Tell whether the file on the disk is the one that was kept."""
    path = path_of(row)
    return path.exists() and salted_digest(row.salt, path.read_bytes()) == row.digest
