"""The speaker of a household: whom it chose, else its head, else its oldest adult. The one rule for every page and vote.

The household has the vote, and not the person (docs/law.md). So the answer follows the roll of the day, also in a vote
whose roll was frozen before: who died, moved away or lives in another house speaks for it no more.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from consult.domain.people.people import HEAD_OF_HOUSEHOLD, is_adult

HOUSEHOLD_UNIT = "household:"
"""How the name of a unit of a roll begins where a household has the vote: household:4."""


def is_household(unit: str) -> bool:
    """Tell whether a unit of a roll is a household and not a person."""
    return unit.startswith(HOUSEHOLD_UNIT)


@dataclass(frozen=True)
class Member:
    """A person who stands on the roll in a household."""

    id: int
    relation: str
    born: date


def rank(*, chosen: bool, head: bool, born: date, person_id: int) -> tuple[bool, bool, date, int]:
    """Return the place of an adult among those who could speak for a household; the least speaks."""
    return not chosen, not head, born, person_id


def speaker(members: Iterable[Member], chosen_id: int | None, *, on: date) -> int | None:
    """Return who speaks for a household on a day; None where no adult of it stands on the roll."""
    ranks = (
        rank(chosen=one.id == chosen_id, head=one.relation == HEAD_OF_HOUSEHOLD, born=one.born, person_id=one.id)
        for one in members
        if is_adult(one.born, on)
    )
    first = min(ranks, default=None)
    return first[-1] if first else None


def with_births(members: Iterable[Member], born: Mapping[int, date]) -> list[Member]:
    """Return members with other dates of birth, to see whom those would make the oldest."""
    return [Member(one.id, one.relation, born.get(one.id, one.born)) for one in members]
