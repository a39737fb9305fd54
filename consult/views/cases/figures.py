"""Figures of cases: the head's board, the month's report, the rounds of the mediators, and what everybody may see."""

import secrets
from datetime import date, timedelta

from flask import Blueprint, Response, abort, request, url_for

from consult.domain.cases import forms, reports
from consult.domain.cases.acts import Field, FieldKind
from consult.domain.cases.choices import choices
from consult.domain.cases.clocks import SOON_DAYS, Clock
from consult.domain.cases.forms import Offered, SentForm
from consult.domain.cases.states import BUSY, LIVE, CaseState
from consult.domain.instants import read_day
from consult.domain.people import roles
from consult.models.cases import case_queries
from consult.services.cases import figures, keys, membership
from consult.services.core import exports
from consult.views.cases.cases import SHELVES
from consult.views.cases.common import no_store
from consult.web import pages, printing
from consult.web.access import act, held_roles, only, public, today, village
from consult.web.forms import key_from
from consult.web.guards import handing_out
from consult.web.words.cases import case_page_words, case_report_words

bp = no_store(Blueprint("case_figures", __name__))
RUNNING = sorted(LIVE - {CaseState.ARCHIVED})


@bp.get("/<slug>/cases/board")
@only(*sorted(roles.READS_CASE_FIGURES))
def board() -> Response:
    """Show cases by state and clock, the mediators' load, this month. Counts; the supervisor sees the same."""
    return _board({"key": secrets.token_urlsafe(18), "day": today().isoformat()}, {})


def _board(values: dict[str, str], mistakes: dict[str, str], status: int = 200) -> Response:
    village_id = village().id
    first, last = figures.month_of(today())
    load = case_queries.load(village_id, sorted(BUSY))
    soon = today() + timedelta(SOON_DAYS - 1)
    clocks = {row.due_kind: row for row in case_queries.by_clock(village_id, RUNNING, today(), soon)}
    return pages.page(
        "cases/board.html",
        status,
        by_state=case_queries.by_state(village_id),
        words=case_page_words,
        clocks=clocks,
        overdue=sum(row.late for row in clocks.values()),
        kinds=list(Clock),
        load=[
            (name, load.get(keys.mark(keys.of_person(one)), 0))
            for one, name in membership.officers(village_id, on=today())
        ],
        lines=case_report_words.lines(figures.of_span(village_id, first, min(last, today()))),
        months=months(today()),
        values=values,
        mistakes=mistakes,
        states=list(CaseState),
        mediates=bool(held_roles() & roles.MEDIATES),
        shelf_of={state: shelf for shelf, states_of in SHELVES.items() for state in states_of},
    )


@bp.post("/<slug>/cases/sweeps", endpoint="note_sweep")
@only(*sorted(roles.MEDIATES))
def note_screening() -> Response:
    form = request.form.to_dict()
    said, mistakes = forms.read_act_form(SCREENING, SentForm(form), NOTHING, today())
    if mistakes:
        return _board({"key": "", "day": "", **form}, case_page_words.mistakes(mistakes), 422)
    figures.note_screening(date.fromisoformat(said["day"]), said["found"], act(key_from(form)))
    return pages.done(url_for(".board"))


SCREENING = (Field("day", FieldKind.PAST_DAY), Field("found", FieldKind.NUMBER))
NOTHING = Offered((), (), ())


@bp.get("/<slug>/cases/reports/<month>")
@only(*sorted(roles.READS_CASE_FIGURES))
def report(month: str) -> Response:
    monthly, _first = _report(month)
    return pages.page("cases/report.html", report=monthly, lines=case_report_words.lines(monthly), month=month)


@bp.get("/<slug>/cases/reports/<month>.xlsx")
@only(*sorted(roles.READS_CASE_FIGURES))
def report_sheet(month: str) -> Response:
    monthly, first = _report(month)
    rows = case_report_words.sheet(monthly, village().name, first)
    return handing_out.file(exports.as_xlsx(rows, month), handing_out.XLSX, f"mediation-{month}.xlsx")


@bp.get("/<slug>/cases/reports/<month>.pdf")
@only(*sorted(roles.READS_CASE_FIGURES))
def report_print(month: str) -> Response:
    monthly, first = _report(month)
    return printing.pdf(
        "case_report", f"mediation-{month}", **case_report_words.print_facts(monthly, village().name, first)
    )


@bp.get("/<slug>/cases/figures")
@public
def public_figures() -> Response:
    """Show counts by category and month; small ones are hidden. No names, no ranking."""
    on = today()
    wanted = months(on)[1:7][::-1]  # the running month would tell of each case on the day it is taken
    first, last = date.fromisoformat(f"{wanted[0]}-01"), on.replace(day=1) - timedelta(1)
    counts = figures.accepted(village().id, first, last)
    year = figures.of_span(village().id, first, last)
    return pages.page(
        "cases/figures.html",
        table=reports.table(counts, choices("kind"), wanted),
        months=wanted,
        words=case_page_words,
        accepted=reports.at_least(counts.values()),
        summary=case_report_words.summary(year),
    )


def months(on: date) -> list[str]:
    """Return this month and the eleven before, the newest first."""
    numbers = [on.year * 12 + on.month - 1 - n for n in range(12)]
    return [f"{n // 12}-{n % 12 + 1:02d}" for n in numbers]


def _report(month: str) -> tuple[reports.MonthlyReport, date]:
    """Return the report of a month and its first day; 404 for what is no month, or one to come."""
    first = read_day(f"{month}-01")
    if first is None or first > today():
        abort(404)
    first, last = figures.month_of(first)
    return figures.of_span(village().id, first, min(last, today())), first
