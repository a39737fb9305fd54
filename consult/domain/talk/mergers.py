"""Merging a proposal into another: with its proposer's yes, or by two officers when the proposer does not say no."""

from datetime import date, timedelta
from enum import StrEnum

OBJECTION_DAYS = 7
"""So many days after the second officer the proposer can say with one tap that the two are not the same. Ours."""


class MergerEnd(StrEnum):
    """The ends of a request to merge."""

    AGREED = "agreed"
    """By the proposer: merged at once."""
    HELD = "held"
    """Two officers, and the proposer said nothing for the days given."""
    DECLINED = "declined"
    """By the proposer: not the same. It is not asked for again."""
    DROPPED = "dropped"
    LAPSED = "lapsed"


MERGED = frozenset({MergerEnd.AGREED, MergerEnd.HELD})


def holds_on(confirmed_on: date) -> date:
    """Return the day on which a merger by two officers holds: the day of confirming is not counted (Civil Code art. 201)."""
    return confirmed_on + timedelta(days=OBJECTION_DAYS + 1)


def earliest(*days: date | None) -> date | None:
    """Return the earliest of some days for an answer, None where none is owed."""
    return min((day for day in days if day is not None), default=None)
