"""What a reader sees of a revision adds up to both texts."""

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult.domain.talk.differences import (
    LONGEST_BY_LETTER,
    MOST_STEPS,
    Budget,
    DifferenceKind,
    DifferencePart,
    between,
    changed_fields,
    from_steps,
    to_steps,
)

OLD = "先清淤，再砌石。断水四天。"
NEW = "先清淤，再砌石，加两级石阶。断水三天。"


def rebuilt(parts: list[DifferencePart], *kinds: DifferenceKind) -> str:
    return "".join(part.text for part in parts if part.kind in kinds)


def test_what_was_added_and_struck_is_shown_where_it_stands():
    parts = between(OLD, NEW)
    assert DifferencePart(DifferenceKind.ADDED, "，加两级石阶") in parts
    assert rebuilt(parts, DifferenceKind.STRUCK) == "四" and "三" in rebuilt(parts, DifferenceKind.ADDED)


def test_a_text_that_stayed_is_one_kept_part():
    assert between(OLD, OLD) == [DifferencePart(DifferenceKind.KEPT, OLD)]


def test_a_wholly_new_sentence_is_not_mixed_letter_by_letter():
    assert between("修水圳。", "榕树头装灯。") == [
        DifferencePart(DifferenceKind.STRUCK, "修水圳。"),
        DifferencePart(DifferenceKind.ADDED, "榕树头装灯。"),
    ]


@given(st.text(alphabet="修圳灯。，\n一二", max_size=60), st.text(alphabet="修圳灯。，\n一二", max_size=60))
def test_both_texts_can_be_read_out_of_the_parts(old, new):
    parts = between(old, new)
    assert rebuilt(parts, DifferenceKind.KEPT, DifferenceKind.STRUCK) == old
    assert rebuilt(parts, DifferenceKind.KEPT, DifferenceKind.ADDED) == new
    assert all(a.kind is not b.kind for a, b in itertools.pairwise(parts))


TEXTS = st.text(alphabet="修圳灯。，\n一二", max_size=60)


@given(TEXTS, TEXTS)
def test_what_is_stored_gives_the_same_parts_again(old, new):
    parts = between(old, new)
    assert from_steps(old, new, to_steps(parts)) == parts


@pytest.mark.parametrize("shape", ["一二", "一二。", "一\n二\n", "一。\n二。二。\n"])
def test_the_cost_of_a_comparison_has_a_bound_whatever_the_texts_are(shape):
    """Twenty thousand random signs of two kinds took a minute of CPU on a public page."""
    dice = random.Random(7)
    old, new = ("".join(dice.choice(shape) for _ in range(20_000)) for _ in range(2))
    budget = Budget()
    parts = between(old, new, budget)
    assert 0 <= budget.left <= MOST_STEPS
    assert rebuilt(parts, DifferenceKind.KEPT, DifferenceKind.STRUCK) == old
    assert rebuilt(parts, DifferenceKind.KEPT, DifferenceKind.ADDED) == new


def test_texts_of_one_page_share_what_they_may_cost():
    budget = Budget(1000)
    old = {"title": "一" * 30 + "二", "text": "三" * 30 + "四"}
    new = {"title": "一" * 29 + "五", "text": "三" * 28 + "六"}
    changed_fields(old, new, ("title", "text"), budget)
    assert 0 <= budget.left < 100
    assert [part.kind for part in between("一二三", "一二四", Budget(0))] == [
        DifferenceKind.STRUCK,
        DifferenceKind.ADDED,
    ]


def test_a_small_change_in_a_long_text_is_shown_where_it_stands():
    many = "".join(f"第{n}条要修。" for n in range(3000))
    parts = between(many, many.replace("第1500条要修", "第1500条不修"))
    assert [part.text for part in parts if part.kind is DifferenceKind.ADDED] == ["不"]


def test_a_long_piece_without_a_stop_is_struck_and_added_whole():
    old, new = "一" * (LONGEST_BY_LETTER + 1), "一" * LONGEST_BY_LETTER + "二"
    assert between(old, new) == [
        DifferencePart(DifferenceKind.STRUCK, old),
        DifferencePart(DifferenceKind.ADDED, new),
    ]
