"""The lines of a report, in the order in which the town asks for them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _

from consult.domain.cases.choices import choices
from consult.domain.cases.office import committee_size, periods
from consult.domain.cases.office.periods import Period
from consult.domain.cases.reports import HIDDEN_BELOW, MonthlyReport
from consult.domain.cases.states import Source
from consult.services.core.exports import Sheet
from consult.web import filters
from consult.web.words.cases import case_page_words

Line = tuple[str, int | float | str]


@dataclass(frozen=True)
class Head:
    """The head of a report: whose it is, of which period and days, and who filled it in."""

    committee: str
    period: str
    """With its days."""
    name: str
    """The period alone."""
    by: str
    handed_in: str
    """Since when the figures stand fast; empty where they do not yet."""


def lines(
    found: MonthlyReport, amount: Callable[[int], float | str] = filters.yuan, *, every: bool = False
) -> list[Line]:
    """Label and figure. `amount` writes a sum in fen. `every`: with categories and sources in which nothing happened."""
    kinds = [kind for kind in choices("kind") if every or found.by_kind[kind]]
    sources = [source for source in Source if every or found.by_source[source]]
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
        (_("disputes found on rounds"), found.found),
        (_("in hand before"), found.before),
        (_("came in"), found.filed),
        (_("opened again"), found.reopened),
        (_("closed in this span"), found.closed),
        (_("in hand at the end"), found.in_hand),
        (_("of these overdue"), found.overdue),
        (_("taken"), found.accepted),
        (_("parties in the cases taken"), found.parties),
        (_("difficult and complicated cases"), found.difficult),
    ]


def sheet(found: MonthlyReport, head: Head) -> Sheet:
    """Return a spreadsheet as it is handed in; it has the same lines in every month, so that months can be added up."""
    said = [(_("Item of the report"), _("How many")), *lines(found, lambda fen: fen / 100, every=True)]
    return Sheet(
        title=head.name,
        heading=(_("Report of people's mediation"), head.committee, head.period),
        table=said,
        below=(
            (balance(found),),
            *(((head.handed_in,),) if head.handed_in else ()),
            (_("Filled in by: %(name)s", name=head.by), _("Date:")),
            (_("Head of mediation (signature):"), _("Seal of the committee:")),
        ),
        widths=(46, 30),
    )


def _outcome(found: MonthlyReport, amount: Callable[[int], float | str]) -> list[Line]:
    return [
        (_("settled"), found.succeeded),
        (_("settled in writing"), found.written),
        (_("settled by word of mouth"), found.oral),
        (_("refused or ended without success"), found.failed),
        (_("application withdrawn"), found.withdrawn),
        (_("settled by the parties themselves"), found.self_settled),
        (_("not accepted for mediation"), found.declined),
        (_("handed up"), found.handed_on),
        (_("came to an end in all"), found.ended),
        (_("sum of the agreements (yuan)"), amount(found.amount_fen)),
        (_("carried out"), found.performed),
    ]


def _afterwards(found: MonthlyReport) -> list[Line]:
    rows: list[Line] = [
        (_("asked the court to confirm"), found.court_applied),
        (_("confirmed by the court"), found.court_confirmed),
        (_("asked the court to enforce"), found.enforcement_asked),
        *(
            (_("enforcement: %(what)s", what=case_page_words.code("enforcement_result", code)), found.enforcement[code])
            for code in choices("enforcement_result")
        ),
        (_("taken to court over the agreement"), found.sued),
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


def shown_lines(found: MonthlyReport) -> list[Line]:
    """Return the lines for a page or a print: of the others only those in which something happened."""
    core = [label for label, _n in [*_course(found), *_outcome(found, filters.yuan)]]
    return [(label, n) for label, n in lines(found) if label in core or n not in (0, "0")]


def period(name: str) -> str:
    """Say a period as an office does: 2026年11月, 2026年第四季度, 2026年下半年, 2026年度."""
    said = periods.span(name)
    if said is None:
        raise ValueError(f"{name} is no period")
    year = said.year
    if said.month:
        return filters.month_of_year(date(year, said.month, 1))
    if said.half:
        return str(
            _("first half of %(year)s", year=year) if said.half == 1 else _("second half of %(year)s", year=year)
        )
    if said.quarter:
        return str(
            (
                _("first quarter of %(year)s", year=year),
                _("second quarter of %(year)s", year=year),
                _("third quarter of %(year)s", year=year),
                _("fourth quarter of %(year)s", year=year),
            )[said.quarter - 1]
        )
    return str(_("the whole year %(year)s", year=year))


def days_of(first: date, last: date) -> str:
    """Say from which day to which a report counts."""
    return str(_("%(first)s to %(last)s", first=filters.long_day(first), last=filters.long_day(last)))


def head_of(village: str, span: Period, by: str, handed_in: str = "") -> Head:
    """Return the head of the report of a period."""
    name = period(span.name)
    days = str(_("%(name)s (%(days)s)", name=name, days=days_of(span.first, span.last)))
    return Head(str(_("People's Mediation Committee of %(village)s", village=village)), days, name, by, handed_in)


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


def unlike_the_law(officers: Sequence[tuple[int, str]]) -> list[str]:
    """Say that the committee is not as the law has it. One person alone has nobody of the desk for a second look."""
    if committee_size.is_lawful(len(officers)):
        return []
    said = [
        _(
            "The law asks for %(least)s to %(most)s mediators (People's Mediation Law, article 8); here are %(n)s.",
            least=committee_size.LEAST,
            most=committee_size.MOST,
            n=len(officers),
        )
    ]
    if len(officers) == 1:
        said.append(_("Whoever is alone has nobody of the desk for a second look."))
    return said


def handed_in(at: datetime) -> str:
    """Say when a report was handed in."""
    return str(_("Handed in on %(day)s", day=filters.day(at)))


def closing_day(day: int) -> str:
    """Return the words of a closing day; 0: the last of the month."""
    return str(_("on the %(n)sth", n=day) if day else _("on the last day of the month"))


def balance(found: MonthlyReport) -> str:
    """Say that what was there and what came is what was closed and what is there, with a mark of whether it is so."""
    return f"{sums(found)} {'✓' if found.reconciles else '✗'}"


def sums(found: MonthlyReport) -> str:
    """Say what was there, what came, what was closed and what is there: for a page, which marks it with a picture."""
    says = _("In hand before + came in + opened again = closed + in hand at the end")
    counts = f"{found.before} + {found.filed} + {found.reopened} = {found.closed} + {found.in_hand}"
    said: str = _("%(label)s: %(words)s", label=says, words=counts)
    return said


def print_facts(found: MonthlyReport, head: Head) -> dict[str, Any]:
    rows = [[label, str(value)] for label, value in shown_lines(found)]
    rows += [["", ""]] * (len(rows) % 2)
    half = len(rows) // 2
    return {
        "village": head.committee,
        "title": _("Report of people's mediation"),
        "month": head.period,
        "rows": [[*left, *right] for left, right in zip(rows[:half], rows[half:], strict=True)],
        "head": [_("Item of the report"), _("How many")] * 2,
        "rest": _("Of all other items there was nothing."),
        "by": _("Filled in by: %(name)s", name=head.by),
        "signers": [_("Head of mediation"), _("Seal of the committee"), _("Date")],
        "check": balance(found),
        "handed_in": head.handed_in,
    }
