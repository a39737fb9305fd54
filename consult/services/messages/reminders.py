"""Reminders, to those alone who have not yet voted or answered; each once."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, select

from consult.domain.meetings.meetings import RsvpAnswer
from consult.domain.messages.notifications import NotificationEvent
from consult.domain.people.roles import ANSWERS_PROPOSALS
from consult.models import Meeting, MeetingRollEntry, Poll, Rsvp, Village, db
from consult.models.meetings import meeting_queries
from consult.models.messages import reminder_queries
from consult.models.talk.participant_queries import holders
from consult.services.core.each import each
from consult.services.core.transactions import atomic
from consult.services.messages import notifications
from consult.services.people.villages import local_day

BEFORE_CLOSING = timedelta(hours=24)
BEFORE_ANSWER = timedelta(days=3)
BEFORE_MEETING = timedelta(hours=24)
A_DAY = timedelta(days=1)
"""No clock on earth is further from UTC."""


def remind(*, now: datetime) -> int:
    """Tell whoever is late to do what only they can do. Returns the number of polls, proposals and meetings done with.

    Each is told of in a transaction of its own: one that fails is logged, and told of in a minute again.
    """
    polls = [poll.id for poll in reminder_queries.closing_before(now + BEFORE_CLOSING, now=now)]
    waiting = {
        row.id: row
        for row in reminder_queries.unanswered(_day(now) + A_DAY)
        if row.answer_due_on <= _last_day(row, now)
    }
    meetings = [meeting.id for meeting in meeting_queries.starting_before(now + BEFORE_MEETING, now=now)]
    done = each("reminding of poll", polls, lambda poll_id: _remind_of_poll(poll_id, now))
    done += each("reminding of the answer to", waiting, lambda one: _remind_of_answer(waiting[one], now))
    done += each("reminding of meeting", meetings, lambda meeting_id: _remind_of_meeting(meeting_id, now))
    return len(done)


@atomic
def _remind_of_poll(poll_id: int, now: datetime) -> None:
    poll = db.session.get_one(Poll, poll_id)
    tell_of(poll, reminder_queries.speakers(poll, not_voted=True), NotificationEvent.VOTE_REMINDER, now=now)


@atomic
def _remind_of_answer(row: Row[Any], now: datetime) -> None:
    answerers = holders(row.village_id, ANSWERS_PROPOSALS, on=_last_day(row, now) - BEFORE_ANSWER)
    notifications.tell(
        answerers,
        NotificationEvent.DUTY,
        f"answer_soon:{row.id}",
        village_id=row.village_id,
        consultation_id=row.id,
        now=now,
        kind="answer_due",
        title=row.title,
    )


@atomic
def _remind_of_meeting(meeting_id: int, now: datetime) -> None:
    """Once, to those called who did not say that they cannot come."""
    meeting = db.session.get_one(Meeting, meeting_id)
    called = select(MeetingRollEntry.person_id).where(MeetingRollEntry.meeting_id == meeting_id)
    away = select(Rsvp.person_id).where(Rsvp.meeting_id == meeting_id, Rsvp.answer == RsvpAnswer.NOT_COMING.value)
    people = set(db.session.scalars(called)) - set(db.session.scalars(away))
    tell_of_meeting(meeting, NotificationEvent.MEETING_REMINDER, people, now=now)


def _day(now: datetime) -> date:
    return (now + BEFORE_ANSWER).date()


def _last_day(row: Row[Any], now: datetime) -> date:
    """The last day of answers that are due soon, by the clock of the row's village."""
    return local_day(db.session.get_one(Village, row.village_id), now + BEFORE_ANSWER)


def tell_of(
    poll: Poll, people: set[int], event: NotificationEvent, *, now: datetime, subject: str = "", **facts: str
) -> None:
    """Tell people of a poll, in the transaction at hand."""
    notifications.tell(
        people,
        event,
        subject or f"poll:{poll.id}",
        village_id=poll.village_id,
        consultation_id=poll.consultation_id,
        now=now,
        title=poll.consultation.proposal.title,
        closes_at=poll.closes_at.isoformat(),
        poll=str(poll.id),
        **facts,
    )


def tell_of_meeting(
    meeting: Meeting, event: NotificationEvent, people: set[int], *, now: datetime, kind: str = "", subject: str = ""
) -> None:
    """Tell people of a meeting, in the transaction at hand."""
    notifications.tell(
        people,
        event,
        subject or f"meeting:{meeting.id}",
        village_id=meeting.village_id,
        consultation_id=None,
        now=now,
        title=meeting.title,
        place=meeting.place,
        starts_at=meeting.starts_at.isoformat(),
        meeting=meeting.id,
        **({"kind": kind} if kind else {}),
    )
