"""Selects about meetings, one query each, however many people are called."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, Row, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import joinedload

from consult.domain.meetings.agendas import ItemKind
from consult.domain.polls.resolution_texts import ResolutionText
from consult.models.base import db
from consult.models.board.notices import Notice
from consult.models.meetings.meetings import (
    AgendaItem,
    Meeting,
    MeetingChange,
    MeetingRollEntry,
)
from consult.models.meetings.proceedings import MinutesConfirmation, Proceeding, SignedPage
from consult.models.people.villages import Person
from consult.models.polls.meeting_links import MeetingPoll, PollEnding
from consult.models.polls.polls import Declaration, Poll, Turnout
from consult.models.talk.consultations import Consultation, Merger, Proposal, Withdrawal


def one(village_id: int, meeting_id: int) -> Meeting | None:
    query = select(Meeting).where(Meeting.village_id == village_id, Meeting.id == meeting_id)
    return db.session.scalars(query.options(joinedload(Meeting.group))).first()


def _listed() -> Select[Any]:
    return select(
        Meeting.id,
        Meeting.title,
        Meeting.language,
        Meeting.body,
        Meeting.place,
        Meeting.starts_at,
        Meeting.opened_at,
        Meeting.adjourned_at,
        Meeting.closed_at,
        Meeting.called_at,
        Meeting.cancelled_at,
        Meeting.group_id,
    )


def _seen_by(person: Person | None, *, internal: Sequence[str], officer: bool) -> Any:
    """Select what a reader may see: of office-holders' meetings those called and officers, all others everybody."""
    if officer or not internal:
        return Meeting.id.is_not(None)
    called = select(MeetingRollEntry.meeting_id).where(MeetingRollEntry.person_id == (person.id if person else 0))
    return or_(Meeting.body.not_in(internal), Meeting.id.in_(called))


def _in_doubt(since: datetime) -> ColumnElement[bool]:
    """Tell whether a meeting was told for a day before an instant and did not begin, or did not go on, then."""
    waits = or_(Meeting.opened_at.is_(None), Meeting.adjourned_at.is_not(None))
    return and_(Meeting.closed_at.is_(None), Meeting.cancelled_at.is_(None), waits, Meeting.starts_at < since)


def upcoming(
    village_id: int, person: Person | None, *, since: datetime, internal: Sequence[str], officer: bool, most: int = 10
) -> Sequence[Row[Any]]:
    """Return meetings that are called and not over, the next first; an open one stands at the top.

    `since`: when today began in the village. One whose day is over is none that comes.
    """
    query = (
        _listed()
        .where(Meeting.village_id == village_id, Meeting.called_at.is_not(None), Meeting.closed_at.is_(None))
        .where(Meeting.cancelled_at.is_(None), _seen_by(person, internal=internal, officer=officer))
        .where(~_in_doubt(since))
        .order_by(or_(Meeting.opened_at.is_(None), Meeting.adjourned_at.is_not(None)), Meeting.starts_at, Meeting.id)
        .limit(most)
    )
    return db.session.execute(query).all()


def past(
    village_id: int,
    person: Person | None,
    *,
    since: datetime,
    internal: Sequence[str],
    officer: bool,
    before: int | None = None,
    most: int = 20,
) -> Sequence[Row[Any]]:
    """Return meetings that are over or cancelled, or whose day is over, the newest first. `since`: as in `upcoming`."""
    query = (
        _listed()
        .where(Meeting.village_id == village_id, Meeting.called_at.is_not(None))
        .where(or_(Meeting.closed_at.is_not(None), Meeting.cancelled_at.is_not(None), _in_doubt(since)))
        .where(_seen_by(person, internal=internal, officer=officer))
        .order_by(Meeting.id.desc())
        .limit(most)
    )
    return db.session.execute(query.where(Meeting.id < before) if before else query).all()


def drafts(village_id: int, *, most: int = 20) -> Sequence[Row[Any]]:
    query = _listed().where(
        Meeting.village_id == village_id, Meeting.called_at.is_(None), Meeting.cancelled_at.is_(None)
    )
    return db.session.execute(query.order_by(Meeting.id.desc()).limit(most)).all()


def called_person(meeting_id: int, person: Person, *, in_person: bool = False) -> bool:
    """Tell whether a person is called, or, unless `in_person`, a member of the household."""
    house = MeetingRollEntry.household_id == person.household_id
    mine = MeetingRollEntry.person_id == person.id
    query = select(MeetingRollEntry.number).where(
        MeetingRollEntry.meeting_id == meeting_id, mine if in_person else or_(mine, house)
    )
    return db.session.scalar(query.limit(1)) is not None


def agenda(meeting_id: int) -> Sequence[Row[Any]]:
    """Return the items in their order, each with its proposal."""
    query = (
        select(
            AgendaItem.id,
            AgendaItem.number,
            AgendaItem.title,
            AgendaItem.kind,
            AgendaItem.reason,
            AgendaItem.short_notice_reason,
            AgendaItem.authorisation,
            AgendaItem.consultation_id,
            AgendaItem.resolution,
            AgendaItem.cost_fen,
            AgendaItem.funding,
            AgendaItem.text_at,
            AgendaItem.text_before,
            AgendaItem.told_at,
            Proposal.title.label("proposal"),
            Proposal.language,
            Proposal.revision,
        )
        .outerjoin(Proposal, Proposal.consultation_id == AgendaItem.consultation_id)
        .where(AgendaItem.meeting_id == meeting_id)
        .order_by(AgendaItem.number)
    )
    return db.session.execute(query).all()


def resolution_of(item: AgendaItem | Row[Any]) -> ResolutionText:
    """Return what an item, or a row of `agenda`, puts to the vote as it stands now."""
    return ResolutionText(item.resolution, item.cost_fen, tuple((name, amount) for name, amount in item.funding))


def not_to_come_again(meeting_id: int, consultation_ids: Sequence[int]) -> set[int]:
    """Return those of some proposals that were withdrawn or merged, or stand on the agenda of a later meeting."""
    later = (
        select(AgendaItem.consultation_id)
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .where(
            AgendaItem.consultation_id.in_(consultation_ids), Meeting.id > meeting_id, Meeting.cancelled_at.is_(None)
        )
    )
    ended: list[Select[Any]] = [
        select(table.consultation_id).where(table.consultation_id.in_(consultation_ids))
        for table in (Withdrawal, Merger)
    ]
    return {one for query in (later, *ended) for one in db.session.scalars(query) if one is not None}


def titles_of_later(meeting: Meeting) -> set[str]:
    """Return the titles of the items without a vote that stand on the agendas of later meetings of the same body."""
    query = (
        select(AgendaItem.title)
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .where(Meeting.village_id == meeting.village_id, Meeting.id > meeting.id, Meeting.cancelled_at.is_(None))
        .where(Meeting.body == meeting.body, Meeting.group_id.is_not_distinct_from(meeting.group_id))
        .where(AgendaItem.kind != ItemKind.MOTION)
    )
    return set(db.session.scalars(query))


def votes(meeting_id: int) -> Sequence[Row[Any]]:
    """Return the votes of a meeting, drafts too, oldest first, with the number of their item."""
    query = (
        select(
            Poll.id,
            AgendaItem.number.label("item"),
            Poll.question,
            Poll.kind,
            Poll.standing,
            Poll.secret,
            Poll.paper,
            Poll.hands,
            Poll.announced_at,
            Poll.opens_at,
            Poll.closes_at,
            Poll.cancelled_at,
            Poll.annulled_at,
            Poll.consultation_id,
            PollEnding.ended_at,
            Declaration.outcome,
            Declaration.facts,
            Turnout.units,
        )
        .join(MeetingPoll, MeetingPoll.poll_id == Poll.id)
        .join(AgendaItem, AgendaItem.id == MeetingPoll.item_id)
        .outerjoin(PollEnding, PollEnding.poll_id == Poll.id)
        .outerjoin(Declaration, Declaration.poll_id == Poll.id)
        .outerjoin(Turnout, Turnout.poll_id == Poll.id)
        .where(MeetingPoll.meeting_id == meeting_id)
        .order_by(Poll.id)
    )
    return db.session.execute(query).all()


_TURNOUT = (
    select(func.coalesce(func.sum(Turnout.units), 0))
    .join(MeetingPoll, MeetingPoll.poll_id == Turnout.poll_id)
    .where(MeetingPoll.meeting_id == bindparam("meeting_id"))
    .scalar_subquery()
)
_VERSION = select(Meeting.pulse, _TURNOUT.label("turnout")).where(
    Meeting.id == bindparam("meeting_id"), Meeting.village_id == bindparam("village_id")
)


def screen_version(village_id: int, meeting_id: int) -> str | None:
    """Return the version of everything a screen of a meeting shows, in one cheap query. None: no such meeting."""
    found = db.session.execute(_VERSION, {"meeting_id": meeting_id, "village_id": village_id}).first()
    return f"{found.pulse}-{found.turnout}" if found else None


def entries(meeting_id: int) -> Sequence[Proceeding]:
    query = select(Proceeding).where(Proceeding.meeting_id == meeting_id).order_by(Proceeding.number)
    return db.session.scalars(query).all()


def changes(meeting_id: int) -> Sequence[MeetingChange]:
    query = select(MeetingChange).where(MeetingChange.meeting_id == meeting_id).order_by(MeetingChange.id)
    return db.session.scalars(query).all()


def confirmations(meeting_id: int) -> Sequence[Row[Any]]:
    query = (
        select(MinutesConfirmation.number, MinutesConfirmation.digest, MinutesConfirmation.confirmed_at, Person.name)
        .join(Person, Person.id == MinutesConfirmation.confirmed_by)
        .where(MinutesConfirmation.meeting_id == meeting_id)
        .order_by(MinutesConfirmation.number)
    )
    return db.session.execute(query).all()


def signed_pages(meeting_id: int) -> Sequence[SignedPage]:
    return db.session.scalars(
        select(SignedPage).where(SignedPage.meeting_id == meeting_id).order_by(SignedPage.id)
    ).all()


def notices(meeting_id: int) -> Sequence[Notice]:
    return db.session.scalars(select(Notice).where(Notice.meeting_id == meeting_id).order_by(Notice.id)).all()


def names(ids: Sequence[int]) -> dict[int, str]:
    rows = db.session.execute(select(Person.id, Person.name).where(Person.id.in_(ids))).all() if ids else []
    return {row.id: row.name for row in rows}


def of_consultation(consultation_id: int, *, hidden: Sequence[str] = ()) -> Sequence[Row[Any]]:
    """Return the meetings about a proposal, newest first, without those of `hidden` bodies."""
    query = (
        _listed()
        .join(AgendaItem, AgendaItem.meeting_id == Meeting.id)
        .where(
            AgendaItem.consultation_id == consultation_id, Meeting.called_at.is_not(None), Meeting.body.not_in(hidden)
        )
        .order_by(Meeting.id.desc())
    )
    return db.session.execute(query).all()


def proposals_for_agenda(village_id: int, *, most: int = 50) -> Sequence[Row[Any]]:
    """Return proposals that may come on an agenda: (id, title), newest first."""
    query = (
        select(Consultation.id, Proposal.title)
        .join(Proposal, Proposal.consultation_id == Consultation.id)
        .where(Consultation.village_id == village_id)
        .order_by(Consultation.id.desc())
        .limit(bindparam("most", most, type_=Integer))
    )
    return db.session.execute(query).all()


def starting_before(instant: datetime, *, now: datetime) -> Sequence[Meeting]:
    """Return meetings that are called and begin, or go on another day, before an instant: for the reminder."""
    query = select(Meeting).where(
        Meeting.called_at.is_not(None),
        or_(Meeting.opened_at.is_(None), Meeting.adjourned_at.is_not(None)),
        Meeting.closed_at.is_(None),
        Meeting.cancelled_at.is_(None),
        Meeting.starts_at > now,
        Meeting.starts_at <= instant,
    )
    return db.session.scalars(query).all()
