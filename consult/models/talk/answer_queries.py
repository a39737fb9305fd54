"""Named selects about the answers that the council owes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, String, exists, func, or_, select, type_coerce
from sqlalchemy.orm import aliased

from consult.domain.law.bodies import internal_codes
from consult.domain.people import owed as owed_rules
from consult.domain.polls.polls import Outcome, Standing
from consult.domain.talk.comments import AnswerState
from consult.domain.talk.council_requests import CouncilAct, CouncilEnd
from consult.models.base import db
from consult.models.polls.polls import Declaration, Poll
from consult.models.talk.comments import OfficialAnswer
from consult.models.talk.consultations import Consultation, Merger, Proposal, Withdrawal
from consult.models.talk.council_requests import CouncilRequest, CouncilRequestStep
from consult.models.talk.duties import AnswerExtension


@dataclass(frozen=True)
class TownRule:
    """After how many days the town is told, and since when."""

    set_at: datetime
    days: int


def is_answered(consultation_id: Any) -> ColumnElement[bool]:
    """Tell whether an answer stands: the newest one was not taken back. `consultation_id`: a column or an id."""
    newest = (
        select(OfficialAnswer.state)
        .where(OfficialAnswer.consultation_id == consultation_id)
        .order_by(OfficialAnswer.number.desc())
        .limit(1)
        .scalar_subquery()
    )
    return func.coalesce(type_coerce(newest, String), AnswerState.WITHDRAWN.value) != AnswerState.WITHDRAWN.value


def stands(consultation_id: int) -> bool:
    """Tell whether an answer to a proposal stands now."""
    return bool(db.session.scalar(select(is_answered(consultation_id))))


def owed() -> tuple[ColumnElement[bool], ...]:
    """Return the conditions of a consultation whose answer is owed: it has a day, goes on, and nothing settles it.

    That the council studies it is no answer, nor is one that was taken back, whatever came after that, or is from before a
    merger that brought the duty. A vote that decides it settles it too (`by_vote`); one that was cancelled or annulled leaves
    it as it was.
    """
    later = aliased(OfficialAnswer)
    taken_back = exists().where(
        later.consultation_id == OfficialAnswer.consultation_id,
        later.number > OfficialAnswer.number,
        later.state == AnswerState.WITHDRAWN,
    )
    given = exists().where(
        OfficialAnswer.consultation_id == Consultation.id,
        OfficialAnswer.state.not_in((AnswerState.EVALUATING, AnswerState.WITHDRAWN)),
        or_(Consultation.owed_since.is_(None), OfficialAnswer.answered_at >= Consultation.owed_since),
        ~taken_back.correlate(OfficialAnswer),
    )
    settled = or_(given, by_vote())
    return Consultation.answer_due_on.is_not(None), ~settled, *not_ended()


def by_vote() -> ColumnElement[bool]:
    """Tell whether a declared vote that stands has decided a consultation since its answer was owed, for it or against.

    What the assembly, its representatives or a group have decided binds the council, which has nothing left to answer.
    A vote that advises or prepares, or that too few took part in, decides nothing.
    """
    since = func.coalesce(Consultation.owed_since, Consultation.endorsed_at)
    decided = exists().where(
        Poll.consultation_id == Consultation.id,
        Poll.standing == Standing.FORMAL,
        Poll.body.not_in(internal_codes()),
        *Poll.where_stands(),
        Declaration.poll_id == Poll.id,
        Declaration.outcome != Outcome.INQUORATE,
        or_(since.is_(None), Declaration.declared_at >= since),
    )
    return decided.correlate(Consultation)


def is_met_by_vote(consultation_id: int) -> bool:
    """Tell whether a vote has met the duty to answer a consultation."""
    due = Consultation.answer_due_on.is_not(None)
    return (
        db.session.scalar(select(Consultation.id).where(Consultation.id == consultation_id, due, by_vote())) is not None
    )


def not_ended() -> tuple[ColumnElement[bool], ...]:
    """Return the conditions of a consultation that was neither withdrawn nor merged."""
    withdrawn = exists().where(Withdrawal.consultation_id == Consultation.id)
    return ~withdrawn, ~exists().where(Merger.consultation_id == Consultation.id)


def is_owed(consultation_id: int) -> bool:
    """Tell whether the council owes an answer to a consultation that is not merged yet, as the database says now."""
    due, settled, *_ = owed()
    merged_or_not = select(Consultation.id).where(Consultation.id == consultation_id, due, settled)
    return db.session.scalar(merged_or_not) is not None


def may_not_move(today: Any) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions of which one is enough to keep the day for an answer: it moved once, passed, or none is owed.

    `today`: a day or a bound one; the select has the consultation.
    """
    moved = exists().where(AnswerExtension.consultation_id == Consultation.id)
    due, settled, *_ = owed()
    return moved, ~due, ~settled, Consultation.answer_due_on < today


def can_move(consultation_id: int, today: date) -> bool:
    """Tell whether the day for an answer can still be moved, as the database says now."""
    query = select(Consultation.id).where(Consultation.id == consultation_id, ~or_(*may_not_move(today)))
    return db.session.scalar(query) is not None


def unanswered(by: date) -> Sequence[Row[Any]]:
    """Return proposals whose answer is owed by a day and has not been given: (id, village_id, title, answer_due_on)."""
    query = (
        select(Consultation.id, Consultation.village_id, Proposal.title, Consultation.answer_due_on)
        .join(Proposal, Proposal.consultation_id == Consultation.id)
        .where(*owed(), Consultation.answer_due_on <= by)
    )
    return db.session.execute(query).all()


def town_rules_set(village_id: int) -> list[TownRule]:
    """Return what two officers set, oldest first. A rule from before the town was told says nothing of it."""
    query = (
        select(CouncilRequestStep.done_at, CouncilRequest.facts)
        .join(CouncilRequest, CouncilRequest.id == CouncilRequestStep.request_id)
        .where(CouncilRequest.village_id == village_id, CouncilRequest.kind == CouncilAct.ENDORSEMENT_RULE)
        .where(CouncilRequestStep.step == CouncilEnd.CONFIRMED)
        .order_by(CouncilRequestStep.done_at, CouncilRequest.id)
    )
    return [TownRule(at, int(facts.get("town", owed_rules.town_days()))) for at, facts in db.session.execute(query)]
