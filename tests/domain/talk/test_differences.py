"""What a reader sees of a revision adds up to both texts."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from consult.domain.talk.differences import DifferenceKind, DifferencePart, between

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
