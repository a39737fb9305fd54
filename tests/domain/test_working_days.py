"""Periods of working days."""

import tomllib
from datetime import date, timedelta
from pathlib import Path

import pytest
from lunardate import LunarDate

from consult.domain import working_days
from consult.domain.people.retention import answer_due_on
from consult.domain.working_days import after_working_days, is_day_off, missing_year, qingming, statutory


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


KNOWN = {  # 除夕, 正月初一, 清明, 端午, 中秋, as calendars have them
    2026: ("02-16", "02-17", "04-05", "06-19", "09-25"),
    2027: ("02-05", "02-06", "04-05", "06-09", "09-15"),
    2028: ("01-25", "01-26", "04-04", "05-28", "10-03"),
    2029: ("02-12", "02-13", "04-04", "06-16", "09-22"),
    2030: ("02-02", "02-03", "04-05", "06-05", "09-12"),
}


@pytest.mark.parametrize("year", sorted(KNOWN))
def test_statutory_days_are_off_every_year_whether_or_not_an_arrangement_is_known(year):
    eve, new_year, qing, boat, moon = (date.fromisoformat(f"{year}-{text}") for text in KNOWN[year])
    fixed = {date(year, 1, 1), date(year, 5, 1), date(year, 5, 2), *(date(year, 10, n) for n in (1, 2, 3))}
    spring = {eve, *(new_year + timedelta(n) for n in range(3))}
    assert statutory(year) == fixed | spring | {qing, boat, moon}
    assert all(is_day_off(day) for day in statutory(year))


def test_before_2025_new_years_eve_and_the_second_of_may_were_working_days():
    assert date(2024, 2, 9) not in statutory(2024) and date(2024, 2, 10) in statutory(2024)
    assert date(2024, 5, 2) not in statutory(2024) and date(2025, 5, 2) in statutory(2025)
    assert statutory(2007) == frozenset()


def test_every_arrangement_contains_the_statutory_days_of_its_year():
    for year in (2026,):
        assert all(is_day_off(day) for day in statutory(year))


def test_lunar_days_are_those_of_the_library():
    table = tomllib.loads((Path(working_days.__file__).parent / "lunar_days.toml").read_text(encoding="utf-8"))
    for name, month, day in (("spring", 1, 1), ("dragon_boat", 5, 5), ("mid_autumn", 8, 15)):
        for year, text in table[name].items():
            assert LunarDate(int(year), month, day).to_solar_date() == date.fromisoformat(f"{year}-{text}")
        assert set(map(int, table[name])) == set(range(2013, 2100))


def test_qingming_is_the_fourth_or_fifth_of_april_as_the_table_of_this_century_says():
    for year in range(2000, 2100):
        rule = int(year % 100 * 0.2422 + 4.81) - year % 100 // 4
        assert qingming(year) == date(year, 4, rule)


@pytest.mark.parametrize(
    ("today", "missing"),
    [
        (date(2026, 11, 30), None),
        (date(2026, 12, 1), 2027),
        (date(2027, 1, 4), 2027),
        (date(2027, 6, 1), 2027),
        (date(2025, 12, 31), 2025),
    ],
)
def test_from_december_on_it_is_told_that_the_arrangement_of_the_next_year_is_missing(today, missing):
    assert missing_year(today) == missing
