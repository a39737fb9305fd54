"""The days of one's cases, as a list and as a file for the phone's own calendar, whose titles tell nothing."""

from datetime import date, timedelta
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from flask import Blueprint, Response

from consult.domain.instants import at_local
from consult.domain.people import roles
from consult.services.cases.office import case_calendar
from consult.services.cases.office.case_calendar import Day
from consult.views.cases.cases import DESK, OWN
from consult.views.cases.common import no_store, reader
from consult.web import i18n, pages
from consult.web.access import held_roles, now, signed_in_only, today, village
from consult.web.addresses import public_address
from consult.web.guards import handing_out
from consult.web.words.cases import case_calendar_words, case_page_words

bp = no_store(Blueprint("case_calendars", __name__))
LASTS = timedelta(hours=2)


@bp.get("/<slug>/cases/calendar")
@signed_in_only
def show() -> Response:
    """Show all days of the reader's cases, by day."""
    by_day: dict[date, list[Day]] = {}
    for day in _days():
        by_day.setdefault(day.on, []).append(day)
    return pages.page(
        "cases/calendar.html",
        by_day=by_day,
        today=today(),
        desk=bool(held_roles() & (roles.MEDIATES | {roles.Role.JUSTICE_OFFICE})),
        words=case_page_words,
        says=case_calendar_words,
    )


@bp.get("/<slug>/cases/calendar.ics")
@signed_in_only
def download() -> Response:
    """Hand out the days to come as an RFC 5545 calendar: day, hour and a neutral title, no name, matter, place or address."""
    calendars: Any = import_module("icalendar")
    calendar = calendars.Calendar()
    calendar.add("prodid", "-//consult//days//ZH")
    calendar.add("version", "2.0")
    for day in _days():
        if day.on >= today():
            calendar.add_component(_event(calendars, day))
    return handing_out.file(calendar.to_ical(), handing_out.CALENDAR, "days.ics")


def _days() -> list[Day]:
    desk = held_roles() & (roles.MEDIATES | {roles.Role.JUSTICE_OFFICE})
    return case_calendar.days_of(reader(), OWN, DESK if desk else ())


def _event(calendars: Any, day: Day) -> Any:
    event = calendars.Event()
    event.add("uid", f"{day.mark[:32]}@{urlsplit(public_address()).hostname}")
    event.add("dtstamp", now())
    event.add("summary", case_calendar_words.neutral(day), parameters={"language": i18n.language().tag})
    event.add("class", "PRIVATE")
    if day.at:
        hour, minute = (int(part) for part in day.at.split(":"))
        begins = at_local(ZoneInfo(village().timezone), day.on, hour, minute)
        event.add("dtstart", begins)
        event.add("dtend", begins + LASTS)
    else:
        event.add("dtstart", day.on)
        event.add("dtend", day.on + timedelta(1))
    return event
