"""The money of a proposal: what was decided by a vote that decides, and what the charter lets two officers spend without one."""

from datetime import datetime

from consult.domain.law.spending import Ceiling
from consult.models import Consultation, Village, db
from consult.models.talk import consultation_queries
from consult.services.law import rule_changes
from consult.services.people.villages import local_day

SPENDS = "VC"
"""The body whose charter names the sum: the committee is who spends."""


def ceiling_of(consultation: Consultation, *, now: datetime) -> Ceiling:
    """Return what may be spent on a proposal on the day of an instant."""
    village = db.session.get_one(Village, consultation.village_id)
    charter = rule_changes.charter_of(village.id, SPENDS, None, on=local_day(village, now))
    small = charter.spending_fen or 0 if charter is not None else 0
    return Ceiling(consultation_queries.decided_fen(consultation), small)
