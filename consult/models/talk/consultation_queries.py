"""Named selects about consultations."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, bindparam, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from consult.domain.law.bodies import internal_codes
from consult.domain.meetings.agendas import ItemKind
from consult.domain.polls.polls import Outcome
from consult.domain.talk.phases import Phase
from consult.models.base import db
from consult.models.meetings.meetings import AgendaItem, Meeting
from consult.models.people.villages import Group, Person
from consult.models.polls.meeting_links import MeetingPoll
from consult.models.polls.polls import Declaration, Poll
from consult.models.talk.consultations import Consultation, ConsultationGroup, Proposal


@dataclass(frozen=True, slots=True)
class ConsultationListing:
    """A consultation as it stands in a list, with columns in the order of NEWEST."""

    id: int
    year: int
    number: int
    opened_at: datetime
    title: str
    summary: str
    language: str
    cost_fen: int | None
    phase: Phase
    group: str | None
    """The names of its groups; None: the whole village."""
    proposer: str
    closes_at: datetime | None
    """When the last of its announced votes closes."""


def groups_named() -> ColumnElement[str]:
    """Return the column with the names of a consultation's groups; NULL: the whole village."""
    names = (
        select(func.aggregate_strings(Group.name, " · "))
        .join(ConsultationGroup, ConsultationGroup.group_id == Group.id)
        .where(ConsultationGroup.consultation_id == Consultation.id)
    )
    return names.scalar_subquery().label("group")


def _newest() -> Select[Any]:
    latest = select(func.max(Poll.closes_at)).where(
        Poll.consultation_id == Consultation.id, Poll.announced_at.is_not(None)
    )
    return (
        select(
            Consultation.id,
            Consultation.year,
            Consultation.number,
            Consultation.opened_at,
            Proposal.title,
            Proposal.summary,
            Proposal.language,
            Proposal.cost_fen,
            Consultation.phase,
            groups_named(),
            Person.name.label("proposer"),
            latest.scalar_subquery().label("closes_at"),
        )
        .join(Proposal, Proposal.consultation_id == Consultation.id)
        .join(Person, Person.id == Proposal.proposed_by)
        .where(Consultation.village_id == bindparam("village_id"), Consultation.id < bindparam("before"))
        .order_by(Consultation.id.desc())
        .limit(bindparam("most", type_=Integer))
    )


LAST = 2**31 - 1
NEWEST = _newest()
"""Built once: it is on the two most visited pages."""


def newest(village_id: int, *, most: int = 30, before: int | None = None) -> list[ConsultationListing]:
    """Return consultations with their proposals, newest first; `before` is the id of the last one seen."""
    rows = db.session.execute(NEWEST, {"village_id": village_id, "most": most, "before": before or LAST})
    return [ConsultationListing(*row) for row in rows]


def one(village_id: int, consultation_id: int) -> Select[tuple[Consultation]]:
    """Return the select of a consultation with its proposal, money, pictures and proposer."""
    proposal = joinedload(Consultation.proposal)
    return (
        select(Consultation)
        .where(Consultation.village_id == village_id, Consultation.id == consultation_id)
        .options(
            joinedload(Consultation.withdrawal),
            joinedload(Consultation.merger),
            selectinload(Consultation.groups),
            proposal.joinedload(Proposal.funding),
            proposal.joinedload(Proposal.proposer),
            proposal.joinedload(Proposal.recording),
            proposal.selectinload(Proposal.pictures),
        )
    )


def polls_of(consultation_id: int, *, with_drafts: bool) -> Sequence[Poll]:
    """Return its polls, newest first, without those of bodies that only prepare and drafts planned for a meeting."""
    query = (
        select(Poll)
        .where(Poll.consultation_id == consultation_id, Poll.body.not_in(internal_codes()))
        .where(or_(Poll.announced_at.is_not(None), Poll.id.not_in(select(MeetingPoll.poll_id))))
        .options(joinedload(Poll.tally), joinedload(Poll.declaration), joinedload(Poll.turnout))
        .order_by(Poll.id.desc())
    )
    return db.session.scalars(query if with_drafts else query.where(Poll.announced_at.is_not(None))).all()


def is_of(village_id: int, consultation_id: int) -> bool:
    """Tell whether this consultation is one of the village."""
    query = select(Consultation.id).where(Consultation.id == consultation_id, Consultation.village_id == village_id)
    return db.session.scalar(query) is not None


def is_carried(consultation_id: int) -> bool:
    """Tell whether a declared poll of a deciding body carried the proposal."""
    query = (
        select(Declaration.poll_id)
        .join(Poll, Poll.id == Declaration.poll_id)
        .where(Poll.consultation_id == consultation_id, Declaration.outcome == Outcome.CARRIED)
        .where(Poll.body.not_in(internal_codes()))
    )
    return db.session.scalar(query.limit(1)) is not None


def stands_on_agenda(consultation_id: int) -> bool:
    """Tell whether a meeting that is called and not over has it as a motion: its notice names these words."""
    query = (
        select(AgendaItem.id)
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .where(AgendaItem.consultation_id == consultation_id, AgendaItem.kind == ItemKind.MOTION)
        .where(Meeting.called_at.is_not(None), Meeting.closed_at.is_(None), Meeting.cancelled_at.is_(None))
    )
    return db.session.scalar(query.limit(1)) is not None
