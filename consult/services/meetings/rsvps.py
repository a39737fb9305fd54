"""Answering a call: coming, not coming, somebody comes in my place. One tap, and another tap changes it."""

from consult.domain.meetings.meetings import RsvpAnswer
from consult.domain.refusals import Reason, Refused
from consult.models import Meeting, Person, Rsvp, db
from consult.models.meetings import check_in_queries
from consult.services.core import transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.meetings import appointments, meeting_states


@atomic
def answer(meeting: Meeting, wanted: RsvpAnswer, act: Act) -> None:
    """Answer a call; the newest answer holds, for the day that is told now.

    Raises Refused for a person who is not called, and once the meeting is over.
    """
    transactions.lock(meeting)
    meeting_states.refuse_unless(meeting, *meeting_states.COMING)
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
    elif row.answer != wanted or not _counts(row, meeting):
        row.answer, row.answered_at = wanted, act.now


def mine(meeting: Meeting, person: Person) -> str:
    """Return what a person answered; empty: nothing yet, or about another day than the one that is told now."""
    row = db.session.get(Rsvp, (meeting.id, person.id))
    return row.answer if row is not None and _counts(row, meeting) else ""


def _counts(row: Rsvp, meeting: Meeting) -> bool:
    since = appointments.answers_since(meeting)
    return since is None or row.answered_at >= since
