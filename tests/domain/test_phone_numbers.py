"""One idea of a phone number, for sign-in, the roll, the forms and the search for private numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult.domain.form_errors import FormError
from consult.domain.phone_numbers import phone_number, read_phone, takes_messages
from consult.domain.private_numbers import found_in

MAINLAND = [
    "13812345678",
    "138 1234 5678",
    "138-1234-5678",
    "138.1234.5678",
    "138*1234*5678",
    "(138)1234-5678",
    "+86 13812345678",
    "+86-138-1234-5678",
    "(+86) 138 1234 5678",
    "(86)13812345678",
    "0086 138 1234 5678",
    "8613812345678",
    "013812345678",
    "１３８１２３４５６７８",
    "＋８６ １３８ １２３４ ５６７８",
    "1️⃣3️⃣8️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣7️⃣8️⃣",
    "138\u200b1234\u200b5678",
    "13812345678.0",
    "138—1234—5678",
]
HONG_KONG = [
    "+852 9123 4567",
    "+85291234567",
    "00852 9123 4567",
    "852-9123-4567",
    "(852) 9123 4567",
    "（852）91234567",
    "852 91234567",
    "香港 9123 4567",
    "香港 +852 9123 4567",
    "9123 4567（香港）",
    "＋８５２ ９１２３ ４５６７",
]
MACAU = ["+853 6612 3456", "00853-6612-3456", "853 66123456", "(853)6612 3456", "澳门 6612 3456", "澳門66123456"]


@pytest.mark.parametrize("typed", MAINLAND)
def test_a_number_of_the_mainland_has_one_stored_form(typed):
    assert phone_number(typed) == "13812345678"


@pytest.mark.parametrize("typed", HONG_KONG)
def test_a_number_of_hong_kong_has_one_stored_form(typed):
    assert phone_number(typed) == "+85291234567"


@pytest.mark.parametrize("typed", MACAU)
def test_a_number_of_macau_has_one_stored_form(typed):
    assert phone_number(typed) == "+85366123456"


@pytest.mark.parametrize("typed", ["9123 4567", "66123456", "２８８１ ２３４５"])
def test_eight_digits_without_a_country_are_asked_about(typed):
    assert read_phone(typed) == (None, FormError.PHONE_WITHOUT_COUNTRY)


@pytest.mark.parametrize(
    "typed",
    [
        *("", "1381234567", "23812345678", "138123456789", "零三八", "0763-3312345", "+1 381 234 5678"),
        *("+852 1123 4567", "853 9123 4567", "13812345678/13912345678", "13812345678转8001", "138****5678"),
    ],
)
def test_what_is_no_number_is_said_to_be_none(typed):
    assert read_phone(typed) == (None, FormError.NOT_A_PHONE)


@pytest.mark.parametrize("typed", [one for one in MAINLAND + HONG_KONG + MACAU if one[-1].isdigit() or one[0] == "1"])
def test_what_signs_in_is_found_in_a_text_too(typed):
    """Two modules had two ideas of a number. Where a place stands for the code, only the digits are in the text."""
    if typed.startswith(("香港 9", "澳")) or typed.endswith(".0"):
        return
    assert found_in(f"打 {typed} 搵我")


@given(
    st.from_regex(r"\A1[3-9][0-9]{9}\Z")
    | st.from_regex(r"\A\+852[2-9][0-9]{7}\Z")
    | st.from_regex(r"\A\+853[268][0-9]{7}\Z")
)
def test_a_stored_number_reads_as_itself(stored):
    assert phone_number(stored) == stored


def test_codes_go_to_mobile_numbers_only():
    assert takes_messages("+85366123456")
    assert not takes_messages("+85328123456")
