"""Remind people who have not yet voted, answered or declined, once each."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row

from consult.domain.instants import last_day_anywhere
from consult.domain.messages.notifications import NotificationEvent
from consult.domain.people.roles import ANSWERS_PROPOSALS
from consult.models import Meeting, Poll, Village, db
from consult.models.meetings import check_in_queries, meeting_queries
from consult.models.people.role_queries import holders
from consult.models.polls import voter_queries
from consult.models.talk import answer_queries
from consult.services.core.each import each
from consult.services.core.transactions import atomic
from consult.services.meetings import appointments, meeting_messages
from consult.services.messages import notifications
from consult.services.people.villages import local_day
from consult.services.polls import poll_messages
from consult.services.talk.duty import owed_answers

BEFORE_CLOSING = timedelta(hours=24)
BEFORE_ANSWER = timedelta(days=3)
BEFORE_MEETING = timedelta(hours=24)


def remind(*, now: datetime) -> int:
    """Remind everyone who is late with what only they can do. Return how many polls, proposals and meetings are done.

    Each has a unit of work of its own: one that fails is logged and tried again a minute later.
    """
    polls = [poll.id for poll in voter_queries.closing_before(now + BEFORE_CLOSING, now=now)]
    due = answer_queries.unanswered(last_day_anywhere(now + BEFORE_ANSWER))
    waiting = {row.id: row for row in due}
    meetings = [meeting.id for meeting in meeting_queries.starting_before(now + BEFORE_MEETING, now=now)]
    done = each("reminding of poll", polls, lambda poll_id: _remind_of_poll(poll_id, now))
    answers: list[int] = []
    each(
        "reminding of the answer to", waiting, lambda one: answers.extend([one] * _remind_of_answer(waiting[one], now))
    )
    done += answers
    done += each("reminding of meeting", meetings, lambda meeting_id: _remind_of_meeting(meeting_id, now))
    return len(done)


@atomic
def _remind_of_poll(poll_id: int, now: datetime) -> None:
    poll = db.session.get_one(Poll, poll_id)
    today = local_day(db.session.get_one(Village, poll.village_id), now)
    voters = voter_queries.speakers(poll, on=today, not_voted=True)
    poll_messages.tell_of_poll(poll, voters, NotificationEvent.VOTE_REMINDER, now=now)


def _remind_of_answer(row: Row[Any], now: datetime) -> bool:
    if row.answer_due_on > _last_day(row, now):
        return False
    _tell_of_answer(row, now)
    return True


@atomic
def _tell_of_answer(row: Row[Any], now: datetime) -> None:
    answerers = holders(row.village_id, ANSWERS_PROPOSALS, on=_last_day(row, now) - BEFORE_ANSWER)
    notifications.tell(
        answerers,
        NotificationEvent.DUTY,
        owed_answers.soon_of(row.id, row.answer_due_on),
        village_id=row.village_id,
        consultation_id=row.id,
        now=now,
        kind="answer_due",
        title=row.title,
        until=row.answer_due_on.isoformat(),
    )


@atomic
def _remind_of_meeting(meeting_id: int, now: datetime) -> None:
    """Remind, once for each day of the meeting, those called who did not say that they cannot come on that day."""
    meeting = db.session.get_one(Meeting, meeting_id)
    today = local_day(db.session.get_one(Village, meeting.village_id), now)
    called = check_in_queries.called_persons(meeting_id, on=today)
    people = set(called) - check_in_queries.away(meeting_id, since=appointments.answers_since(meeting))
    changes = meeting_queries.changes(meeting_id)
    subject = f"meeting_change:{changes[-1].id}" if changes else ""
    meeting_messages.tell_of_meeting(meeting, NotificationEvent.MEETING_REMINDER, people, now=now, subject=subject)


def _last_day(row: Row[Any], now: datetime) -> date:
    """Return the last day of answers that are due soon, by the clock of the row's village."""
    return local_day(db.session.get_one(Village, row.village_id), now + BEFORE_ANSWER)
