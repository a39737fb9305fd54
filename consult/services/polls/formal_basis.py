"""A village's own rule that phone votes of one of its bodies are formal."""

from consult.domain.audit import Tag
from consult.models import BodyStanding, db
from consult.services.core import audit, transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic


@atomic
def set_formal(body: str, source: str, act: Act) -> None:
    """Name the source (charter article, resolution) by which phone votes of a body count formally.

    An empty source withdraws it.
    """
    transactions.queue_for(f"formal_basis:{act.village_id}:{body}")
    own = db.session.get(BodyStanding, (act.village_id, body), populate_existing=True)
    if own is not None and not source:
        db.session.delete(own)
    elif own is not None:
        own.source, own.set_by, own.set_at = source, act.actor.id, act.now
    elif source:
        own = BodyStanding(village_id=act.village_id, body=body, source=source, set_by=act.actor.id, set_at=act.now)
        db.session.add(own)
    audit.record(Tag.STANDING_SET, f"body:{body}", act, source=source)
