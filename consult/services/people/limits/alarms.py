"""The alarm where a limit on guessing is reached: one place for codes, PINs and second proofs.

The log of the village gets one entry a day for each limit, officers see a line on their pages, the operator's log a
warning, `/healthz` a word. None of them says who, which card or which number.
"""

import logging
from datetime import datetime

from sqlalchemy import func, select

from consult.domain.audit import Tag, canonical
from consult.domain.people.codes import DAY, Cap
from consult.models import AuditEntry, Village, db
from consult.services.core import audit
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.people.villages import locked

log = logging.getLogger("consult")


def reached(village_id: int, what: str, cap: str, *, now: datetime) -> None:
    """Raise the alarm about a limit: in one village, or in all where it is one of the server."""
    everywhere = db.session.scalars(select(Village.id).order_by(Village.id)).all()
    for one in everywhere if cap == Cap.SERVER else [village_id]:
        _raise(one, what, cap, now=now)


@atomic
def _raise(village_id: int, what: str, cap: str, *, now: datetime) -> None:
    village, facts = locked(village_id), {"what": what, "cap": cap}
    same = select(AuditEntry.number).where(
        AuditEntry.village_id == village_id,
        AuditEntry.tag == Tag.CODES_CAPPED.value,
        AuditEntry.facts == canonical(facts),
        AuditEntry.recorded_at > now - DAY,
    )
    if db.session.scalar(same.limit(1)) is not None:
        return
    village.codes_capped_at = now
    log.warning("a limit on guessing was reached, of the %s: %s", cap, what)
    audit.record(Tag.CODES_CAPPED, f"village:{village_id}", Act.by_system(village_id, now=now), what=what, cap=cap)


def villages_alarmed(*, now: datetime) -> int:
    """Return in how many villages a limit was reached within a day."""
    query = select(func.count()).select_from(Village).where(Village.codes_capped_at > now - DAY)
    return db.session.scalar(query) or 0
