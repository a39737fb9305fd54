"""Named selects about notices."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import joinedload

from consult.models.base import db
from consult.models.board.notices import Notice
from consult.models.meetings.meetings import Meeting
from consult.models.polls.polls import Poll
from consult.models.talk.consultations import Consultation, Proposal


def newest(village_id: int, *, most: int = 20, before: int | None = None) -> Sequence[Row[Any]]:
    """What hangs on the board, newest first."""
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
        )
        .outerjoin(Poll, Poll.id == Notice.poll_id)
        .outerjoin(Meeting, Meeting.id == Notice.meeting_id)
        .outerjoin(Proposal, Proposal.consultation_id == func.coalesce(Poll.consultation_id, Notice.consultation_id))
        .where(Notice.village_id == village_id)
        .order_by(Notice.id.desc())
        .limit(most)
    )
    return db.session.execute(query.where(Notice.id < before) if before else query).all()


def one(village_id: int, notice_id: int) -> Select[tuple[Notice]]:
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


def of_poll(poll_id: int, tag: str) -> int | None:
    """The notice of one kind about a poll, if it hangs."""
    return db.session.scalar(select(Notice.id).where(Notice.poll_id == poll_id, Notice.tag == tag))
