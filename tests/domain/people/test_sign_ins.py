"""The arithmetic of waiting, and what counts as a code or a PIN."""

from datetime import UTC, datetime, timedelta

import pytest

from consult.domain.people.codes import CODES_ALLOWED, is_short_code
from consult.domain.people.pins import TRIES_OF_BROWSER
from consult.domain.people.sign_ins import digits, is_pin, minutes_of, wait_for

NOW = datetime(2026, 7, 13, 12, 0, tzinfo=UTC)


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


def test_the_first_code_needs_no_waiting():
    assert wait_for([], CODES_ALLOWED, NOW) is None


def test_the_next_code_waits_for_the_rest_of_a_minute_and_no_longer():
    assert wait_for([ago(seconds=20)], CODES_ALLOWED, NOW) == timedelta(seconds=40)
    assert wait_for([ago(seconds=60)], CODES_ALLOWED, NOW) is None


def test_the_sixth_code_of_an_hour_waits_until_the_first_is_an_hour_old():
    assert wait_for([ago(minutes=m) for m in (50, 40, 30, 20, 10)], CODES_ALLOWED, NOW) == timedelta(minutes=10)


def test_the_eleventh_code_of_a_day_waits_for_tomorrow():
    assert wait_for([ago(hours=2 * n) for n in range(1, 11)], CODES_ALLOWED, NOW) == timedelta(hours=4)


def test_the_longest_of_several_waits_counts_whatever_the_order():
    tries = [ago(seconds=10), ago(minutes=50), ago(minutes=30), ago(minutes=40), ago(minutes=20)]
    assert wait_for(tries, CODES_ALLOWED, NOW) == timedelta(minutes=10)


def test_five_wrong_pins_keep_a_browser_waiting_for_a_quarter_of_an_hour_and_ten_for_a_day():
    assert wait_for([ago(minutes=1)] * 4, TRIES_OF_BROWSER, NOW) is None
    assert wait_for([ago(minutes=1)] * 5, TRIES_OF_BROWSER, NOW) == timedelta(minutes=14)
    assert wait_for([ago(hours=1)] * 10, TRIES_OF_BROWSER, NOW) == timedelta(hours=23)


@pytest.mark.parametrize(("seconds", "minutes"), [(1, 1), (60, 1), (61, 2), (840, 14)])
def test_a_wait_is_told_in_whole_minutes_rounded_up(seconds, minutes):
    assert minutes_of(timedelta(seconds=seconds)) == minutes


@pytest.mark.parametrize("typed", ["123456", " 123 456 ", "123-456", "１２３４５６", "１２３　４５６"])
def test_digits_are_read_as_people_and_keyboards_write_them(typed):
    assert digits(typed) == "123456"


def test_a_short_code_is_the_beginning_of_one_and_nothing_else():
    assert is_short_code("12345") and is_short_code("")
    assert not is_short_code("123456") and not is_short_code("12a")


@pytest.mark.parametrize("pin", ["739264", "135790", "112233", "000012"])
def test_a_pin_has_four_to_six_digits(pin):
    assert is_pin(pin)


@pytest.mark.parametrize(
    "pin", ["000000", "999999", "012345", "987654", "456789", "7392", "7392641", "73a264", "٧٣٩٢٦٤"]
)
def test_a_pin_is_not_what_anybody_tries_first(pin):
    assert not is_pin(pin)
