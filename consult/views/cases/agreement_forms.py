"""The rows on the form of an agreement: more of them, or those of an instalment plan, without a script."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from consult.domain.cases.acts import CaseAct
from consult.domain.cases.choices import choices
from consult.domain.cases.forms import MOST_ROWS, Offered, SentForm, read_plan, used_rows
from consult.domain.cases.writing_once.carried import typed_rows
from consult.domain.form_errors import FormError
from consult.domain.numbers import read_number
from consult.web.words.cases import case_page_words

FEWEST, MORE = 3, 6
PLAN = ("plan_what", "plan_by", "plan_to", "plan_total", "plan_count", "plan_first", "plan_every", "plan_way")


def only_rows(act: CaseAct, form: Mapping[str, str]) -> bool:
    """Tell whether a button was pressed that changes the rows on the form and sends nothing."""
    return act is CaseAct.AGREE and ("more_rows" in form or "make_plan" in form)


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
    if "make_plan" not in sent.values:
        return values | {"rows_shown": str(min(MOST_ROWS, shown + MORE))}, {}
    rows, mistakes = read_plan(sent, offered, today)
    if mistakes:
        return values, mistakes
    first = max(used_rows(sent.values), default=0) + 1
    values |= typed_rows(rows, first)
    kept = {name: value for name, value in values.items() if name not in (*PLAN, "make_plan")}
    return kept | {"rows_shown": str(min(MOST_ROWS, max(shown, first + len(rows) - 1)))}, {}


def on_form(shown: int) -> dict[str, Any]:
    """Return what the rows on a form are drawn from."""
    return {
        "shown": shown,
        "most": MOST_ROWS,
        "ways": [(code, case_page_words.code("pays", code)) for code in choices("pays")],
        "every": [(code, case_page_words.code("every", code)) for code in choices("every")],
    }
