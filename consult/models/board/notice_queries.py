"""Named selects about notices."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from consult.domain.board.notices import NoticeTag
from consult.domain.polls.polls import Standing
from consult.models.base import db
from consult.models.board.notices import Notice
from consult.models.meetings import meeting_queries
from consult.models.meetings.meetings import Meeting
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
    """Return notices, newest first; `before` is the id of the last one seen."""
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
        .where(Notice.village_id == village_id)
        .order_by(Notice.id.desc())
        .limit(most)
    )
    rows = db.session.execute(query.where(Notice.id < before) if before else query)
    return [NoticeListing(*row) for row in rows]


def one(village_id: int, notice_id: int) -> Select[tuple[Notice]]:
    """Return the select of a notice with the poll, meeting or consultation it is about."""
    poll = joinedload(Notice.poll)
    proposal = poll.joinedload(Poll.consultation).joinedload(Consultation.proposal)
    return (
        select(Notice)
        .where(Notice.village_id == village_id, Notice.id == notice_id)
        .options(
            poll.joinedload(Poll.options),
            poll.joinedload(Poll.meeting_poll),
            poll.joinedload(Poll.group),
            proposal.joinedload(Proposal.funding),
            joinedload(Notice.meeting).joinedload(Meeting.group),
            joinedload(Notice.consultation).joinedload(Consultation.proposal),
        )
    )


def of_poll(poll_id: int, tag: NoticeTag) -> int | None:
    """Return the id of the notice of this kind about a poll, if one was posted."""
    return db.session.scalar(select(Notice.id).where(Notice.poll_id == poll_id, Notice.tag == tag))


def words_of(notice: Notice) -> tuple[int | None, str, str]:
    """Return the consultation a notice is about, its words, and their language."""
    if notice.meeting is not None:
        items = [item.title for item in meeting_queries.agenda(notice.meeting.id)]
        return None, " ".join([notice.meeting.title, notice.meeting.place, *items]), notice.meeting.language
    consultation = notice.poll.consultation if notice.poll is not None else notice.consultation
    if consultation is None:
        raise LookupError("a notice about nothing")  # the database allows none: ck_notice_about_one_thing
    question = notice.poll.question if notice.poll is not None else ""
    return consultation.id, f"{consultation.proposal.title} {question}".strip(), consultation.proposal.language
