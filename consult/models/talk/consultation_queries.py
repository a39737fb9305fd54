"""Named selects about consultations."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from consult.domain.law.bodies import internal_codes
from consult.domain.meetings.agendas import ItemKind
from consult.domain.polls.polls import Channel, Outcome, Standing
from consult.domain.polls.resolution_texts import ResolutionText
from consult.domain.talk.consultations import Draft
from consult.domain.talk.phases import Phase
from consult.models.base import db
from consult.models.meetings.meetings import AgendaItem, Meeting
from consult.models.people.villages import Group, Person
from consult.models.polls.meeting_links import MeetingPoll
from consult.models.polls.polls import Declaration, Poll, RollEntry
from consult.models.talk.consultations import Consultation, ConsultationGroup, Proposal, ProposalRevision


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
    latest = select(func.max(Poll.closes_at)).where(Poll.consultation_id == Consultation.id, Poll.stands)
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


def newest(
    village_id: int,
    *,
    most: int = 30,
    before: int | None = None,
    phase: Phase | None = None,
    year: int | None = None,
) -> list[ConsultationListing]:
    """Return consultations with their proposals, newest first, of a phase and a year where these are given.

    `before` is the id of the last one seen.
    """
    query = NEWEST if phase is None else NEWEST.where(Consultation.phase == phase)
    query = query if year is None else query.where(Consultation.year == year)
    rows = db.session.execute(query, {"village_id": village_id, "most": most, "before": before or LAST})
    return [ConsultationListing(*row) for row in rows]


def years(village_id: int) -> list[int]:
    """Return the years in which consultations were opened, the newest first: first and last are read, not all between."""
    ends = select(func.min(Consultation.year), func.max(Consultation.year)).where(Consultation.village_id == village_id)
    first, last = db.session.execute(ends).one()
    return [] if first is None else list(range(last, first - 1, -1))


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
            proposal.joinedload(Proposal.pictures),
        )
    )


def words_of(consultation_id: int, *, revision: int | None = None) -> tuple[int, dict[str, Any]]:
    """Return a revision of a proposal: its number and its words as stored. None: the newest.

    Read from the rows as they stand: the page may have loaded the proposal before another revised it.
    """
    wanted = ProposalRevision.number == (Proposal.revision if revision is None else revision)
    query = (
        select(ProposalRevision.number, ProposalRevision.words)
        .join(Proposal, and_(ProposalRevision.proposal_id == Proposal.id, wanted))
        .where(Proposal.consultation_id == consultation_id)
    )
    number, words = db.session.execute(query).one()
    return number, words


def words_on(consultation_id: int, instant: datetime) -> dict[str, Any]:
    """Return the words of a proposal as they stood at an instant, as stored; of a later one those that it began with."""
    query = (
        select(ProposalRevision.words)
        .join(Proposal, Proposal.id == ProposalRevision.proposal_id)
        .where(Proposal.consultation_id == consultation_id)
    )
    there = query.where(ProposalRevision.revised_at <= instant).order_by(ProposalRevision.number.desc())
    words: dict[str, Any] | None = db.session.scalar(there.limit(1))
    return words if words is not None else db.session.scalars(query.order_by(ProposalRevision.number).limit(1)).one()


def all_words(consultation_ids: Collection[int]) -> dict[tuple[int, int], dict[str, Any]]:
    """Return the words of every revision of some proposals, by the consultation and the revision's number."""
    query = select(Proposal.consultation_id, ProposalRevision.number, ProposalRevision.words).join(
        ProposalRevision, ProposalRevision.proposal_id == Proposal.id
    )
    rows = db.session.execute(query.where(Proposal.consultation_id.in_(consultation_ids)))
    return {(consultation_id, number): words for consultation_id, number, words in rows}


def newest_words(consultation_ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """Return the words of the newest revision of some proposals, by the consultation."""
    if not consultation_ids:
        return {}
    newest = and_(ProposalRevision.proposal_id == Proposal.id, ProposalRevision.number == Proposal.revision)
    query = select(Proposal.consultation_id, ProposalRevision.words).join(ProposalRevision, newest)
    rows = db.session.execute(query.where(Proposal.consultation_id.in_(consultation_ids)))
    return {consultation_id: words for consultation_id, words in rows}


def polls_of(consultation_id: int, *, with_drafts: bool) -> Sequence[Poll]:
    """Return its polls, newest first, without those of bodies that only prepare and drafts planned for a meeting."""
    return db.session.scalars(_polls_of(consultation_id, with_drafts=with_drafts)).all()


def polls_for(reader: Person | None, consultation_id: int, *, with_drafts: bool) -> list[tuple[Poll, bool]]:
    """Return what polls_of does, each with whether the reader has given the vote of their unit by phone."""
    mine = RollEntry.voted_by == (reader.id if reader is not None else None)
    given = exists().where(RollEntry.poll_id == Poll.id, mine, RollEntry.channel == Channel.PHONE)
    query = _polls_of(consultation_id, with_drafts=with_drafts).add_columns(given)
    return [(poll, bool(has_voted)) for poll, has_voted in db.session.execute(query)]


def _polls_of(consultation_id: int, *, with_drafts: bool) -> Select[tuple[Poll]]:
    query = (
        select(Poll)
        .where(Poll.consultation_id == consultation_id, Poll.body.not_in(internal_codes()))
        .where(or_(Poll.announced_at.is_not(None), Poll.id.not_in(select(MeetingPoll.poll_id))))
        .options(joinedload(Poll.tally), joinedload(Poll.declaration), joinedload(Poll.turnout))
        .order_by(Poll.id.desc())
    )
    return query if with_drafts else query.where(Poll.announced_at.is_not(None))


def is_of(village_id: int, consultation_id: int) -> bool:
    """Tell whether this consultation is one of the village."""
    query = select(Consultation.id).where(Consultation.id == consultation_id, Consultation.village_id == village_id)
    return db.session.scalar(query) is not None


def is_carried(consultation_id: int) -> bool:
    """Tell whether a declared poll of a body that is not internal carried the proposal, to decide it or to advise."""
    return db.session.scalar(_carried(consultation_id).with_only_columns(Poll.id).limit(1)) is not None


def is_resolved(consultation_id: int) -> bool:
    """Tell whether a formal vote of a deciding body carried the proposal: its words are a resolution."""
    query = _carried(consultation_id).where(Poll.standing == Standing.FORMAL)
    return db.session.scalar(query.with_only_columns(Poll.id).limit(1)) is not None


def _carried(consultation_id: int) -> Select[tuple[Poll]]:
    return (
        select(Poll)
        .join(Declaration, Declaration.poll_id == Poll.id)
        .where(Poll.consultation_id == consultation_id, Declaration.outcome == Outcome.CARRIED)
        .where(Poll.body.not_in(internal_codes()), Poll.stands)
    )


def resolution_of(poll: Poll) -> ResolutionText:
    """Return what a poll resolves if it carries: as it was frozen; of a draft as the proposal says now."""
    frozen_poll = poll.frozen_poll
    if frozen_poll is not None and frozen_poll.resolution is not None:
        return frozen_poll.resolution
    _, words = words_of(poll.consultation_id, revision=frozen_poll.proposal_revision if frozen_poll else None)
    return ResolutionText.of_proposal(Draft.from_facts(words))


def _deciding(consultation_id: int) -> Sequence[Poll]:
    """Return the votes that carried a proposal and decide, the newest first."""
    query = _carried(consultation_id).where(Poll.standing == Standing.FORMAL)
    return db.session.scalars(query.order_by(Declaration.declared_at.desc(), Poll.id.desc())).all()


def decided_fen(consultation: Consultation) -> int | None:
    """Return the sum that was decided, in fen; None: no sum was decided.

    It is that of the newest vote that carried one and decides: it passed the gates of the law before it opened. What a
    vote advised, or the proposal says, decides no money.
    """
    named = (resolution_of(poll).cost_fen for poll in _deciding(consultation.id))
    return next((sum_ for sum_ in named if sum_ is not None), None)


def deciding_poll(consultation_id: int) -> int | None:
    """Return the id of the newest vote that carried a proposal and decides; None: there is none."""
    return next((poll.id for poll in _deciding(consultation_id)), None)


def stands_on_agenda(consultation_id: int) -> bool:
    """Tell whether a meeting that is called and not over has it as a motion: its notice names these words."""
    query = (
        select(AgendaItem.id)
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .where(AgendaItem.consultation_id == consultation_id, AgendaItem.kind == ItemKind.MOTION)
        .where(Meeting.called_at.is_not(None), Meeting.closed_at.is_(None), Meeting.cancelled_at.is_(None))
    )
    return db.session.scalar(query.limit(1)) is not None
