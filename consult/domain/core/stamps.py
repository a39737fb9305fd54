"""Judge how old a noted instant is. One that lies ahead of the clock tells no age: it is never taken for fresh."""

from datetime import datetime, timedelta
from enum import StrEnum

from consult.domain.clock_leaps import TOLERANCE


class Age(StrEnum):
    """One of the answers to whether something was done lately that is to be done again and again."""

    NEVER = "never"
    FRESH = "fresh"
    LATE = "late"
    AHEAD = "ahead"
    """Noted under a clock that ran ahead, or changed by hand: nobody knows how long ago it was."""


def is_ahead(at: datetime | None, now: datetime) -> bool:
    """Tell whether a noted instant is still to come, by more than clocks of two machines may differ."""
    return at is not None and at > latest(now)


def latest(now: datetime) -> datetime:
    """Return the latest instant that something may be noted for which was done by now."""
    return now + TOLERANCE


def age(at: datetime | None, now: datetime, *, within: timedelta) -> Age:
    """Return how old a noted instant is: fresh where it lies no longer back than `within`."""
    if at is None:
        return Age.NEVER
    if is_ahead(at, now):
        return Age.AHEAD
    return Age.FRESH if now - at <= within else Age.LATE


def is_fresh(at: datetime | None, now: datetime, *, within: timedelta) -> bool:
    """Tell whether something was done no longer ago than `within`."""
    return age(at, now, within=within) is Age.FRESH


def since(at: datetime | None, now: datetime) -> timedelta | None:
    """Return for how long something has been done, at least nothing; None where it never was, or nobody knows when."""
    return None if at is None or is_ahead(at, now) else max(now - at, timedelta())
