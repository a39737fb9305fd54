"""The sentences of the days of a meeting: broken off, gone on. On pages and on paper."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _

from consult.domain.meetings.entry_facts import AdjournedFacts, ProceedingStep, ResumedFacts
from consult.domain.meetings.minutes import Line
from consult.services.meetings.appointments import Appointment
from consult.web import filters
from consult.web.words.lists import clauses

SITTING_STEPS = (ProceedingStep.ADJOURNED, ProceedingStep.RESUMED)


def sitting_step(line: Line) -> str:
    """Return the sentence of an entry with which a meeting was broken off, or went on."""
    if line.step is ProceedingStep.ADJOURNED:
        broken = AdjournedFacts.read(line.facts)
        told = {"when": _when(broken.ended_at), "again": _when(broken.resumes_at), "place": broken.place}
        if line.fell_away:
            ended: str = _(
                "Broken off %(when)s. It was to go on %(again)s, %(place)s; that day was not held, and the meeting is over.",
                **told,
            )
            return ended
        at: str = _("Broken off %(when)s; goes on %(again)s, %(place)s.", **told)
        return at
    resumed = ResumedFacts.read(line.facts)
    went_on: str = _("Went on %(when)s, %(place)s.", when=_when(resumed.began_at), place=resumed.place)
    return went_on


def _when(instant: datetime) -> str:
    """Return a day with its year and an hour: an evening may end past midnight."""
    return f"{filters.long_day(instant)} {filters.clock_time(instant)}"


def days_held(days: Sequence[Appointment]) -> str:
    """Return the days on which a meeting was held, each with its hour."""
    return clauses(f"{filters.long_day(one.starts_at)} {filters.clock_time(one.starts_at)}" for one in days)


def places_held(days: Sequence[Appointment]) -> str:
    """Return the places at which a meeting was held, each once."""
    return clauses(dict.fromkeys(one.place for one in days))


GLOBALS = {"sitting_step": sitting_step, "days_held": days_held, "places_held": places_held}
