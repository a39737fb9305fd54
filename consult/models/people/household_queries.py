"""Who stands on the roll in a household, and who speaks for it on a day."""

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import Row, Select, bindparam, select

from consult.domain.people import households
from consult.domain.people.households import Member
from consult.models.base import db
from consult.models.people.villages import Departure, Household, Person

_MEMBERS = (
    select(Person.household_id, Person.id, Person.relation, Person.born, Household.representative_id)
    .join(Household, Household.id == Person.household_id)
    .outerjoin(Departure, Departure.person_id == Person.id)
    .where(Departure.person_id.is_(None))
)
_OF_HOUSE = _MEMBERS.where(Person.household_id == bindparam("household_id"))
"""Built once: each ballot of a household asks it."""


def speaker(household_id: int | None, *, on: date) -> int | None:
    """Return who speaks for a household on a day; None where no adult of it stands on the roll, and for no household."""
    if household_id is None:
        return None
    return _speakers(_OF_HOUSE, on=on, household_id=household_id).get(household_id)


def speakers(village_id: int, *, on: date, household_ids: Collection[int] | None = None) -> dict[int, int]:
    """Return who speaks for each household of a village on a day, or for some; none where no adult is left."""
    query = _MEMBERS.where(Person.village_id == village_id)
    if household_ids is not None:
        query = query.where(Person.household_id.in_(household_ids))
    return _speakers(query, on=on)


def members(household_id: int | None) -> list[Member]:
    """Return who stands on the roll in a household, children too; nobody for no household."""
    if household_id is None:
        return []
    rows = db.session.execute(_OF_HOUSE, {"household_id": household_id})
    return [Member(row.id, row.relation, row.born) for row in rows]


def chosen(household_id: int) -> int | None:
    """Return whom a household chose to speak for it; perhaps they left since."""
    return db.session.scalar(select(Household.representative_id).where(Household.id == household_id))


def _speakers(query: Select[Any], *, on: date, **which: int) -> dict[int, int]:
    houses: dict[int, list[Row[Any]]] = {}
    for row in db.session.execute(query, which):
        houses.setdefault(row.household_id, []).append(row)
    found = {}
    for house, rows in houses.items():
        members = [Member(row.id, row.relation, row.born) for row in rows]
        if (one := households.speaker(members, rows[0].representative_id, on=on)) is not None:
            found[house] = one
    return found
