"""Figures of cases: the head's board, the month's report, the rounds of the mediators, and what everybody may see."""

import secrets
from datetime import date

from flask import Blueprint, Response, abort, make_response, request, url_for

from consult.domain import roles
from consult.domain.cases import reports
from consult.domain.cases.choices import choices
from consult.domain.cases.states import BUSY, LIVE, SHUT, State
from consult.models import case_reads
from consult.services import roll_files
from consult.services.cases import circle, figures, keys
from consult.views.cases.common import kept_by_nobody
from consult.views.consultation_forms import key_from
from consult.web import case_report_words, case_terms, pages, printing
from consult.web.access import now, only, person, public, today, village

bp = kept_by_nobody(Blueprint("case_figures", __name__))
OPEN = sorted(LIVE - SHUT)


@bp.get("/<slug>/cases/board")
@only(*sorted(roles.READS_CASE_FIGURES))
def board() -> Response:
    """Cases by state and clock, the mediators' load, this month. Counts; the supervisor sees the same."""
    village_id = village().id
    first, last = figures.month_of(today())
    load = case_reads.load(village_id, sorted(BUSY))
    return pages.page(
        "cases/board.html", by_state=case_reads.by_state(village_id), words=case_terms,
        overdue=case_reads.overdue(village_id, OPEN, today()),
        load=[(name, load.get(keys.mark(keys.of_person(one)), 0)) for one, name in circle.officers(village_id, on=today())],
        lines=case_report_words.lines(figures.of_span(village_id, first, min(last, today()))), months=months(today()),
        values={"key": secrets.token_urlsafe(18), "day": today().isoformat()}, mistakes={}, states=list(State),
    )  # fmt: skip


@bp.post("/<slug>/cases/sweeps")
@only(*sorted(roles.MEDIATES))
def note_sweep() -> Response:
    form = request.form.to_dict()
    raw = form.get("found", "").strip() or "0"
    try:
        day = date.fromisoformat(form.get("day", ""))
    except ValueError:
        abort(422)
    if not raw.isdecimal() or int(raw) > 999 or day > today():
        abort(422)
    figures.note_sweep(person(), day, int(raw), key=key_from(form), now=now())
    return pages.done(url_for(".board"))


@bp.get("/<slug>/cases/reports/<month>")
@only(*sorted(roles.READS_CASE_FIGURES))
def report(month: str) -> Response:
    found, _first = _report(month)
    return pages.page("cases/report.html", report=found, lines=case_report_words.lines(found), month=month)


@bp.get("/<slug>/cases/reports/<month>.xlsx")
@only(*sorted(roles.READS_CASE_FIGURES))
def report_sheet(month: str) -> Response:
    found, _first = _report(month)
    response = make_response(roll_files.as_xlsx(case_report_words.lines(found), month))
    response.mimetype = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    response.headers["Content-Disposition"] = f'attachment; filename="mediation-{month}.xlsx"'
    return response


@bp.get("/<slug>/cases/reports/<month>.pdf")
@only(*sorted(roles.READS_CASE_FIGURES))
def report_print(month: str) -> Response:
    found, first = _report(month)
    return printing.pdf(
        "case_report", f"mediation-{month}", **case_report_words.print_facts(found, village().name, first)
    )


@bp.get("/<slug>/cases/figures")
@public
def public_figures() -> Response:
    """Counts by category and month; small ones are hidden. No names, no ranking."""
    on = today()
    wanted = months(on)[:6][::-1]
    first = date.fromisoformat(f"{wanted[0]}-01")
    counts = figures.accepted(village().id, first, on)
    year = figures.of_span(village().id, on.replace(month=1, day=1), on)
    return pages.page(
        "cases/figures.html", table=reports.table(counts, choices("kind"), wanted), months=wanted, words=case_terms,
        accepted=reports.at_least(counts.values()), summary=case_report_words.summary(year),
    )  # fmt: skip


def months(on: date) -> list[str]:
    """This month and the eleven before, the newest first."""
    numbers = [on.year * 12 + on.month - 1 - n for n in range(12)]
    return [f"{n // 12}-{n % 12 + 1:02d}" for n in numbers]


def _report(month: str) -> tuple[reports.Report, date]:
    """404 for what is no month, or one to come."""
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError:
        abort(404)
    if first > today():
        abort(404)
    first, last = figures.month_of(first)
    return figures.of_span(village().id, first, last), first
