"""Adding to the log, in the transaction of the act itself, and verifying all of it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from consult.domain.audit import GENESIS, Link, Tag, canonical
from consult.models import AuditHead, db
from consult.models.polls import ballot_statements as statements
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
    head = db.session.execute(statements.LOCKED_HEAD, {"village_id": village_id}).first()
    if head is None:
        raise LookupError(f"village {village_id} has no audit log: services.villages.create makes it")
    link = Link(village_id, head.number + 1, now, actor_id, tag.value, subject, canonical(facts), head.hash)
    digest = link.digest()
    connection = db.session.connection()
    connection.execute(statements.ADD_ENTRY, {**link.__dict__, "hash": digest})
    connection.execute(statements.MOVE_HEAD, {"b_village_id": village_id, "number": link.number, "hash": digest})
    return digest


def record_all(tag: Tag, subject: str, act: Act, each: Sequence[Mapping[str, Any]]) -> None:
    """Append one entry for each of the facts, in their order: as many statements for a hundred entries as for one."""
    head = db.session.execute(statements.LOCKED_HEAD, {"village_id": act.village_id}).one()
    number, digest, rows = head.number, head.hash, []
    for number, facts in enumerate(each, head.number + 1):
        link = Link(act.village_id, number, act.now, act.actor_id, tag.value, subject, canonical(dict(facts)), digest)
        digest = link.digest()
        rows.append({**link.__dict__, "hash": digest})
    connection = db.session.connection()
    connection.execute(statements.ADD_ENTRY, rows)
    connection.execute(statements.MOVE_HEAD, {"b_village_id": act.village_id, "number": number, "hash": digest})


def begin_log(village_id: int) -> None:
    """Every village's chain starts from nothing, once."""
    db.session.execute(insert(AuditHead).values(village_id=village_id, number=0, hash=GENESIS))


def head(village_id: int) -> str:
    """The hash of the newest entry."""
    digest = db.session.scalar(select(AuditHead.hash).where(AuditHead.village_id == village_id))
    return digest or GENESIS
