"""Named selects about notices."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from consult.domain.board.notices import NoticeTag
from consult.domain.characters import MASK
from consult.domain.polls.polls import Standing
from consult.models.base import db
from consult.models.board.notices import Notice
from consult.models.meetings import meeting_queries
from consult.models.meetings.meetings import Meeting
from consult.models.polls.meeting_links import MeetingPoll
from consult.models.polls.polls import Poll
from consult.models.talk.consultations import Consultation, Proposal


@dataclass(frozen=True, slots=True)
class NoticeListing:
    """A notice as it stands in a list, with columns in the order of `newest`."""

    id: int
    tag: NoticeTag
    year: int
    number: int
    posted_at: datetime
    posted_until: date
    facts: Mapping[str, Any]
    title: str
    language: str
    standing: Standing | None
    """Of a notice about a vote: whether it decides or only asks."""


def newest(village_id: int, *, most: int = 20, before: int | None = None) -> list[NoticeListing]:
    """Return what hangs on the board, newest first; `before` is the id of the last one seen."""
    query = (
        select(
            Notice.id,
            Notice.tag,
            Notice.year,
            Notice.number,
            Notice.posted_at,
            Notice.posted_until,
            Notice.facts,
            func.coalesce(Proposal.title, Meeting.title).label("title"),
            func.coalesce(Proposal.language, Meeting.language).label("language"),
            Poll.standing,
        )
        .outerjoin(Poll, Poll.id == Notice.poll_id)
        .outerjoin(Meeting, Meeting.id == Notice.meeting_id)
        .outerjoin(Proposal, Proposal.consultation_id == func.coalesce(Poll.consultation_id, Notice.consultation_id))
        .where(Notice.village_id == village_id, _hangs_alone())
        .order_by(Notice.id.desc())
        .limit(most)
    )
    rows = db.session.execute(query.where(Notice.id < before) if before else query)
    return [NoticeListing(*row) for row in rows]


def one(village_id: int, notice_id: int) -> Select[tuple[Notice]]:
    """Return the select of a notice with the poll, meeting or consultation it is about."""
    return with_matter(select(Notice).where(Notice.village_id == village_id, Notice.id == notice_id))


def with_matter(query: Select[tuple[Notice]]) -> Select[tuple[Notice]]:
    """Let a select of notices bring the poll, meeting or consultation of each."""
    poll = joinedload(Notice.poll)
    proposal = poll.joinedload(Poll.consultation).joinedload(Consultation.proposal)
    return query.options(
        poll.joinedload(Poll.options),
        poll.joinedload(Poll.meeting_poll),
        poll.joinedload(Poll.group),
        proposal.joinedload(Proposal.funding),
        joinedload(Notice.meeting).joinedload(Meeting.group),
        joinedload(Notice.consultation).joinedload(Consultation.proposal),
    )


def _hangs_alone() -> ColumnElement[bool]:
    """Select notices but those of single votes whose meeting has one notice of all its results."""
    results = aliased(Notice)
    gathered = (
        select(MeetingPoll.poll_id)
        .join(results, results.meeting_id == MeetingPoll.meeting_id)
        .where(results.tag == NoticeTag.MEETING_RESULTS)
    )
    return or_(Notice.tag != NoticeTag.POLL_DECLARED, Notice.poll_id.not_in(gathered))


def of_meeting(meeting_id: int) -> Sequence[Notice]:
    """Return what hangs about a meeting and about its votes, oldest first."""
    votes = select(MeetingPoll.poll_id).where(MeetingPoll.meeting_id == meeting_id)
    about = or_(Notice.meeting_id == meeting_id, Notice.poll_id.in_(votes))
    return db.session.scalars(select(Notice).where(about, _hangs_alone()).order_by(Notice.id)).all()


def single_result(poll_id: int) -> Notice | None:
    """Return the notice that was made when a vote was declared, if one was."""
    return db.session.scalar(select(Notice).where(Notice.poll_id == poll_id, Notice.tag == NoticeTag.POLL_DECLARED))


def gathering(poll_id: int) -> int | None:
    """Return the id of the notice of all results of the meeting that voted; None: there is none."""
    return db.session.scalar(_gathering(poll_id))


def _gathering(poll_id: int) -> Select[tuple[int]]:
    return (
        select(Notice.id)
        .join(MeetingPoll, MeetingPoll.meeting_id == Notice.meeting_id)
        .where(MeetingPoll.poll_id == poll_id, Notice.tag == NoticeTag.MEETING_RESULTS)
    )


def of_result(poll_id: int) -> int | None:
    """Return the id of the notice that hangs with the result of a vote: its meeting's, or its own."""
    own = select(Notice.id).where(Notice.poll_id == poll_id, Notice.tag == NoticeTag.POLL_DECLARED)
    either = select(func.coalesce(_gathering(poll_id).scalar_subquery(), own.scalar_subquery()))
    found: int | None = db.session.scalar(either)
    return found


def words_of(notice: Notice) -> tuple[int | None, str, str]:
    """Return the consultation a notice is about, its words, and their language.

    Where the words of the matter are hidden, a question that was asked of it is left out: it repeats them.
    """
    if notice.meeting is not None:
        items = [item.title for item in meeting_queries.agenda(notice.meeting.id)]
        return None, " ".join([notice.meeting.title, notice.meeting.place, *items]), notice.meeting.language
    consultation = notice.poll.consultation if notice.poll is not None else notice.consultation
    if consultation is None:
        raise LookupError("a notice about nothing")  # the database allows none: ck_notice_about_one_thing
    question = notice.poll.question if notice.poll is not None and consultation.proposal.title != MASK else ""
    return consultation.id, f"{consultation.proposal.title} {question}".strip(), consultation.proposal.language
