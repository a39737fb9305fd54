"""Answering a call: coming, not coming, somebody comes in my place. One tap, and another tap changes it."""

from datetime import datetime

from consult.domain.meetings.meetings import MeetingState, RsvpAnswer
from consult.domain.refusals import Reason, Refused
from consult.models import Meeting, Person, Rsvp, db
from consult.models.meetings import check_in_queries
from consult.services.core import transactions
from consult.services.meetings import meeting_states


def answer(meeting: Meeting, person: Person, wanted: RsvpAnswer, *, now: datetime) -> None:
    """The newest answer holds. Raises Refused for whoever is not called, and once the meeting is over."""
    meeting_states.refuse_unless(meeting, MeetingState.CALLED, MeetingState.OPEN)
    household = meeting_states.by_household(meeting)
    if check_in_queries.unit_of(meeting.id, person, by_household=household) is None:
        raise Refused(Reason.NOT_OF_THE_MEETING)
    transactions.lock(meeting)
    row = db.session.get(Rsvp, (meeting.id, person.id))
    if row is None:
        db.session.add(
            Rsvp(
                meeting_id=meeting.id,
                person_id=person.id,
                village_id=person.village_id,
                answer=wanted.value,
                answered_at=now,
            )
        )
    elif row.answer != wanted:
        row.answer, row.answered_at = wanted.value, now
    transactions.commit()


def mine(meeting_id: int, person: Person) -> str:
    """What somebody answered; empty: nothing yet."""
    row = db.session.get(Rsvp, (meeting_id, person.id))
    return row.answer if row else ""
