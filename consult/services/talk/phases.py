"""Moving a consultation through its phases: by an officer, or by a poll that was announced or declared."""

from datetime import date, datetime

from sqlalchemy import func, select

from consult.domain.audit import Tag
from consult.domain.law.bodies import internal_codes
from consult.domain.refusals import Reason, Refused
from consult.domain.talk import phases
from consult.domain.talk.phases import Phase, PhaseAct
from consult.models import Consultation, Declaration, Merger, OfficialAnswer, Person, PhaseEntry, Poll, Withdrawal, db
from consult.services.core import audit, transactions

ACCEPTED = ("accepted", "partly")


def enter(
    consultation: Consultation,
    phase: Phase,
    actor_id: int | None,
    *,
    now: datetime,
    until: date | None = None,
    reason: str = "",
) -> None:
    """Add a step to the transaction at hand. `actor_id` None: by itself."""
    last = db.session.scalar(select(func.max(PhaseEntry.number)).where(PhaseEntry.consultation_id == consultation.id))
    consultation.phase = phase.value
    db.session.add(
        PhaseEntry(
            consultation_id=consultation.id,
            number=(last or 0) + 1,
            village_id=consultation.village_id,
            phase=phase.value,
            until=until,
            reason=reason,
            entered_by=actor_id,
            entered_at=now,
        )
    )


def pass_into(consultation: Consultation, phase: Phase, *, now: datetime) -> None:
    """A poll was announced or declared: the consultation goes along, unless it is there already."""
    if consultation.phase != phase:
        enter(consultation, phase, None, now=now)


def move(
    consultation: Consultation, phase: Phase, actor: Person, *, until: date | None, reason: str, now: datetime
) -> None:
    """An officer moves it on, or back with a reason. Already there: nothing. Raises Refused."""
    transactions.lock(consultation)
    refuse_ended(consultation)
    here = Phase(consultation.phase)
    if here is phase:
        return
    if not phases.leads(here, phase):
        raise Refused(Reason.NO_WAY_THERE)
    if phase is Phase.CARRY_OUT and not may_be_carried_out(consultation.id):
        raise Refused(Reason.NOTHING_TO_CARRY_OUT)
    enter(consultation, phase, actor.id, now=now, until=until, reason=reason)
    audit.record(
        Tag.CONSULTATION_MOVED,
        f"consultation:{consultation.id}",
        village_id=actor.village_id,
        actor_id=actor.id,
        now=now,
        phase=phase.value,
    )
    transactions.commit()


def may_be_carried_out(consultation_id: int) -> bool:
    """A poll carried it, or the council accepted it."""
    carried = (
        select(Declaration.poll_id)
        .join(Poll, Poll.id == Declaration.poll_id)
        .where(Poll.consultation_id == consultation_id, Declaration.outcome == "carried")
        .where(Poll.body.not_in(internal_codes()))
    )
    answers = select(OfficialAnswer.state).where(OfficialAnswer.consultation_id == consultation_id)
    newest = db.session.scalar(answers.order_by(OfficialAnswer.number.desc()).limit(1))
    return newest in ACCEPTED or db.session.scalar(carried.limit(1)) is not None


def refuse_unless_open(consultation: Consultation, act: PhaseAct) -> None:
    """Raises Refused when the consultation has ended or its phase does not open this."""
    refuse_ended(consultation)
    if not phases.opens(Phase(consultation.phase), act):
        raise Refused(Reason.PHASE_CLOSED)


def refuse_ended(consultation: Consultation) -> None:
    """Raises Refused for one that was withdrawn or merged."""
    for ending in (Withdrawal, Merger):
        if db.session.get(ending, consultation.id) is not None:
            raise Refused(Reason.CONSULTATION_ENDED)
