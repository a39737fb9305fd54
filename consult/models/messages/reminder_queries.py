"""Who is to be told of a poll, who has not voted, which proposals still wait for an answer."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, String, cast, exists, func, literal, select

from consult.domain.messages.notifications import NotificationEvent
from consult.models.base import db
from consult.models.messages.notifications import Notification
from consult.models.people.villages import Household
from consult.models.polls.meeting_links import MeetingPoll
from consult.models.polls.polls import Poll, RollEntry
from consult.models.talk.comments import OfficialAnswer
from consult.models.talk.consultations import Consultation, Merger, Proposal, Withdrawal


def speakers(poll: Poll, *, not_voted: bool = False) -> set[int]:
    """Who may cast the ballots of a poll: the person, or whoever speaks for the household now."""
    chosen = func.coalesce(Household.representative_id, RollEntry.person_id)
    speaker = chosen if poll.by_household else RollEntry.person_id
    query = (
        select(speaker)
        .select_from(RollEntry)
        .join(Household, Household.id == RollEntry.household_id)
        .where(RollEntry.poll_id == poll.id)
    )
    return set(db.session.scalars(query.where(RollEntry.channel.is_(None)) if not_voted else query))


def voters(poll_id: int) -> set[int]:
    """Who did cast one."""
    query = select(RollEntry.voted_by).where(RollEntry.poll_id == poll_id, RollEntry.voted_by.is_not(None))
    return {person_id for person_id in db.session.scalars(query) if person_id is not None}


def closing_before(instant: datetime, *, now: datetime) -> Sequence[Poll]:
    """Polls that are open now, close before an instant, and of which nobody has been reminded."""
    subject = literal("poll:") + cast(Poll.id, String)
    reminded = exists().where(
        Notification.subject == subject, Notification.event == NotificationEvent.VOTE_REMINDER.value
    )
    query = select(Poll).where(
        Poll.announced_at.is_not(None),
        Poll.opens_at <= now,
        Poll.closes_at > now,
        Poll.closes_at <= instant,
        ~reminded,
        Poll.cancelled_at.is_(None),
        Poll.id.not_in(select(MeetingPoll.poll_id)),
    )
    return db.session.scalars(query).all()


def unanswered(by: date) -> Sequence[Row[Any]]:
    """Proposals whose answer is owed by a day and has not been given: (id, village_id, title, answer_due_on)."""
    answered = select(OfficialAnswer.consultation_id)
    query = (
        select(Consultation.id, Consultation.village_id, Proposal.title, Consultation.answer_due_on)
        .join(Proposal, Proposal.consultation_id == Consultation.id)
        .where(Consultation.answer_due_on.is_not(None), Consultation.answer_due_on <= by)
        .where(Consultation.id.not_in(answered))
        .where(Consultation.id.not_in(select(Withdrawal.consultation_id)))
        .where(Consultation.id.not_in(select(Merger.consultation_id)))
    )
    return db.session.execute(query).all()
