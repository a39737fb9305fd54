"""A meeting for the phone's own calendar."""

from datetime import timedelta
from importlib import import_module
from typing import Any

from flask import Blueprint, Response, url_for

from consult.views.meetings import meeting_pages
from consult.web.access import now, public, village
from consult.web.addresses import public_address
from consult.web.guards import handing_out

bp = Blueprint("calendars", __name__)
LASTS = timedelta(hours=2)
"""How long a calendar shows a meeting that has not ended yet."""


@bp.get("/<slug>/meetings/<int:meeting_id>.ics")
@public
def meeting(meeting_id: int) -> Response:
    """Return an RFC 5545 calendar. A meeting that is moved or cancelled keeps its UID, so that calendars follow."""
    found = meeting_pages.find_meeting(meeting_id)
    calendars: Any = import_module("icalendar")  # large, and asked for once a meeting
    event = calendars.Event()
    event.add("uid", f"meeting-{found.id}@{village().slug}")
    event.add("dtstamp", now())
    event.add("dtstart", found.starts_at)
    event.add("dtend", found.closed_at or found.starts_at + LASTS)
    event.add("summary", f"{village().name} {found.title}")
    event.add("location", found.place)
    event.add("url", public_address() + url_for("meetings.show", meeting_id=found.id))
    event.add("sequence", found.pulse)
    event.add("status", "CANCELLED" if found.cancelled_at else "CONFIRMED")
    calendar = calendars.Calendar()
    calendar.add("prodid", "-//consult//meetings//ZH")
    calendar.add("version", "2.0")
    calendar.add_component(event)
    return handing_out.file(calendar.to_ical(), handing_out.CALENDAR, f"meeting-{found.id}.ics", public=True)
