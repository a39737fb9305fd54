"""Numbers as they arrive in addresses and forms."""

import pytest

from consult.domain.numbers import LARGEST_ID, read_id, read_number


@pytest.mark.parametrize("text", ["1", " 17 ", "2147483647"])
def test_an_id_is_a_whole_number_that_a_column_holds(text):
    assert read_id(text) == int(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        "-1",
        "+1",
        "1.0",
        "2147483648",
        "9223372036854775808",
        "²",
        "１２",
        "٣",
        "1_000",
        "0x1",
        "1\x00",
        "9" * 5000,
    ],
)
def test_anything_else_is_none(text):
    assert read_id(text) is None


def test_a_number_has_bounds_of_its_own():
    assert [read_number(text, least=1, most=30) for text in ("0", "1", "30", "31", "030")] == [None, 1, 30, None, None]
    assert LARGEST_ID == 2**31 - 1
