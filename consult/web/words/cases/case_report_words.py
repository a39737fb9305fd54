"""The lines of a month's report, in the order in which the town asks for them."""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask_babel import gettext as _

from consult.domain.cases.choices import choices
from consult.domain.cases.reports import HIDDEN_BELOW, MonthlyReport
from consult.domain.cases.states import Source
from consult.web import filters
from consult.web.words.cases import case_page_words

Line = tuple[str, int | float | str]


def lines(found: MonthlyReport, amount: Callable[[int], float | str] = filters.yuan) -> list[Line]:
    """Label and figure. Categories and sources in which nothing happened are left out. `amount` writes a sum in fen."""
    kinds = [kind for kind in choices("kind") if found.by_kind[kind]]
    sources = [source for source in Source if found.by_source[source]]
    return [
        *_course(found),
        *((_("taken: %(what)s", what=case_page_words.code("kind", kind)), found.by_kind[kind]) for kind in kinds),
        *((_("how they came: %(what)s", what=case_page_words.source(one)), found.by_source[one]) for one in sources),
        *_outcome(found, amount),
        *_afterwards(found),
    ]


def _course(found: MonthlyReport) -> list[Line]:
    return [
        (_("rounds of the mediators"), found.sweeps),
        (_("in hand before"), found.before),
        (_("came in"), found.filed),
        (_("closed in this span"), found.closed),
        (_("in hand at the end"), found.in_hand),
        (_("of these overdue"), found.overdue),
        (_("taken"), found.accepted),
    ]


def sheet(found: MonthlyReport, village: str, first: date) -> list[Line]:
    """Return a spreadsheet: whose and of which month, then figures that can be added up."""
    head = [
        (_("Monthly report of people's mediation"), village),
        (_("Month"), f"{first:%Y-%m}"),
        (_("What"), _("How many")),
    ]
    return [*head, *lines(found, lambda fen: fen / 100)]


def _outcome(found: MonthlyReport, amount: Callable[[int], float | str]) -> list[Line]:
    return [
        (_("settled"), found.succeeded),
        (_("settled in writing"), found.written),
        (_("settled by word of mouth"), found.oral),
        (_("not settled"), found.failed),
        (_("handed on"), found.handed_on),
        (_("sum of the agreements (yuan)"), amount(found.amount_fen)),
        (_("carried out"), found.performed),
    ]


def _afterwards(found: MonthlyReport) -> list[Line]:
    rows: list[Line] = [
        (_("asked the court to confirm"), found.court_applied),
        (_("confirmed by the court"), found.court_confirmed),
        *(
            (_("in court: %(what)s", what=case_page_words.code("court_result", code)), found.court[code])
            for code in choices("court_result")
        ),
        (_("visits afterwards"), found.followed_up),
    ]
    for code in choices("prevented"):
        rows.append((case_page_words.code("prevented", code), found.prevented[code]))
        rows.append((_("people in it: %(what)s", what=case_page_words.code("prevented", code)), found.people[code]))
    return rows


def summary(found: MonthlyReport) -> list[str]:
    """Say for the public how many were settled in a year and how long it took. Nothing while there are few."""
    ended = found.succeeded + found.failed + found.handed_on
    if ended < HIDDEN_BELOW or found.median_days is None:
        return []
    share = filters.share(found.succeeded, ended).partition(".")[0]
    return [
        _("Of every hundred matters that ended, %(share)s were settled in the village.", share=share),
        _("Half of them were settled within %(days)s days.", days=found.median_days),
    ]


def print_facts(found: MonthlyReport, village: str, first: date) -> dict[str, Any]:
    return {
        "village": village,
        "title": _("Monthly report of people's mediation"),
        "month": f"{first:%Y-%m}",
        "rows": [[label, str(value)] for label, value in lines(found)],
        "head": [_("What"), _("How many")],
        "signers": [_("Filled in by"), _("Head of mediation"), _("Date")],
        "check": _("In hand before + came in = closed + in hand at the end") + (" ✓" if found.reconciles else " ✗"),
    }
