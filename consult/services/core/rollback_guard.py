"""The newest head of each village's log, kept beside the database: an older database put back is noticed by it.

The printed notices are the witness outside of this machine; this file is the one that a start can read by itself.
"""

import json
import os
from datetime import datetime
from pathlib import Path

from flask import current_app
from sqlalchemy import select, tuple_

from consult.config import Config
from consult.domain.audit import GENESIS, Tag
from consult.models import AuditEntry, AuditHead, db
from consult.services.core import audit
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic

AT_ONCE = 200
Heads = dict[int, tuple[int, str]]
"""By village: the number and the hash of its newest entry."""


def path() -> Path:
    """Return where the heads are kept, beside the database."""
    config: Config = current_app.config["CONSULT"]
    return config.instance_path / "heads.json"


def anchored() -> Heads:
    """Return the heads this machine has seen."""
    try:
        rows = json.loads(path().read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return {int(village): (int(number), str(digest)) for village, (number, digest) in rows.items()}


def missing() -> Heads:
    """Return anchored heads that the database lacks: it is older than what stood here before, or another one."""
    seen, there = anchored(), set()
    pairs = [(village, number) for village, (number, _) in seen.items() if number]
    for start in range(0, len(pairs), AT_ONCE):
        query = select(AuditEntry.village_id, AuditEntry.number, AuditEntry.hash)
        some = query.where(tuple_(AuditEntry.village_id, AuditEntry.number).in_(pairs[start : start + AT_ONCE]))
        there |= {(row.village_id, row.number, row.hash) for row in db.session.execute(some)}
    return {v: (n, digest) for v, (n, digest) in seen.items() if n and (v, n, digest) not in there}


def advance(*, now: datetime) -> int:
    """Note the newest heads and return how many moved; none while any is missing. A job does it each minute."""
    seen = anchored()
    heads = {row.village_id: (row.number, row.hash) for row in db.session.scalars(select(AuditHead))}
    db.session.rollback()
    moved = [village for village, head in heads.items() if seen.get(village) != head]
    if not moved or missing():
        return 0
    _write(heads)
    return len(moved)


def accept(reason: str, *, now: datetime) -> list[int]:
    """Accept an older database that was put back: write to each log what was lost. Return the villages' ids."""
    lost = _accept(reason, now=now)
    _write({row.village_id: (row.number, row.hash) for row in db.session.scalars(select(AuditHead))})
    return sorted(lost)


@atomic
def _accept(reason: str, *, now: datetime) -> Heads:
    lost = missing()
    for village_id, (number, digest) in sorted(lost.items()):
        audit.record(
            Tag.BACKUP_RESTORED,
            f"village:{village_id}",
            Act.by_system(village_id, now=now),
            lost_number=number,
            lost_hash=digest,
            reason=reason,
        )
    return lost


def _write(heads: Heads) -> None:
    """Write the file whole or not at all, and flush it to the disk."""
    partial = path().with_suffix(f".{os.getpid()}.part")
    with open(partial, "w", encoding="utf-8") as file:
        json.dump({str(v): head for v, head in heads.items() if head[1] != GENESIS}, file)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path())
