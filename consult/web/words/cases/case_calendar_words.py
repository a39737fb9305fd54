"""What a calendar says of the days of cases: on the page what is due, in a file nothing that tells of a quarrel."""

from flask_babel import gettext as _

from consult.domain.cases.choices import neutral_title
from consult.domain.cases.clocks import Clock
from consult.services.cases.office.case_calendar import COURT, Day
from consult.web import filters
from consult.web.words.cases.case_state_words import clock


def what(day: Day) -> str:
    """Return what a day is for, on the page of those who may read the case."""
    if day.what == COURT:
        return str(_("Last day for both to ask the court to confirm"))
    return clock(day.what)


def neutral(day: Day) -> str:
    """Return a title without a name or a matter: others see a phone's calendar.

    On a party's phone it does not say that there is a mediation either: who lives in the house would ask what quarrel it
    is. On a mediator's phone that word tells nothing but the office, unless somebody may be in danger.
    """
    at = filters.typed_time(day.at) if day.what == Clock.SESSION else ""
    if not day.desk or day.line.title == neutral_title():
        return str(_("%(label)s: %(words)s", label=neutral_title(), words=at)) if at else neutral_title()
    if at:
        return str(_("Mediation: meeting %(at)s", at=at))
    return str(_("Mediation: a day to keep"))
