"""Decide who may vote: from the people of a village to the frozen units of one poll."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from consult.domain.law.bodies import SEATS, Body, Members, UnitKind
from consult.domain.people import households as households_rule
from consult.domain.people.people import age_on, is_adult
from consult.domain.people.roles import Role

WORKING_AGE = 16  # 民法典 18(2)


@dataclass(frozen=True, kw_only=True)
class Villager:
    """One person as the rule needs them: on the roll, neither moved away nor dead."""

    id: int
    household_id: int
    group_id: int
    born: date
    is_head: bool
    represents: bool
    """Chosen by the household to speak for it."""
    collective_member: bool
    """Of the village's (or the township's) collective organisation."""
    offices: frozenset[Role]
    """For the whole village."""
    collective_group_id: int | None = None
    """The group of whose collective they are a member."""
    group_offices: frozenset[tuple[Role, int]] = frozenset()
    """In the collective of a group."""
    lives_by_own_labour: bool = False
    """Of 16 or 17: the main income is their own (民法典 18(2))."""
    is_woman: bool = False
    lacks_capacity: bool = False
    """An adult without full civil capacity (民法典 21, 22)."""


@dataclass(frozen=True)
class UnitOfRoll:
    """The holder of one vote: a person, or a household with the person who represents it."""

    number: int
    unit: str
    household_id: int
    person_id: int


def has_full_capacity(villager: Villager, *, on: date) -> bool:
    """Tell whether a person has full civil capacity on a day (民法典 17 to 22)."""
    grown = is_adult(villager.born, on)
    working = villager.lives_by_own_labour and age_on(villager.born, on) >= WORKING_AGE
    return (grown or working) and not villager.lacks_capacity


def has_seat(villager: Villager, body: Body, *, group_id: int | None, on: date) -> bool:
    """Tell whether a villager belongs to a body of a group, or of the village, on a day.

    Villagers vote from 18 on (VCL 25), members of a collective with full civil capacity (CEO 27).
    """
    if body.members is Members.COLLECTIVE_MEMBERS:
        is_member = villager.collective_member if group_id is None else villager.collective_group_id == group_id
        return is_member and has_full_capacity(villager, on=on)
    if not is_adult(villager.born, on):
        return False
    if body.of_a_collective and group_id is not None:
        return any((role, group_id) in villager.group_offices for role in SEATS[body.members])
    if group_id is not None and villager.group_id != group_id:
        return False
    return body.members is Members.ADULTS or bool(villager.offices & SEATS[body.members])


def freeze(villagers: Iterable[Villager], body: Body, *, group_id: int | None, on: date) -> list[UnitOfRoll]:
    """Return the units of a poll, numbered in the order of the village's roll. Empty where no villager has a seat."""
    seated = [v for v in villagers if has_seat(v, body, group_id=group_id, on=on)]
    if body.unit is UnitKind.PERSON:
        return [UnitOfRoll(n, f"person:{v.id}", v.household_id, v.id) for n, v in enumerate(seated, 1)]
    households: dict[int, list[Villager]] = {}
    for villager in seated:
        households.setdefault(villager.household_id, []).append(villager)
    return [
        UnitOfRoll(n, f"household:{h}", h, speaker_for(adults).id)
        for n, (h, adults) in enumerate(households.items(), 1)
    ]


def speaker_for(adults: list[Villager]) -> Villager:
    """Return the representative of a household: the person it chose, else its head, else its oldest adult."""
    return min(
        adults, key=lambda v: households_rule.rank(chosen=v.represents, head=v.is_head, born=v.born, person_id=v.id)
    )
