"""A village's own rule that phone votes of one of its bodies are formal."""

from datetime import datetime

from consult.domain.audit import Tag
from consult.models import BodyStanding, Person, db
from consult.services.core import audit, transactions


def set_formal(body: str, source: str, actor: Person, *, now: datetime) -> None:
    """Name the source (charter article, resolution) by which phone votes of a body count formally. Empty: no longer."""
    own = db.session.get(BodyStanding, (actor.village_id, body))
    if own is not None and not source:
        db.session.delete(own)
    elif own is not None:
        own.source, own.set_by, own.set_at = source, actor.id, now
    elif source:
        own = BodyStanding(village_id=actor.village_id, body=body, source=source, set_by=actor.id, set_at=now)
        db.session.add(own)
    audit.record(
        Tag.STANDING_SET, f"body:{body}", village_id=actor.village_id, actor_id=actor.id, now=now, source=source
    )
    transactions.commit()
