"""Due times of periodic jobs, and when one that failed is tried again."""

from datetime import UTC, datetime, timedelta

import pytest

from consult.domain.schedules import Schedule, next_try

MINUTE = Schedule(timedelta(minutes=1))
HOUR = Schedule(timedelta(hours=1), timedelta(minutes=7))
NIGHT = Schedule(timedelta(days=1), timedelta(hours=3, minutes=17))


def at(day: int, hour: int, minute: int, second: int = 0) -> datetime:
    return datetime(2026, 12, day, hour, minute, second, tzinfo=UTC)


@pytest.mark.parametrize(
    ("schedule", "now", "due"),
    [
        (MINUTE, at(1, 5, 30, 59), at(1, 5, 30)),
        (MINUTE, at(1, 5, 30), at(1, 5, 30)),
        (HOUR, at(1, 5, 7), at(1, 5, 7)),
        (HOUR, at(1, 5, 6, 59), at(1, 4, 7)),
        (HOUR, at(1, 0, 6), datetime(2026, 11, 30, 23, 7, tzinfo=UTC)),
        (NIGHT, at(2, 3, 16), at(1, 3, 17)),
        (NIGHT, at(2, 3, 17), at(2, 3, 17)),
    ],
)
def test_the_newest_due_time_is_at_or_before_now(schedule, now, due):
    assert schedule.latest(now) == due


def test_tries_come_at_growing_distances():
    waits = [next_try(tries, at(1, 0, 0)) - at(1, 0, 0) for tries in (1, 2, 3, 4)]
    assert waits == [timedelta(minutes=n) for n in (1, 2, 4, 8)]
