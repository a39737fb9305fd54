"""Decide who may vote: from the people of a village to the frozen units of one poll."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from consult.domain.law.bodies import SEATS, Body, Members, UnitKind
from consult.domain.people.people import is_adult
from consult.domain.people.roles import Role


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
    offices: frozenset[Role]


@dataclass(frozen=True)
class UnitOfRoll:
    """The holder of one vote: a person, or a household with the person who represents it."""

    number: int
    unit: str
    household_id: int
    person_id: int


def has_seat(villager: Villager, body: Body, *, on: date) -> bool:
    """Tell whether a villager belongs to a body on a day. Every voter must be an adult."""
    if not is_adult(villager.born, on):
        return False
    if body.members is Members.ADULTS:
        return True
    if body.members is Members.COLLECTIVE_MEMBERS:
        return villager.collective_member
    return bool(villager.offices & SEATS[body.members])


def freeze(villagers: Iterable[Villager], body: Body, *, group_id: int | None, on: date) -> list[UnitOfRoll]:
    """Return the units of a poll, numbered in the order of the village's roll. Empty where no villager has a seat."""
    seated = [v for v in villagers if (group_id is None or v.group_id == group_id) and has_seat(v, body, on=on)]
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
    return min(adults, key=lambda v: (not v.represents, not v.is_head, v.born, v.id))
