"""The rows on the form of an agreement: more of them, or those of an instalment plan, without a script."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _

from consult.domain.cases.acts import CaseAct
from consult.domain.cases.choices import choices
from consult.domain.cases.forms import MOST_ROWS, Offered, SentForm, read_plan, used_rows
from consult.domain.cases.writing_once.carried import typed_rows
from consult.domain.form_errors import FormError
from consult.domain.instants import read_day
from consult.domain.numbers import read_number
from consult.web import filters
from consult.web.words.cases import case_page_words
from consult.web.words.lists import dotted

FEWEST, MORE = 3, 6
MOST_OPEN = 6
"""With more rows, those that are filled in are shown in a line each, and opened one at a time."""
PLAN = ("plan_what", "plan_by", "plan_to", "plan_total", "plan_count", "plan_first", "plan_every", "plan_way")


def only_rows(act: CaseAct, form: Mapping[str, str]) -> bool:
    """Tell whether a button was pressed that changes the rows on the form and sends nothing."""
    return act is CaseAct.AGREE and any(button in form for button in ("more_rows", "make_plan", "edit_row"))


def shown_rows(values: Mapping[str, Any]) -> int:
    """Return how many rows the form shows: those in use, and some that are empty."""
    said = read_number(str(values.get("rows_shown", "")), most=MOST_ROWS) or FEWEST
    used = used_rows({name: value for name, value in values.items() if isinstance(value, str)})
    return min(MOST_ROWS, max(FEWEST, said, *used))


def changed(
    sent: SentForm, again: Mapping[str, Any], offered: Offered, today: date
) -> tuple[dict[str, Any], dict[str, FormError]]:
    """Return the form with more rows, or with those of the plan that was typed; with the mistakes of the plan."""
    values = dict(again)
    shown = shown_rows(values)
    if "edit_row" in sent.values:
        return values, {}
    if "make_plan" not in sent.values:
        return values | {"rows_shown": str(min(MOST_ROWS, shown + MORE))}, {}
    rows, mistakes = read_plan(sent, offered, today)
    if mistakes:
        return values, mistakes
    first = max(used_rows(sent.values), default=0) + 1
    values |= typed_rows(rows, first)
    kept = {name: value for name, value in values.items() if name not in (*PLAN, "make_plan")}
    return kept | {"rows_shown": str(min(MOST_ROWS, max(shown, first + len(rows) - 1)))}, {}


def folded(values: Mapping[str, Any], mistakes: Mapping[str, str], parties: Mapping[str, str]) -> dict[int, str]:
    """Return the rows that are shown in a line each, with its words; none on a form with few.

    Two lists of all people in each row would make the page of 38 workers and three months larger than all others.
    """
    used = used_rows({name: value for name, value in values.items() if isinstance(value, str)})
    if len(used) <= MOST_OPEN:
        return {}
    wrong = {name.rpartition("_")[2] for name in mistakes} | {str(values.get("edit_row", ""))}
    found = {}
    for n in used:
        by, what = values.get(f"by_{n}", ""), values.get(f"what_{n}", "")
        if by in parties and what and str(n) not in wrong:
            to = parties.get(values.get(f"to_{n}", ""), "")
            amount, due = values.get(f"amount_{n}", ""), values.get(f"due_{n}", "")
            found[n] = dotted((parties[by], what, to, _sum_as_read(amount), _day_as_read(due)))
    return found


def _sum_as_read(typed: str) -> str:
    return str(_("%(amount)s yuan", amount=typed)) if typed else ""


def _day_as_read(typed: str) -> str:
    """Return a day in words, or what was typed where it is none."""
    day = read_day(typed)
    return filters.long_day(day) if day else typed


def on_form(shown: int, lines: Mapping[int, str]) -> dict[str, Any]:
    """Return what the rows on a form are drawn from."""
    return {
        "lines": lines,
        "shown": shown,
        "most": MOST_ROWS,
        "ways": [(code, case_page_words.code("pays", code)) for code in choices("pays")],
        "every": [(code, case_page_words.code("every", code)) for code in choices("every")],
    }
