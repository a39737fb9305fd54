"""Adding to the log, in the transaction of the act itself, and verifying all of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from consult.domain.audit import GENESIS, Link, Tag, canonical
from consult.models import AuditEntry, AuditHead, db


def record(tag: Tag, subject: str, *, village_id: int, actor_id: int | None, now: datetime, **facts: Any) -> str:
    """Append one entry and return its hash. Call it last: it locks the village's chain until the commit."""
    head = _locked_head(village_id)
    link = Link(village_id, head.number + 1, now, actor_id, tag.value, subject, canonical(facts), head.hash)
    digest = link.digest()
    db.session.execute(insert(AuditEntry).values(**link.__dict__, hash=digest))
    db.session.execute(
        update(AuditHead).where(AuditHead.village_id == village_id).values(number=link.number, hash=digest)
    )
    return digest


def _locked_head(village_id: int) -> Any:
    table = AuditHead.__table__
    query = select(table.c.number, table.c.hash).where(table.c.village_id == village_id).with_for_update()
    head = db.session.execute(query).first()
    if head is None:
        raise LookupError(f"village {village_id} has no audit log: services.villages.create makes it")
    return head


def begin_log(village_id: int) -> None:
    """Every village's chain starts from nothing, once."""
    db.session.execute(insert(AuditHead).values(village_id=village_id, number=0, hash=GENESIS))


def head(village_id: int) -> str:
    """The hash of the newest entry."""
    digest = db.session.scalar(select(AuditHead.hash).where(AuditHead.village_id == village_id))
    return digest or GENESIS
