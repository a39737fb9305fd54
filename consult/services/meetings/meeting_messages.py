"""Tell people of a meeting, in their inbox and by SMS."""

from datetime import datetime

from consult.domain.messages.notifications import NotificationEvent
from consult.models import Meeting
from consult.models.meetings import meeting_queries
from consult.services.messages import notifications

CALLS = (NotificationEvent.MEETING_CALLED, NotificationEvent.MEETING_REMINDER)


def settle(meeting: Meeting, *, now: datetime) -> None:
    """Count lines that call people to a meeting as read: nobody can come to it any more. In the unit of work at hand."""
    subjects = [f"meeting:{meeting.id}", *(f"meeting_change:{one.id}" for one in meeting_queries.changes(meeting.id))]
    subjects += [f"agenda_item:{one.id}-" for one in meeting_queries.agenda(meeting.id)]
    notifications.settle(subjects, CALLS, now=now)


def tell_of_meeting(
    meeting: Meeting, event: NotificationEvent, people: set[int], *, now: datetime, kind: str = "", subject: str = ""
) -> None:
    """Tell people of a meeting, in the unit of work at hand."""
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
