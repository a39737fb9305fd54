"""The words for days of events: what happened when, what was entered late, what is not known of a year's holidays."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from consult.domain import working_days
from consult.domain.cases.acts import CaseAct
from consult.domain.cases.situation import ActEntry
from consult.web import filters
from consult.web.words.cases.case_state_words import act, recorded

STEPS: dict[CaseAct, LazyString] = {
    CaseAct.FILE: _l("The matter was brought on %(day)s"),
    CaseAct.APPLY: _l("They applied on %(day)s"),
    CaseAct.ACCEPT: _l("The case was taken on %(day)s"),
    CaseAct.HOLD_SESSION: _l("The session was held on %(day)s"),
    CaseAct.AGREE: _l("The agreement was reached on %(day)s"),
    CaseAct.SIGN: _l("The agreement took effect on %(day)s"),
    CaseAct.PERFORM: _l("The last point was done on %(day)s"),
    CaseAct.BREACH: _l("That it was not done was written down for %(day)s"),
    CaseAct.MEDIATE_AGAIN: _l("The new mediation began on %(day)s"),
    CaseAct.APPLY_CONFIRMATION: _l("Both asked the court on %(day)s"),
    CaseAct.CONFIRMATION: _l("The court answered on %(day)s"),
    CaseAct.FOLLOW_UP: _l("The visit was on %(day)s"),
    CaseAct.TERMINATE: _l("The mediation ended on %(day)s"),
    CaseAct.ESCALATE: _l("It was handed up on %(day)s"),
    CaseAct.CLOSE: _l("The case was closed on %(day)s"),
}
"""What happened with a step that others follow. Steps without a sentence are named by their act."""


def step(done: CaseAct, day: date) -> str:
    """Say in one sentence, without a full stop, what happened on which day."""
    said = filters.long_day(day)
    if done in STEPS:
        return str(STEPS[done]) % {"day": said}
    return str(_("“%(step)s” was on %(day)s", step=recorded(done.value), day=said))


def step_facts(facts: Mapping[str, Any]) -> dict[str, str]:
    """Return what the sentences about the order of steps name."""
    done, day = CaseAct(facts["step"]), facts["day"]
    if "act" in facts:
        return {"step": step(done, day), "act": act(facts["act"])}
    return {"step": recorded(done.value), "day": filters.long_day(day)}


def entered_late(entry: ActEntry) -> str:
    """Say that an entry was written down later than it happened, and on which day; empty if not."""
    return str(_("entered late, on %(day)s", day=filters.long_day(entry.on))) if entry.entered_late else ""


def unknown_holidays(*days: date | None) -> str:
    """Say that the holidays of the year of one of these days are not arranged yet; empty if they are."""
    for year in sorted({day.year for day in days if day is not None}):
        if not working_days.is_arranged(year):
            return str(
                _("The days off of %(year)s are not in this app yet: the last day may move by a few days.", year=year)
            )
    return ""


def missing_arrangement(today: date) -> str:
    """Say to the desk that the arrangement of holidays that should be known by now is missing; empty if it is not."""
    year = working_days.missing_year(today)
    if year is None:
        return ""
    return str(
        _(
            "The State Council's arrangement of holidays for %(year)s is not in this app yet. Last days count weekends and "
            "statutory holidays only. Tell the operator.",
            year=year,
        )
    )
