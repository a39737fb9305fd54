"""Periods of working days."""

from datetime import date

import pytest

from consult.domain.people.retention import answer_due_on
from consult.domain.working_days import after_working_days


@pytest.mark.parametrize(
    ("start", "days", "last"),
    [
        (date(2026, 11, 30), 1, date(2026, 12, 1)),
        (date(2026, 11, 27), 1, date(2026, 11, 30)),
        (date(2026, 9, 30), 1, date(2026, 10, 8)),
        (date(2026, 9, 19), 1, date(2026, 9, 20)),
        (date(2026, 11, 30), 0, date(2026, 11, 30)),
    ],
)
def test_weekends_and_holidays_do_not_count_and_days_of_work_put_in_their_place_do(start, days, last):
    assert after_working_days(start, days) == last


def test_a_request_is_answered_within_fifteen_working_days():
    assert answer_due_on(date(2026, 11, 30)) == date(2026, 12, 21)
