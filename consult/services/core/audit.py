"""Append to the audit log, in the unit of work of the act itself."""

from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from consult.domain.audit import GENESIS, Link, Tag, canonical
from consult.models import AuditHead, audit_statements, db
from consult.services.core.acts import Act


def record(
    tag: Tag,
    subject: str,
    act: Act | None = None,
    /,
    *,
    village_id: int = 0,
    actor_id: int | None = None,
    now: datetime | None = None,
    **facts: Any,
) -> str:
    """Append one entry and return its hash. Call it last: it locks the village's chain until the commit.

    `village_id`, `actor_id` and `now` instead of `act` are to go.
    """
    if act is not None:
        village_id, actor_id, now = act.village_id, act.actor_id, act.now
    assert now is not None
    head = db.session.execute(audit_statements.LOCKED_HEAD, {"village_id": village_id}).first()
    if head is None:
        raise LookupError(f"village {village_id} has no audit log: services.villages.create makes it")
    link = Link(
        village_id=village_id,
        number=head.number + 1,
        recorded_at=now,
        actor_id=actor_id,
        tag=tag.value,
        subject=subject,
        facts=canonical(facts),
        prev_hash=head.hash,
    )
    digest = link.digest()
    connection = db.session.connection()
    connection.execute(audit_statements.ADD_ENTRY, {**link.__dict__, "hash": digest})
    connection.execute(audit_statements.MOVE_HEAD, {"b_village_id": village_id, "number": link.number, "hash": digest})
    return digest


def begin_log(village_id: int) -> None:
    """Begin the chain of a new village."""
    db.session.execute(insert(AuditHead).values(village_id=village_id, number=0, hash=GENESIS))


def head(village_id: int) -> str:
    """Return the hash of a village's newest entry."""
    digest = db.session.scalar(select(AuditHead.hash).where(AuditHead.village_id == village_id))
    return digest or GENESIS
