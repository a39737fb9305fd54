"""Find people of the roll by id or name."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, select

from consult.domain.people.people import bare_code
from consult.models.base import db
from consult.models.people.villages import Departure, Group, Household, Person


def some(person_ids: Sequence[int]) -> Sequence[Person]:
    """Return the people with these ids."""
    return db.session.scalars(select(Person).where(Person.id.in_(person_ids))).all()


def by_names(village_id: int, names: Sequence[str]) -> dict[str, set[int]]:
    """Return the ids of the people who still stand on the roll under each of these names."""
    found: dict[str, set[int]] = {}
    for row in of_names(village_id, names):
        found.setdefault(row.name, set()).add(row.person_id)
    return found


def by_code_and_name(village_id: int, code: str, name: str) -> Person | None:
    """Return the person of this name in the household of this code; None unless there is exactly one.

    The code may be said without its zeros: 6-4 for 06-004.
    """
    rows = of_names(village_id, [name])
    found = [row.person_id for row in rows if row.code == code] or [
        row.person_id for row in rows if bare_code(row.code) == bare_code(code)
    ]
    return db.session.get(Person, found[0]) if len(found) == 1 else None


def of_names(village_id: int, names: Sequence[str]) -> Sequence[Row[Any]]:
    """Return where people of these names stand on the roll: person, name, household code, group."""
    query = (
        select(Person.id.label("person_id"), Person.name, Household.code, Group.name.label("group"))
        .join(Household, Household.id == Person.household_id)
        .join(Group, Group.id == Household.group_id)
        .outerjoin(Departure, Departure.person_id == Person.id)
        .where(Person.village_id == village_id, Person.name.in_(names), Departure.person_id.is_(None))
        .order_by(Person.roll_position)
    )
    return db.session.execute(query).all()


def names(ids: Sequence[int]) -> dict[int, str]:
    """Return the names of people by id, in one query."""
    rows = db.session.execute(select(Person.id, Person.name).where(Person.id.in_(ids))).all() if ids else []
    return {row.id: row.name for row in rows}
