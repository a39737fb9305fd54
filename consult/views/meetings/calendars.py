"""A meeting for the phone's own calendar."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, url_for

from consult.models import Meeting
from consult.views.meetings import meeting_pages
from consult.web.access import now, public, village
from consult.web.addresses import public_address
from consult.web.guards import handing_out

bp = Blueprint("calendars", __name__)
LASTS = timedelta(hours=2)
"""How long a calendar shows a meeting that has not ended yet."""
REMINDS_BEFORE = timedelta(hours=2)
"""How long before a meeting the phone's calendar rings."""


@bp.get("/<slug>/meetings/<int:meeting_id>.ics")
@public
def meeting(meeting_id: int) -> Response:
    """Return an RFC 5545 calendar. A meeting that is moved or cancelled keeps its UID, so that calendars follow.

    The UID has the host of the public address: RFC 7986, 5.3 wants it unique between servers.
    """
    found = meeting_pages.find_meeting(meeting_id)
    calendars: Any = import_module("icalendar")  # large, and asked for once a meeting
    event = calendars.Event()
    event.add("uid", f"meeting-{found.id}-{village().slug}@{urlsplit(public_address()).hostname}")
    event.add("dtstamp", now())
    event.add("dtstart", found.starts_at)
    event.add("dtend", _end_of(found))
    said = {"language": found.language}
    summary = f"{village().name} · {found.title}"
    event.add("summary", summary, parameters=said)
    event.add("location", found.place, parameters=said)
    event.add("url", public_address() + url_for("meetings.show", meeting_id=found.id))
    event.add("sequence", found.pulse)
    event.add("status", "CANCELLED" if found.cancelled_at else "CONFIRMED")
    if not found.cancelled_at:
        event.add_component(_reminder(calendars, summary, said))
    calendar = calendars.Calendar()
    calendar.add("prodid", "-//consult//meetings//ZH")
    calendar.add("version", "2.0")
    calendar.add_component(event)
    return handing_out.file(calendar.to_ical(), handing_out.CALENDAR, f"meeting-{found.id}.ics", public=True)


def _reminder(calendars: Any, words: str, said: Mapping[str, str]) -> Any:
    """Return an alarm that shows these words before the meeting begins."""
    alarm = calendars.Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", words, parameters=said)
    alarm.add("trigger", -REMINDS_BEFORE)
    return alarm


def _end_of(meeting: Meeting) -> datetime:
    """Return when it ended, or is thought to; always after its hour: it may be opened, and be over, some minutes early."""
    ended = meeting.closed_at
    return ended if ended is not None and ended > meeting.starts_at else meeting.starts_at + LASTS
