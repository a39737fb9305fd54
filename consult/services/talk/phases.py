"""Moving a consultation through its phases: by an officer, or by a poll that was announced or declared."""

from datetime import date, datetime

from sqlalchemy import bindparam, exists, func, or_, select

from consult.domain import versions
from consult.domain.audit import Tag
from consult.domain.law import spending
from consult.domain.law.bodies import internal_codes
from consult.domain.refusals import Reason, Refused
from consult.domain.talk import phases
from consult.domain.talk.council_requests import ACCEPTS, CouncilAct, speaks_for_the_council
from consult.domain.talk.phases import Phase, PhaseAct
from consult.models import (
    Consultation,
    CouncilRequest,
    Declaration,
    Merger,
    OfficialAnswer,
    OpinionSummary,
    PhaseEntry,
    Poll,
    Proposal,
    Withdrawal,
    db,
)
from consult.models.talk import consultation_queries
from consult.services.core import audit, transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.talk import money
from consult.services.talk.council import council_requests
from consult.services.talk.council.council_requests import Wish


def enter(
    consultation: Consultation,
    phase: Phase,
    act: Act,
    *,
    until: date | None = None,
    reason: str = "",
    request_id: int | None = None,
) -> None:
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
            request_id=request_id,
        )
    )


def pass_into(consultation: Consultation, phase: Phase, *, now: datetime) -> None:
    """Move a consultation along with its poll, in the unit of work at hand. Already there: nothing.

    The caller has locked the consultation, before it wrote to the log.
    """
    if consultation.phase is not phase:
        enter(consultation, phase, Act.by_system(consultation.village_id, now=now))


def release(consultation: Consultation, *, now: datetime, annulled: bool = False) -> None:
    """Give a matter back when a vote on it was cancelled or annulled, in the unit of work at hand.

    While another vote holds it, nothing. A cancelled vote leaves it where it was before, an annulled one to be discussed.
    The caller has locked the consultation, before it wrote to the log.
    """
    if holding_vote(consultation.id) is not None:
        return
    if annulled and consultation.phase in (Phase.VOTE, Phase.DECIDE, Phase.CARRY_OUT):
        if not consultation_queries.is_carried(consultation.id):
            pass_into(consultation, Phase.DISCUSS, now=now)
    elif consultation.phase is Phase.VOTE:
        steps = select(PhaseEntry.phase).where(PhaseEntry.consultation_id == consultation.id)
        passed = db.session.scalars(steps.order_by(PhaseEntry.number)).all()
        pass_into(consultation, phases.before_vote(passed), now=now)


def holding_vote(consultation_id: int) -> int | None:
    """Return the id of a vote that holds a matter: announced, not cancelled, its result not declared. None: no vote does.

    Votes of bodies that only prepare hold nothing: the text may follow them.
    """
    query = (
        select(Poll.id)
        .outerjoin(Declaration, Declaration.poll_id == Poll.id)
        .where(Poll.consultation_id == consultation_id, Poll.stands, Declaration.poll_id.is_(None))
        .where(Poll.body.not_in(internal_codes()))
    )
    return db.session.scalar(query.limit(1))


@atomic
def move(
    consultation: Consultation, phase: Phase, act: Act, *, until: date | None = None, reason: str = "", office: str = ""
) -> CouncilRequest | None:
    """Move a consultation on, or back with a reason, as an officer. Already there: nothing. Raises Refused.

    A move that speaks for the council waits for a second officer, whose request is returned, unless a meeting has it on
    its agenda. `office`: by which the actor asks; empty: one that they hold.
    """
    transactions.lock(consultation)
    refuse_ended(consultation)
    if consultation.phase is phase:
        return None
    versions.refuse_unless_same(act.seen, shown_parts(consultation, "phase", "answer", "text"))
    refuse_unless_leads(consultation, phase, act)
    if speaks_for_the_council(consultation.phase, phase) and not consultation_queries.stands_on_agenda(consultation.id):
        facts = {"from": consultation.phase.value, "phase": phase.value, "until": until.isoformat() if until else None}
        wish = Wish(kind=CouncilAct.MOVE, text=reason, facts=facts, consultation_id=consultation.id)
        return council_requests.ask(wish, office, act)
    enter(consultation, phase, act, until=until, reason=reason)
    audit.record(Tag.CONSULTATION_MOVED, f"consultation:{consultation.id}", act, phase=phase.value)
    return None


def refuse_unless_leads(consultation: Consultation, phase: Phase, act: Act) -> None:
    """Raise Refused where an officer may not move it there, or it may not be carried out yet."""
    if not phases.leads(consultation.phase, phase):
        raise Refused(Reason.NO_WAY_THERE)
    if consultation.phase is Phase.VOTE and holding_vote(consultation.id) is not None:
        raise Refused(Reason.VOTE_HOLDS_MATTER)
    if phase is Phase.CARRY_OUT and (reason := why_not_carried_out(consultation, now=act.now)):
        raise Refused(reason)


def move_for_two(consultation: Consultation, request: CouncilRequest, act: Act) -> None:
    """Move a consultation as a request of two officers says, in the unit of work at hand."""
    phase, until = Phase(request.facts["phase"]), request.facts["until"]
    enter(
        consultation,
        phase,
        act,
        until=date.fromisoformat(until) if until else None,
        reason=request.text,
        request_id=request.id,
    )
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


def why_not_carried_out(consultation: Consultation, *, now: datetime) -> Reason | None:
    """Return why a proposal may not be carried out: nobody decided it, or not its money. None: it may be."""
    answers = select(OfficialAnswer.state).where(OfficialAnswer.consultation_id == consultation.id)
    newest = db.session.scalar(answers.order_by(OfficialAnswer.number.desc()).limit(1))
    cost = db.session.scalar(select(Proposal.cost_fen).where(Proposal.consultation_id == consultation.id))
    return spending.why_not_carried_out(
        cost,
        money.ceiling_of(consultation, now=now),
        carried=consultation_queries.is_carried(consultation.id),
        accepted=newest in ACCEPTS,
    )


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
    return bool(db.session.scalar(ENDED, {"id": consultation.id}))


ENDED = select(
    or_(*(exists().where(ending.consultation_id == bindparam("id")) for ending in (Withdrawal, Merger)))
)  # asked at each act on a matter: put together once
