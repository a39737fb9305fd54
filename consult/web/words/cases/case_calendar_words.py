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
    """Return a title without a name or a matter: others see a phone's calendar."""
    if day.line.title == neutral_title():
        return neutral_title()
    if day.what == Clock.SESSION:
        return str(_("Mediation: meeting %(at)s", at=filters.typed_time(day.at)))
    return str(_("Mediation: a day to keep"))
