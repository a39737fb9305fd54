"""Moving a consultation through its phases: by an officer, or by a poll that was announced or declared."""

from datetime import date, datetime

from sqlalchemy import func, select

from consult.domain import versions
from consult.domain.audit import Tag
from consult.domain.refusals import Reason, Refused
from consult.domain.talk import phases
from consult.domain.talk.comments import AnswerState
from consult.domain.talk.phases import Phase, PhaseAct
from consult.models import (
    Consultation,
    Merger,
    OfficialAnswer,
    OpinionSummary,
    PhaseEntry,
    Proposal,
    Withdrawal,
    db,
)
from consult.models.talk import consultation_queries
from consult.services.core import audit, transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic

ACCEPTED = (AnswerState.ACCEPTED, AnswerState.PARTLY)


def enter(consultation: Consultation, phase: Phase, act: Act, *, until: date | None = None, reason: str = "") -> None:
    """Add a step into a phase to the unit of work at hand. `until`: the last day planned for it."""
    last = db.session.scalar(select(func.max(PhaseEntry.number)).where(PhaseEntry.consultation_id == consultation.id))
    consultation.phase = phase
    db.session.add(
        PhaseEntry(
            consultation_id=consultation.id,
            number=(last or 0) + 1,
            village_id=consultation.village_id,
            phase=phase,
            until=until,
            reason=reason,
            entered_by=act.actor_id,
            entered_at=act.now,
        )
    )


def pass_into(consultation: Consultation, phase: Phase, *, now: datetime) -> None:
    """Move a consultation along with its poll, in the unit of work at hand. Already there: nothing.

    The caller has locked the consultation, before it wrote to the log.
    """
    if consultation.phase is not phase:
        enter(consultation, phase, Act.by_system(consultation.village_id, now=now))


@atomic
def move(consultation: Consultation, phase: Phase, act: Act, *, until: date | None = None, reason: str = "") -> None:
    """Move a consultation on, or back with a reason, as an officer. Already there: nothing. Raises Refused."""
    transactions.lock(consultation)
    refuse_ended(consultation)
    if consultation.phase is phase:
        return
    versions.refuse_unless_same(act.seen, shown_parts(consultation, "phase", "answer", "text"))
    if not phases.leads(consultation.phase, phase):
        raise Refused(Reason.NO_WAY_THERE)
    if phase is Phase.CARRY_OUT and not may_be_carried_out(consultation.id):
        raise Refused(Reason.NOTHING_TO_CARRY_OUT)
    enter(consultation, phase, act, until=until, reason=reason)
    audit.record(Tag.CONSULTATION_MOVED, f"consultation:{consultation.id}", act, phase=phase.value)


def shown_parts(consultation: Consultation, *names: str) -> dict[str, object]:
    """Return what the page of the council's acts shows of a consultation, as it is now; all parts, or some of them."""
    ids = {"consultation_id": consultation.id}
    newest = {
        "phase": select(func.max(PhaseEntry.number)).filter_by(**ids),
        "answer": select(func.max(OfficialAnswer.number)).filter_by(**ids),
        "summary": select(func.max(OpinionSummary.number)).filter_by(**ids),
        "text": select(Proposal.revision).filter_by(**ids),
    }
    return {name: db.session.scalar(newest[name]) for name in names or newest}


def may_be_carried_out(consultation_id: int) -> bool:
    """Tell whether a poll carried it or the council's newest answer accepts it, in whole or in part."""
    answers = select(OfficialAnswer.state).where(OfficialAnswer.consultation_id == consultation_id)
    newest = db.session.scalar(answers.order_by(OfficialAnswer.number.desc()).limit(1))
    return newest in ACCEPTED or consultation_queries.is_carried(consultation_id)


def refuse_unless_open(consultation: Consultation, act: PhaseAct) -> None:
    """Raise Refused when the consultation has ended or its phase does not open this."""
    refuse_ended(consultation)
    if not phases.opens(consultation.phase, act):
        raise Refused(Reason.PHASE_CLOSED)


def refuse_ended(consultation: Consultation) -> None:
    """Raise Refused for one that was withdrawn or merged."""
    if has_ended(consultation):
        raise Refused(Reason.CONSULTATION_ENDED)


def has_ended(consultation: Consultation) -> bool:
    """Tell whether it was withdrawn or merged, by what the database says now."""
    return any(db.session.get(ending, consultation.id) is not None for ending in (Withdrawal, Merger))
