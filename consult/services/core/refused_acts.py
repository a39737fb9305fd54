"""Refused attempts to do alone what takes two persons: they stand in the audit log."""

from datetime import datetime

from consult.domain.audit import Tag
from consult.domain.refusals import Reason
from consult.models import Person
from consult.services.core import audit, transactions


def note(reason: Reason, subject: str, actor: Person, *, now: datetime) -> None:
    """In a transaction of its own: the attempt itself left nothing."""
    village_id, actor_id = actor.village_id, actor.id
    transactions.begin_writing()
    audit.record(Tag.ACT_REFUSED, subject, village_id=village_id, actor_id=actor_id, now=now, reason=reason.value)
    transactions.commit()
