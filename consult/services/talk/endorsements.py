"""Endorsements of a proposal. Enough of them oblige the council to answer within a set number of days."""

from datetime import datetime

from sqlalchemy import func, select

from consult.domain.audit import Tag
from consult.domain.messages.notifications import NotificationEvent
from consult.domain.people.roles import ANSWERS_PROPOSALS
from consult.domain.talk import endorsements as rules
from consult.domain.talk.phases import Phase, PhaseAct
from consult.models import Consultation, Endorsement, Village, db
from consult.models.talk.participant_queries import holders
from consult.services.core import audit, transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.messages import notifications
from consult.services.people.villages import local_day
from consult.services.talk import phases


@atomic
def endorse(consultation: Consultation, act: Act) -> None:
    """Endorse a proposal; twice is the same as once. Raises Refused where its phase does not allow it."""
    transactions.lock(consultation)
    phases.refuse_unless_open(consultation, PhaseAct.ENDORSE)
    if db.session.get(Endorsement, (consultation.id, act.actor_id)) is None:
        add(consultation, act)
        audit.record(Tag.PROPOSAL_ENDORSED, f"consultation:{consultation.id}", act)


@atomic
def add(consultation: Consultation, act: Act) -> None:
    """Add the actor's endorsement. The one that reaches the village's number sets the last day for an answer."""
    db.session.add(
        Endorsement(
            consultation_id=consultation.id,
            person_id=act.actor.id,
            village_id=act.village_id,
            endorsed_at=act.now,
        )
    )
    db.session.flush()
    village = db.session.get_one(Village, consultation.village_id)
    raised = consultation.endorsed_at is None and consultation.phase == Phase.RAISE
    if raised and rules.reached(count(consultation.id), village.endorsements_needed):
        _oblige(consultation, village, act.now)


@atomic
def take_back(consultation: Consultation, act: Act) -> None:
    """Withdraw the actor's endorsement; a duty to answer that has begun stays. Raises Refused."""
    transactions.lock(consultation)
    phases.refuse_unless_open(consultation, PhaseAct.ENDORSE)
    endorsement = db.session.get(Endorsement, (consultation.id, act.actor_id))
    if endorsement is not None:
        db.session.delete(endorsement)
        audit.record(Tag.ENDORSEMENT_REMOVED, f"consultation:{consultation.id}", act)


def count(consultation_id: int) -> int:
    """Return how many endorse a proposal."""
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
