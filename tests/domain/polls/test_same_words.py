"""Two proposals with the same words: what a second vote must have changed, and what asks nearly the same."""

import time

import pytest

from consult.domain.polls.same_words import asks_nearly_the_same, is_changed
from consult.domain.text_fields import long_text

WORDS = {
    "title": "修好上圳三百米水圳",
    "summary": "上圳漏水，三百米要重新砌石。",
    "place": "上围",
    "text": "先清淤，再砌石，十二月开工。",
    "cost_fen": 12_860_000,
    "funding": [["县里补助", 12_860_000]],
}


@pytest.mark.parametrize(
    ("field", "now"),
    [
        ("text", "先清淤、再砌石, 十二月开工"),  # one comma
        ("summary", "上圳漏水，\n三百米 要重新砌石。"),
        ("title", "修好上圳三百米水圳！"),
        ("summary", "上圳漏水，三百米要重新砌石"),
        ("title", "修好上圳三百米水圳".replace("圳", "圳")),
        ("text", "先清淤，再砌石，十二月開工。"),  # the same characters in the other script
        ("place", "上圍"),
    ],
)
def test_punctuation_blanks_and_forms_of_characters_change_nothing(field, now):
    assert not is_changed(WORDS, WORDS | {field: now})


@pytest.mark.parametrize(
    "now", [{"text": "先清淤，再砌石，一月开工。"}, {"cost_fen": 12_870_000}, {"funding": [["自筹", 12_860_000]]}]
)
def test_another_word_another_cost_or_another_source_is_a_change(now):
    assert is_changed(WORDS, WORDS | now)


def test_the_order_and_the_spelling_of_sources_change_nothing():
    two = WORDS | {"funding": [["县里补助", 12_000_000], ["村民 自筹", 860_000]]}
    assert not is_changed(two, two | {"funding": [["村民自筹", 860_000], ["縣里補助。", 12_000_000]]})
    assert not is_changed(two, two | {"funding": [*two["funding"][:1], ["村民自筹", 800_000], ["村民自筹", 60_000]]})
    assert is_changed(two, two | {"funding": [["县里补助", 12_000_001], ["村民自筹", 859_999]]})


@pytest.mark.parametrize("blank", ["\u3164", "\u115f", "\u1160", "\uffa0", "\u2800", "\u2062", "\u17b4"])
def test_a_letter_that_nobody_sees_is_no_other_word(blank):
    typed = {"text": str(WORDS["text"]).replace("砌石", f"砌{blank}石")}
    assert not is_changed(WORDS, WORDS | {"text": long_text(typed, "text", 100, {})})


def test_a_word_that_moves_to_another_field_is_a_change():
    assert is_changed(WORDS, WORDS | {"place": "", "title": WORDS["title"] + "上围"})


def test_the_same_words_or_nearly_are_asked_about_and_others_are_not():
    nearly = WORDS | {"title": "修好上圳三百米水圳。", "text": "先清淤，再砌石，十一月开工。"}
    assert asks_nearly_the_same(WORDS, WORDS) and asks_nearly_the_same(WORDS, nearly)
    other = WORDS | {"title": "修村口的路", "summary": "路面坏了要铺水泥。"}
    assert not asks_nearly_the_same(WORDS, other) and not asks_nearly_the_same(other, WORDS)


def test_words_that_are_only_added_hide_no_earlier_vote():
    padded = WORDS | {
        "title": "水圳工程",
        "summary": WORDS["title"] + WORDS["summary"],
        "text": WORDS["text"] + "谢谢大家支持" * 40,
    }
    assert asks_nearly_the_same(WORDS, padded) and asks_nearly_the_same(padded, WORDS)


def test_a_few_common_words_in_a_long_text_are_no_matter_of_their_own():
    assert not asks_nearly_the_same(
        {"title": "修水圳"}, {"title": "大会议程", "text": "修水圳，建停车场，选小组长，分征地款，订村规民约。"}
    )


def test_long_texts_are_compared_in_little_time():
    one, other = {"title": "一", "text": "一二" * 10_000}, {"title": "二", "text": "二一" * 10_000}
    began = time.perf_counter()
    asks_nearly_the_same(one, other)
    assert time.perf_counter() - began < 20
