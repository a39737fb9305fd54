"""The hour and the place to which people were called, as they stood at an instant: a meeting is moved and broken off.

The row of a meeting has only the newest ones. Papers about what was held say those of its day.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from consult.domain.meetings import meetings
from consult.domain.meetings.proceedings import Sitting
from consult.models import Meeting, Village, db
from consult.models.meetings import meeting_queries
from consult.services.people.villages import local_day


@dataclass(frozen=True)
class Appointment:
    """An hour and a place of a meeting that were told."""

    starts_at: datetime
    place: str


def in_force(meeting: Meeting, at: datetime) -> Appointment:
    """Return what was told last before an instant: by a move, an adjournment, or the call."""
    told = [
        Appointment(one.starts_at, one.place) for one in meeting_queries.changes(meeting.id) if one.changed_at <= at
    ]
    if told:
        return told[-1]
    call = meeting.call
    return Appointment(call.starts_at, call.place) if call else Appointment(meeting.starts_at, meeting.place)


def answers_since(meeting: Meeting) -> datetime | None:
    """Return when another day was told last: who answered before is asked anew. None: it is the day of the call."""
    call = meeting.call
    if call is None:
        return None
    village = db.session.get_one(Village, meeting.village_id)
    told = [(call.called_at, call.starts_at)]
    told += [(one.changed_at, one.starts_at) for one in meeting_queries.changes(meeting.id)]
    return meetings.answers_since([(at, local_day(village, starts_at)) for at, starts_at in told])


def held(meeting: Meeting, sittings: Sequence[Sitting]) -> list[Appointment]:
    """Return the hour and the place of each day on which a meeting was held; of one that was not, those that are told."""
    days = [in_force(meeting, one.opened_at) for one in sittings]
    return days or [Appointment(meeting.starts_at, meeting.place)]
