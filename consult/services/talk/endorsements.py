"""Endorsements of a proposal. Enough of them oblige the council to answer within a set number of days."""

from dataclasses import asdict
from datetime import date, datetime

from sqlalchemy import Select, func, select

from consult.domain.audit import Tag
from consult.domain.messages.notifications import NotificationEvent
from consult.domain.people.owed import AnswerRule
from consult.domain.people.roles import ANSWERS_PROPOSALS
from consult.domain.talk import endorsements as rules
from consult.domain.talk.council_requests import CouncilAct
from consult.domain.talk.mergers import earliest
from consult.domain.talk.phases import Phase, PhaseAct
from consult.models import Consultation, CouncilRequest, Endorsement, Village, db
from consult.models.people.role_queries import holders
from consult.models.talk import answer_queries
from consult.services.core import audit, transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.messages import notifications
from consult.services.people import villages
from consult.services.people.villages import local_day
from consult.services.talk import phases
from consult.services.talk.council import council_requests
from consult.services.talk.council.council_requests import Wish
from consult.services.talk.duty import owed_answers


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
    if _reaches(consultation, village):
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


@atomic
def ask_rule(
    village: Village, rule: AnswerRule, act: Act, *, source: str = "", office: str = ""
) -> CouncilRequest | None:
    """Ask for another rule of answers; a second officer confirms it. As it is: nothing.

    `source`: where the village decided so.
    """
    if villages.answer_rule(villages.locked(village.id)) == rule:
        return None
    wish = Wish(kind=CouncilAct.ENDORSEMENT_RULE, text=source, facts=asdict(rule))
    return council_requests.ask(wish, office, act)


def carry(consultation: Consultation, into: Consultation, act: Act) -> set[int]:
    """Move names and the duty to answer to the consultation in which another goes on. Return whose names were there.

    Each name counts once; the earliest day for an answer holds. The caller has locked both.
    """
    theirs = set(db.session.scalars(_names(consultation.id)))
    here = set(db.session.scalars(_names(into.id)))
    for person_id in sorted(theirs - here):
        db.session.add(
            Endorsement(
                consultation_id=into.id,
                person_id=person_id,
                village_id=into.village_id,
                endorsed_at=act.now,
                carried_from=consultation.id,
            )
        )
    db.session.flush()
    village = db.session.get_one(Village, into.village_id)
    if answer_queries.is_owed(consultation.id):
        due = earliest(consultation.answer_due_on, into.answer_due_on if answer_queries.is_owed(into.id) else None)
        if not answer_queries.is_owed(into.id):
            into.owed_since = act.now
        _oblige(into, village, act.now, due=due)
    elif _reaches(into, village):
        _oblige(into, village, act.now)
    owed_answers.over(consultation, now=act.now)
    return theirs


def _reaches(consultation: Consultation, village: Village) -> bool:
    """Tell whether enough stand behind a proposal whose answer was not owed before."""
    raised = consultation.endorsed_at is None and consultation.phase == Phase.RAISE
    return raised and rules.reached(count(consultation.id), village.endorsements_needed)


def _names(consultation_id: int) -> Select[tuple[int]]:
    return select(Endorsement.person_id).where(Endorsement.consultation_id == consultation_id)


def count(consultation_id: int) -> int:
    """Return how many endorse a proposal."""
    return db.session.scalar(select(func.count()).where(Endorsement.consultation_id == consultation_id)) or 0


def _oblige(consultation: Consultation, village: Village, now: datetime, *, due: date | None = None) -> None:
    """Set the last day for the answer, `due` or as many days away as the village says, and tell those who answer."""
    today = local_day(village, now)
    owed_answers.over(consultation, now=now)
    consultation.endorsed_at = consultation.endorsed_at or now
    consultation.answer_due_on = due or rules.answer_due(today, village.answer_days)
    db.session.flush()
    notifications.tell(
        holders(village.id, ANSWERS_PROPOSALS, on=today),
        NotificationEvent.DUTY,
        owed_answers.told_of(consultation),
        village_id=village.id,
        consultation_id=consultation.id,
        now=now,
        kind="answer_due",
        title=consultation.proposal.title,
        until=consultation.answer_due_on.isoformat(),
    )
