"""Selects about meetings, one query each, however many people are called."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Row, Select, bindparam, func, or_, select
from sqlalchemy.orm import joinedload

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
from consult.models.talk.consultations import Consultation, Proposal


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


def upcoming(
    village_id: int, person: Person | None, *, internal: Sequence[str], officer: bool, most: int = 10
) -> Sequence[Row[Any]]:
    """Return meetings that are called and not over, the next first; an open one stands at the top."""
    query = (
        _listed()
        .where(Meeting.village_id == village_id, Meeting.called_at.is_not(None), Meeting.closed_at.is_(None))
        .where(Meeting.cancelled_at.is_(None), _seen_by(person, internal=internal, officer=officer))
        .order_by(Meeting.opened_at.is_(None), Meeting.starts_at, Meeting.id)
        .limit(most)
    )
    return db.session.execute(query).all()


def past(
    village_id: int,
    person: Person | None,
    *,
    internal: Sequence[str],
    officer: bool,
    before: int | None = None,
    most: int = 20,
) -> Sequence[Row[Any]]:
    """Return meetings that are over or cancelled, the newest first."""
    query = (
        _listed()
        .where(Meeting.village_id == village_id, Meeting.called_at.is_not(None))
        .where(or_(Meeting.closed_at.is_not(None), Meeting.cancelled_at.is_not(None)))
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
            AgendaItem.consultation_id,
            Proposal.title.label("proposal"),
            Proposal.language,
            Proposal.revision,
        )
        .outerjoin(Proposal, Proposal.consultation_id == AgendaItem.consultation_id)
        .where(AgendaItem.meeting_id == meeting_id)
        .order_by(AgendaItem.number)
    )
    return db.session.execute(query).all()


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
    """Return meetings that are called, not opened, and begin before an instant: for the reminder."""
    query = select(Meeting).where(
        Meeting.called_at.is_not(None),
        Meeting.opened_at.is_(None),
        Meeting.cancelled_at.is_(None),
        Meeting.starts_at > now,
        Meeting.starts_at <= instant,
    )
    return db.session.scalars(query).all()
