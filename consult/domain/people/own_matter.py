"""The own matter: what concerns a person, or somebody of the same house, is decided by others.

Answers, tasks, looks at work, ratings and words that were reported ask this; the second persons of two_persons.py and
acts on votes too.
"""

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True)
class Party:
    """A person as far as it decides whose matter something is."""

    id: int
    household_id: int | None
    """None: they stand on no roll."""
    number_mark: str | None = None
    """Of the number by which they sign in. None: they have none."""


def is_own_matter(officer: Party, concerned: Party) -> bool:
    """Tell whether a matter of the one concerned is the officer's own, or that of the officer's house.

    Who signs in by one number is of one house, whatever the roll says: one phone may serve both.
    """
    if officer.id == concerned.id:
        return True
    if officer.household_id is not None and officer.household_id == concerned.household_id:
        return True
    return officer.number_mark is not None and officer.number_mark == concerned.number_mark


@dataclass(frozen=True)
class OwnHouse:
    """The people and the house whose matters are an officer's own."""

    people: frozenset[int]
    household_id: int | None
    """None: the officer stands on no roll."""

    def concerns(self, people: Collection[int | None], household_id: int | None = None) -> bool:
        """Tell whether a matter of these people, or of a household as a roll has it, is the officer's own."""
        of_household = household_id is not None and household_id == self.household_id
        return of_household or not self.people.isdisjoint(people)
