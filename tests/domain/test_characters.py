"""What is dropped from every text, and what is not."""

import pytest

from consult.domain import text_fields
from consult.domain.characters import without_stray


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("修\x00水\x1b[31m圳\x7f\x85", "修水[31m圳"),
        ("\u202e倒过来\u2066的字\u2069", "倒过来的字"),
        ("半\ud83d个", "半个"),
        ("\ufeff开\u200b头", "开头"),
        ("一行\n二行\t三", "一行\n二行\t三"),
    ],
)
def test_control_characters_and_marks_of_direction_are_dropped(typed, kept):
    assert without_stray(typed) == kept


@pytest.mark.parametrize("words", ["👨‍👩‍👧 一家", "葛\U000e0100城", "𠮷野家", "क्‍ष", "é"])
def test_joined_and_rare_characters_stay_whole(words):
    assert without_stray(words) == words


@pytest.mark.parametrize("read", [text_fields.line, text_fields.long_text])
def test_no_text_of_a_form_keeps_a_control_character(read):
    mistakes: dict = {}
    assert read({"words": "修\x01圳\u202e"}, "words", 100, mistakes) == "修圳" and not mistakes


def test_a_number_hidden_behind_marks_of_direction_is_found_all_the_same():
    mistakes: dict = {}
    text_fields.line({"words": "138\u202e0000\u202e0001"}, "words", 100, mistakes)
    assert "words" in mistakes
