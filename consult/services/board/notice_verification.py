"""Hold the notices of the board against the log: each hangs there as it was posted, and says the result that was declared.

Entries from before 0.8.3 hold no digest of what a notice says: then number, subject and poster are compared, and of a
declared vote the result.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select

from consult.domain.audit import GENESIS, Tag, canonical, sha256
from consult.domain.board.notices import NoticeTag
from consult.models import AuditEntry, Notice, db

DECLARED = ("tally", "verdict")
"""What a notice says of a declared vote, and the log of the declaration."""


class _Said(NamedTuple):
    """What an entry of the log says of a notice, or of a vote that was declared."""

    number: int
    at: datetime
    by: int | None
    facts: dict[str, Any]


def digest(notice: Notice) -> str:
    """Return the SHA-256 of what a notice tells of: its facts as they are stored, its subject, its last day."""
    about = [notice.consultation_id, notice.change_id, notice.posted_until.isoformat()]
    return sha256(canonical([json.dumps(notice.facts, ensure_ascii=False, sort_keys=True), *about]))


def faults(village_id: int) -> Iterator[str]:
    """Yield a line for each notice that is not as it was posted, that nobody posted, or that is gone."""
    posted, declared = _logged(village_id, Tag.NOTICE_POSTED), _logged(village_id, Tag.POLL_DECLARED)
    query = select(Notice).where(Notice.village_id == village_id).order_by(Notice.id)
    notices = db.session.scalars(query).all()
    heads = _numbers_of(village_id, {notice.audit_head for notice in notices})
    for notice in notices:
        said = posted.pop(f"notice:{notice.id}", None)
        if said is None:
            yield f"notice {notice.id}: no entry in the log; nobody posted it"
            continue
        if not _is_as_posted(notice, said):
            yield f"notice {notice.id}: it is not as it was posted"
        if not heads.get(notice.audit_head, said.number) < said.number:
            yield f"notice {notice.id}: the head printed on it is not one of the log before it"
        if notice.tag is NoticeTag.POLL_DECLARED and not _is_as_declared(
            notice, declared.get(f"poll:{notice.poll_id}")
        ):
            yield f"notice {notice.id}: the result on it is not the one that was declared"
    for subject in sorted(posted):
        yield f"notice {subject.rpartition(':')[2]}: in the log, but not on the board"


def _is_as_posted(notice: Notice, said: _Said) -> bool:
    here = {
        "notice_tag": notice.tag.value,
        "poll": notice.poll_id,
        "meeting": notice.meeting_id,
        "year": notice.year,
        "number": notice.number,
        "assets": notice.assets,
    }
    if (notice.posted_by, notice.posted_at) != (said.by, said.at):
        return False
    if any(said.facts[name] != value for name, value in here.items() if name in said.facts):
        return False
    return "shown" not in said.facts or said.facts["shown"] == digest(notice)


def _is_as_declared(notice: Notice, said: _Said | None) -> bool:
    return said is not None and all(
        canonical(notice.facts.get(name)) == canonical(said.facts[name]) for name in DECLARED
    )


def _numbers_of(village_id: int, heads: set[str]) -> dict[str, int]:
    """Return the number of the entry that each head of the log belongs to; 0 for the beginning."""
    query = select(AuditEntry.hash, AuditEntry.number).where(
        AuditEntry.village_id == village_id, AuditEntry.hash.in_(sorted(heads))
    )
    return {GENESIS: 0} | {row.hash: row.number for row in db.session.execute(query)}


def _logged(village_id: int, tag: Tag) -> dict[str, _Said]:
    """Return what the log says with a tag, by subject."""
    query = select(
        AuditEntry.subject, AuditEntry.number, AuditEntry.recorded_at, AuditEntry.actor_id, AuditEntry.facts
    ).where(AuditEntry.village_id == village_id, AuditEntry.tag == tag.value)
    rows = db.session.execute(query.order_by(AuditEntry.number))
    return {row.subject: _Said(row.number, row.recorded_at, row.actor_id, json.loads(row.facts)) for row in rows}
