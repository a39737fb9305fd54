"""What was noted ahead of the clock tells no age."""

from datetime import UTC, datetime, timedelta

import pytest

from consult.domain.core.stamps import Age, age, is_ahead, is_fresh, since

NOW = datetime(2026, 12, 2, 8, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        (None, Age.NEVER),
        (0, Age.FRESH),
        (60, Age.FRESH),
        (61, Age.LATE),
        (-2, Age.FRESH),
        (-3, Age.AHEAD),
        (-(10**6), Age.AHEAD),
    ],
)
def test_an_age_is_one_of_four(minutes, expected):
    at = None if minutes is None else NOW - minutes * MINUTE
    assert age(at, NOW, within=60 * MINUTE) is expected
    assert is_fresh(at, NOW, within=60 * MINUTE) == (expected is Age.FRESH)
    assert is_ahead(at, NOW) == (expected is Age.AHEAD)


def test_how_long_ago_is_told_only_where_it_is_known():
    assert since(NOW - MINUTE, NOW) == MINUTE and since(NOW + MINUTE, NOW) == timedelta()
    assert since(None, NOW) is since(NOW + 3 * MINUTE, NOW) is None
