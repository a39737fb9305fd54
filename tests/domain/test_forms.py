"""What people type into forms: money, proposals, plans of polls."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult.domain import text_fields
from consult.domain.form_errors import FormError, fen
from consult.domain.polls import poll_plans
from consult.domain.polls.polls import PollKind
from consult.domain.talk import consultations

ZONE = ZoneInfo("Asia/Shanghai")
PROPOSAL = {"title": "修水圳", "summary": "修好三百米。", "cost": "128600", "source1": "奖补", "amount1": "128600"}
PLAN = {
    "body": "VA_house",
    "kind": "motion",
    "standing": "advisory",
    "question": "您家赞成吗？",
    "secrecy": "named",
    "turnout": "shown",
    "opens_at": "2026-12-01T09:00",
    "closes_at": "2026-12-03T20:00",
}


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("128600", 12860000),
        ("128,600 元", 12860000),
        ("１２.８６万", 12860000),
        ("¥0", 0),
        ("3000.5", 300050),
        ("0.05", 5),
    ],
)
def test_money_is_taken_as_people_write_it(typed, amount):
    assert fen(typed) == amount


@pytest.mark.parametrize("typed", ["三千左右", "-5", "1e999", "1e999999999", "0.001", "NaN", "", "12元3角", "Infinity"])
def test_what_is_not_money_is_refused(typed):
    assert fen(typed) is None


@given(st.text())
def test_no_text_breaks_the_reading_of_money(text):
    amount = fen(text)
    assert amount is None or amount >= 0


def test_a_whole_proposal_has_no_mistakes():
    draft, mistakes = consultations.read_draft_form(PROPOSAL)
    assert mistakes == {}
    assert draft.cost_fen == 12860000 and draft.funding == (("奖补", 12860000),)


def test_every_mistake_is_told_at_once():
    _, mistakes = consultations.read_draft_form({"cost": "很多", "amount1": "5"})
    assert mistakes == {
        "title": FormError.EMPTY,
        "summary": FormError.EMPTY,
        "cost": FormError.NOT_MONEY,
        "source1": FormError.FUNDING_UNNAMED,
    }


def test_the_cost_must_be_what_the_sources_add_up_to():
    _, mistakes = consultations.read_draft_form(PROPOSAL | {"amount1": "100000"})
    assert mistakes == {"cost": FormError.FUNDING_DIFFERS}


def test_an_unknown_cost_may_stay_empty():
    draft, _ = consultations.read_draft_form({"title": "修水圳", "summary": "修好。"})
    assert draft.cost_fen is None


def read(**changes):
    return poll_plans.read_plan_form(PLAN | changes, bodies=["VA_house"], groups={4}, zone=ZONE)


def test_times_are_meant_in_the_village():
    plan, _ = read()
    assert plan.opens_at == datetime(2026, 12, 1, 1, tzinfo=UTC)


def test_a_motion_needs_no_answers_of_its_own():
    assert read()[0].kind == PollKind.MOTION


def test_a_choice_needs_two_different_answers():
    assert read(kind="single_choice", options="一\n一")[1] == {"options": FormError.TOO_FEW_OPTIONS}
    assert read(kind="single_choice", options="一\n\n 二 ")[0].options == ("一", "二")


def test_an_approval_says_how_many_may_be_chosen():
    assert read(kind="approval", options="一\n二\n三", max_choices="２")[0].max_choices == 2
    assert read(kind="approval", options="一\n二", max_choices="3")[1] == {"max_choices": FormError.NOT_A_NUMBER}


@pytest.mark.parametrize(
    ("field", "value", "mistake"),
    [
        ("body", "KING", FormError.NOT_OFFERED),
        ("kind", "", FormError.NOT_OFFERED),
        ("group_id", "9", FormError.NOT_OFFERED),
        ("question", "  ", FormError.EMPTY),
        ("opens_at", "明天", FormError.NOT_A_TIME),
        ("question", "长" * 121, FormError.TOO_LONG),
    ],
)
def test_a_plan_with_a_mistake_names_the_field(field, value, mistake):
    plan, mistakes = read(**{field: value})
    assert plan is None
    assert mistakes == {field: mistake}


def test_a_text_that_is_too_long_says_how_much_fits_and_how_much_is_too_much():
    mistakes: dict[str, FormError] = {}
    text_fields.line({"title": "长" * 68}, "title", 60, mistakes)
    assert mistakes == {"title": FormError.TOO_LONG}
    assert mistakes["title"].numbers == {"most": 60, "over": 8}
    assert FormError.TOO_LONG.numbers == {}
