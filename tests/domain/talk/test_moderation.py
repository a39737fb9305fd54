"""What is masked of a quotation, and whose name a text says."""

import pytest

from consult.domain.talk.moderation import mask_quotes, named_in

INSULT = "你这个臭八婆，收了人家的钱就不说话"


@pytest.mark.parametrize(
    ("reply", "shown"),
    [
        ("她说「臭八婆」，太过分", "她说「■■■」，太过分"),
        ("“收了人家的钱”是什么意思？", "“■■■”是什么意思？"),
        ("收了人家的钱就不说话，有证据吗", "■■■，有证据吗"),
        ("别骂人，说事", "别骂人，说事"),
        ("她说「别的话」", "她说「别的话」"),
    ],
)
def test_what_is_quoted_of_hidden_words_is_masked_and_nothing_else(reply, shown):
    assert mask_quotes(reply, [INSULT]) == shown


def test_nothing_is_masked_where_nothing_is_hidden():
    assert mask_quotes(INSULT, []) == INSULT and mask_quotes(INSULT, [""]) == INSULT


def test_a_whole_quotation_of_something_short_is_masked_too():
    assert mask_quotes("「臭八婆」", ["臭八婆"]) == "「■■■」"


def test_a_text_names_people_by_their_whole_or_their_given_name():
    people = [(1, "陈惠芳"), (2, "周玉兰"), (3, "李桂"), (4, "何树根")]
    assert named_in("惠芳姐收了钱，周玉兰知道，桂花开了", people) == {1, 2}
