"""Figures of cases: the head's board, the month's report, the rounds of the mediators, and what everybody may see."""

import secrets
from datetime import date, timedelta
from itertools import groupby

from flask import Blueprint, Response, abort, request, url_for

from consult.domain import languages
from consult.domain.cases import forms, reports
from consult.domain.cases.acts import Field, FieldKind
from consult.domain.cases.choices import choices
from consult.domain.cases.clocks import SOON_DAYS, Clock
from consult.domain.cases.forms import Offered, SentForm
from consult.domain.cases.office import periods
from consult.domain.cases.office.periods import Period
from consult.domain.cases.states import BUSY, LIVE, CaseState
from consult.domain.form_errors import FormError
from consult.domain.people import roles
from consult.domain.refusals import Reason, Refused
from consult.models import Person, db
from consult.models.cases import case_queries
from consult.services.cases import figures, keys, membership
from consult.services.core import exports
from consult.views.cases.cases import SHELVES
from consult.views.cases.common import no_store, reader
from consult.web import i18n, pages, printing
from consult.web.access import act, held_roles, only, person, public, today, village
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


def _grouped(names: list[str]) -> list[list[str]]:
    """Return the names of periods as months, quarters, half-years and years, each with their own."""
    return [list(of_one_kind) for _kind, of_one_kind in groupby(names, periods.length)]


def _board(values: dict[str, str], mistakes: dict[str, str], status: int = 200) -> Response:
    village_id = village().id
    this_month, _period = _report(periods.month_of(today(), village().report_closing_day))
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
        unlike_the_law=case_report_words.unlike_the_law(membership.officers(village_id, on=today())),
        lines=case_report_words.lines(this_month),
        months=_grouped(periods.offered(today(), village().report_closing_day)),
        period_words=case_report_words.period,
        handed_in=figures.all_handed_in(village_id),
        may_set=_heads(),
        closing=[(day, case_report_words.closing_day(int(day))) for day in CLOSING],
        holidays=case_page_words.missing_arrangement(today()),
        values={"closing_day": str(village().report_closing_day or 0), **values},
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
    """Show the report of a month, quarter, half-year or year."""
    found, period = _report(month)
    return pages.page(
        "cases/report.html",
        report=found,
        lines=case_report_words.shown_lines(found),
        balance=case_report_words.sums(found),
        month=month,
        of_period=case_report_words.period(month),
        days=case_report_words.days_of(period.first, period.last),
        kept=figures.handed_in(village().id, month),
        key=secrets.token_urlsafe(18),
        may_hand_in=_heads() and period.last < today(),
    )


@bp.post("/<slug>/cases/reports/<month>", endpoint="hand_in")
@only(*sorted(roles.MEDIATES))
def hand_in_report(month: str) -> Response:
    """Keep the figures of a period as they are handed in."""
    _refuse_unless_head()
    _found, period = _report(month)
    figures.hand_in(period, act(key_from(request.form.to_dict())), today=today())
    return pages.done(url_for(".report", month=month))


@bp.post("/<slug>/cases/reports", endpoint="set_closing_day")
@only(*sorted(roles.MEDIATES))
def set_closing_day() -> Response:
    """Set on which day of the month the figures close."""
    _refuse_unless_head()
    form = request.form.to_dict()
    chosen = form.get("closing_day", "")
    if chosen not in CLOSING:
        return _board(form, case_page_words.mistakes({"closing_day": FormError.NOT_OFFERED}), 422)
    figures.set_closing_day(int(chosen) or None, act(key_from(form)))
    return pages.done(url_for(".board"))


CLOSING = ["0", *(str(day) for day in periods.CLOSING_DAYS)]


def _heads() -> bool:
    return bool(held_roles() & roles.MEDIATES) and reader().heads


def _refuse_unless_head() -> None:
    if not _heads():
        raise Refused(Reason.CASE_OTHER_PART)


@bp.get("/<slug>/cases/reports/<month>.xlsx")
@only(*sorted(roles.READS_CASE_FIGURES))
def report_sheet(month: str) -> Response:
    found, period = _report(month)
    with i18n.speaking(languages.OFFICIAL):
        sheet = case_report_words.sheet(found, _head(period))
    return handing_out.file(exports.as_sheet(sheet), handing_out.XLSX, f"mediation-{month}.xlsx")


@bp.get("/<slug>/cases/reports/<month>.pdf")
@only(*sorted(roles.READS_CASE_FIGURES))
def report_print(month: str) -> Response:
    found, period = _report(month)
    return printing.pdf(
        "case_report", f"mediation-{month}", lambda: case_report_words.print_facts(found, _head(period))
    )


def _head(period: Period) -> case_report_words.Head:
    """Return the head of a report; filled in by whoever handed it in, else by the reader."""
    kept = figures.handed_in(village().id, period.name)
    if kept is None:
        return case_report_words.head_of(village().name, period, person().name)
    by = db.session.get_one(Person, kept.handed_in_by).name
    return case_report_words.head_of(village().name, period, by, case_report_words.handed_in(kept.handed_in_at))


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
        months=[(one, case_report_words.period(one)) for one in wanted],
        words=case_page_words,
        accepted=reports.at_least(counts.values()),
        summary=case_report_words.summary(year),
    )


def months(on: date) -> list[str]:
    """Return this month and the eleven before by the calendar, the newest first."""
    numbers = [on.year * 12 + on.month - 1 - n for n in range(12)]
    return [f"{n // 12}-{n % 12 + 1:02d}" for n in numbers]


def _report(name: str) -> tuple[reports.MonthlyReport, Period]:
    """Return the report of a period, and the period; 404 for what is none, or one to come."""
    period = figures.period_of(village(), name)
    if period is None or period.first > today():
        abort(404)
    return figures.of_period(village().id, period, today=today()), period
