"""The calendar day of an instant, by a village's clock."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from consult.domain import instants

HERE = ZoneInfo("Asia/Shanghai")
LATE, EARLY = datetime(2026, 11, 29, 15, 30, tzinfo=UTC), datetime(2026, 11, 29, 23, 30, tzinfo=UTC)
"""23:30 on the 29th and 07:30 on the 30th, village time: one day in UTC."""


def test_an_evening_and_the_next_morning_are_two_days_and_a_morning_is_one():
    assert (instants.local_day(HERE, LATE), instants.local_day(HERE, EARLY)) == (date(2026, 11, 29), date(2026, 11, 30))
    assert instants.local_day(HERE, datetime(2026, 11, 30, 0, 10, tzinfo=UTC)) == date(2026, 11, 30)


def test_a_day_begins_at_the_villages_midnight():
    assert instants.local_midnight(HERE, LATE) == datetime(2026, 11, 28, 16, tzinfo=UTC)
    assert instants.local_midnight(HERE, EARLY) == datetime(2026, 11, 29, 16, tzinfo=UTC)
    assert instants.at_local(HERE, date(2026, 11, 30), 19, 30) == datetime(2026, 11, 30, 11, 30, tzinfo=UTC)


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Asia/Shanghai", "UTC", "Etc/GMT+12"])
@pytest.mark.parametrize("instant", [LATE, EARLY])
def test_days_that_are_widened_hold_the_day_of_every_zone(zone, instant):
    assert instants.local_day(ZoneInfo(zone), instant) in instants.days_anywhere(instant)
    assert instants.local_day(ZoneInfo(zone), instant) <= instants.last_day_anywhere(instant)
    assert len(instants.days_anywhere(instant, -1, 3)) == 7


@pytest.mark.parametrize(
    "text", ["0001-01-01T00:00", "9999-12-31T23:59", "1899-12-31T23:59", "", "²", "2026-13-01T00:00"]
)
def test_a_time_at_the_ends_of_the_calendar_is_none(text):
    mistakes: dict = {}
    assert instants.read_instant({"at": text}, "at", HERE, mistakes) is None and "at" in mistakes


@pytest.mark.parametrize("text", ["0001-01-01", "9999-12-31", "1899-12-31", "2026-02-30", "", "²", "一月一日"])
def test_a_day_at_the_ends_of_the_calendar_is_none(text):
    assert instants.read_day(text) is None


def test_a_day_is_read_in_full_width_too():
    assert instants.read_day(" ２０２６-07-13 ") == date(2026, 7, 13)
