"""Answering a call: coming, not coming, somebody comes in my place. One tap, and another tap changes it."""

from consult.domain.meetings.meetings import MeetingState, RsvpAnswer
from consult.domain.refusals import Reason, Refused
from consult.models import Meeting, Person, Rsvp, db
from consult.models.meetings import check_in_queries
from consult.services.core import transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.meetings import meeting_states


@atomic
def answer(meeting: Meeting, wanted: RsvpAnswer, act: Act) -> None:
    """Answer a call; the newest answer holds. Raises Refused for a person who is not called, and once the meeting is over."""
    transactions.lock(meeting)
    meeting_states.refuse_unless(meeting, MeetingState.CALLED, MeetingState.OPEN)
    household = meeting_states.by_household(meeting)
    if check_in_queries.unit_of(meeting.id, act.actor, by_household=household) is None:
        raise Refused(Reason.NOT_OF_THE_MEETING)
    row = db.session.get(Rsvp, (meeting.id, act.actor_id))
    if row is None:
        db.session.add(
            Rsvp(
                meeting_id=meeting.id,
                person_id=act.actor_id,
                village_id=act.village_id,
                answer=wanted,
                answered_at=act.now,
            )
        )
    elif row.answer != wanted:
        row.answer, row.answered_at = wanted, act.now


def mine(meeting_id: int, person: Person) -> str:
    """Return what a person answered; empty: nothing yet."""
    row = db.session.get(Rsvp, (meeting_id, person.id))
    return row.answer if row else ""
