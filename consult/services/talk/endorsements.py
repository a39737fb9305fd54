"""Standing behind a proposal. Enough of it obliges the council to answer within a set number of days."""

from datetime import datetime

from sqlalchemy import func, select

from consult.domain.audit import Tag
from consult.domain.messages.notifications import NotificationEvent
from consult.domain.people.roles import ANSWERS_PROPOSALS
from consult.domain.talk import endorsements as rules
from consult.domain.talk.phases import Phase, PhaseAct
from consult.models import Consultation, Endorsement, Person, Village, db
from consult.models.talk.participant_queries import holders
from consult.services.core import audit, transactions
from consult.services.messages import notifications
from consult.services.people.villages import local_day
from consult.services.talk import phases


def endorse(consultation: Consultation, person: Person, *, now: datetime) -> None:
    """Stand behind it. Twice is the same as once. Raises Refused."""
    transactions.lock(consultation)
    phases.refuse_unless_open(consultation, PhaseAct.ENDORSE)
    if db.session.get(Endorsement, (consultation.id, person.id)) is None:
        add(consultation, person, now=now)
        audit.record(
            Tag.PROPOSAL_ENDORSED,
            f"consultation:{consultation.id}",
            village_id=person.village_id,
            actor_id=person.id,
            now=now,
        )
    transactions.commit()


def add(consultation: Consultation, person: Person, *, now: datetime) -> None:
    """One more name in the transaction at hand; when it is the one that was needed, the days begin to count."""
    db.session.add(
        Endorsement(consultation_id=consultation.id, person_id=person.id, village_id=person.village_id, endorsed_at=now)
    )
    db.session.flush()
    village = db.session.get_one(Village, consultation.village_id)
    raised = consultation.endorsed_at is None and consultation.phase == Phase.RAISE
    if raised and rules.reached(count(consultation.id), village.endorsements_needed):
        _oblige(consultation, village, now)


def take_back(consultation: Consultation, person: Person, *, now: datetime) -> None:
    """No longer stand behind it. A duty to answer that has begun stays. Raises Refused."""
    phases.refuse_unless_open(consultation, PhaseAct.ENDORSE)
    endorsement = db.session.get(Endorsement, (consultation.id, person.id))
    if endorsement is not None:
        db.session.delete(endorsement)
        audit.record(
            Tag.ENDORSEMENT_REMOVED,
            f"consultation:{consultation.id}",
            village_id=person.village_id,
            actor_id=person.id,
            now=now,
        )
    transactions.commit()


def count(consultation_id: int) -> int:
    return db.session.scalar(select(func.count()).where(Endorsement.consultation_id == consultation_id)) or 0


def _oblige(consultation: Consultation, village: Village, now: datetime) -> None:
    today = local_day(village, now)
    consultation.endorsed_at = now
    consultation.answer_due_on = rules.answer_due(today, village.answer_days)
    notifications.tell(
        holders(village.id, ANSWERS_PROPOSALS, on=today),
        NotificationEvent.DUTY,
        f"answer:{consultation.id}",
        village_id=village.id,
        consultation_id=consultation.id,
        now=now,
        kind="answer_due",
        title=consultation.proposal.title,
        until=consultation.answer_due_on.isoformat(),
    )
