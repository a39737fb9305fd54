"""Hostile values in every field of every form of a case: each is answered in words, and none breaks a page."""

import pytest
from flask.testing import FlaskClient

from consult.domain.cases.act_table import RULES
from consult.domain.cases.acts import CaseAct, FieldKind
from consult.domain.cases.choices import choices
from consult.domain.cases.states import CaseState
from consult.models import db
from tests.cases import a_case
from tests.client import HTMX
from tests.views.cases.test_case_acts import token

HOSTILE = {
    "2^63": "9223372036854775808",
    "superscript": "²",
    "zero byte": "1\x00",
    "five thousand": "长" * 5000,
    "many digits": "1" * 5000,
    "negative": "-1",
    "other digits": "٣",
    "no such day": "2027-02-29",
    "markup": "<script>alert(1)</script>{{ 7*7 }}",
}
STATES = (
    CaseState.APPLIED,
    CaseState.MEDIATING,
    CaseState.AGREED_IN_WRITING,
    CaseState.PERFORMING,
    CaseState.FOLLOWED_UP,
    CaseState.ESCALATED,
)
ROWS = ("what", "by", "to", "amount", "due", "way")
PLAN = ("plan_what", "plan_by", "plan_to", "plan_total", "plan_first", "plan_count", "plan_every", "plan_way")


def names_of(act: CaseAct) -> list[str]:
    names = [field.name for field in RULES[act].fields]
    rows = [f"{name}_{n}" for name in ROWS for n in (1, 400)] if "rows" in names else []
    return [*names, *rows, *(PLAN if rows else ()), "household", "group", "row"]


def likely(act: CaseAct) -> dict[str, str]:
    """What a form could be answered with where something is chosen."""
    return {
        field.name: choices(field.of)[0] if field.kind is FieldKind.CHOICE else "1"
        for field in RULES[act].fields
        if field.kind in (FieldKind.CHOICE, FieldKind.PARTY, FieldKind.TICK, FieldKind.MEDIATOR, FieldKind.ROW)
    }


FIRST_IN = {act: next((state for state in STATES if state in rule.states), None) for act, rule in RULES.items()}
"""Each form is tried in the first of these states that has it."""
READ_BY_ID = ("2^63", "zero byte", "superscript")
"""Tried with what would be chosen besides, so that the hostile value reaches what is looked up by it."""


@pytest.mark.both_databases
@pytest.mark.parametrize("state", STATES)
def test_no_value_of_any_field_breaks_a_form(app, as_person, village, state):
    with app.app_context():
        address = a_case(village, state)
        db.session.remove()
    client = as_person(village.aunt_leung)
    known, broken, tried = token(client, address), [], 0
    for act in (one for one, first in FIRST_IN.items() if first is state):
        path = f"/rongxi/cases/{address}/{act.value}"
        if FlaskClient.open(client, path, headers=HTMX).status_code != 200:
            continue
        tried += 1
        for name, value in HOSTILE.items():
            whole = dict.fromkeys(names_of(act), value)
            more = [{**whole, **likely(act)}, {**whole, "fill": "1"}] if name in READ_BY_ID else []
            for sent in (whole, *more):
                data = {**sent, "csrf_token": known, "key": f"{act.value}-{name}"}
                status = FlaskClient.open(client, path, method="POST", data=data, headers=HTMX).status_code
                if status >= 500:
                    broken.append((act.value, name, status))
    assert not broken and tried


PAGES = (
    "cases/search",
    "cases/handover",
    "cases/on-the-spot",
    "cases/sweeps",
    "cases/reports",
    "cases/reports/２０２６-11",
)


@pytest.mark.both_databases
@pytest.mark.parametrize("page", PAGES)
def test_no_value_breaks_the_other_forms_of_the_desk(app, as_person, village, page):
    with app.app_context():
        a_case(village, CaseState.MEDIATING)
        db.session.remove()
    client = as_person(village.aunt_leung)
    known = token(client, "")
    names: tuple[str, ...] = (
        "q",
        "words",
        "number",
        "year",
        "kind",
        "state",
        "sort",
        "page",
        "giver",
        "taker",
        "note",
        "day",
        "found",
    )
    names += ("closing_day", "topic", "title", "on", "said", "terms", "name_1", "code_1", "name_2", "code_2", "what_1")
    for name, value in HOSTILE.items():
        for sent in (dict.fromkeys(names, value), {**dict.fromkeys(names, value), "sure": "1"}):
            data = {**sent, "csrf_token": known, "key": f"k-{name}"}
            answer = FlaskClient.open(client, f"/rongxi/{page}", method="POST", data=data, headers=HTMX)
            assert answer.status_code < 500, (name, answer.status_code)
            answer = FlaskClient.open(client, f"/rongxi/{page}", query_string=sent, headers=HTMX)
            assert answer.status_code < 500, (name, answer.status_code)
