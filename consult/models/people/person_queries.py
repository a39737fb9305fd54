"""Find people of the roll by id or name."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import joinedload

from consult.domain.people.people import HEAD_OF_HOUSEHOLD, bare_code
from consult.domain.people.roles import Role
from consult.models.base import db
from consult.models.people.villages import Departure, Group, Household, Person, RoleGrant


def some(person_ids: Sequence[int]) -> Sequence[Person]:
    """Return the people with these ids."""
    return db.session.scalars(select(Person).where(Person.id.in_(person_ids))).all()


def with_homes(person_ids: Collection[int]) -> dict[int, Person]:
    """Return some people by id, with household and group, in one statement."""
    if not person_ids:
        return {}
    home = joinedload(Person.household).joinedload(Household.group)
    found = select(Person).where(Person.id.in_(sorted(person_ids))).options(home)
    return {one.id: one for one in db.session.scalars(found)}


def codes(person_ids: Sequence[int]) -> dict[int, str]:
    """Return the codes of the households in which people live; those on no roll have none."""
    query = (
        select(Person.id, Household.code)
        .join(Household, Household.id == Person.household_id)
        .where(Person.id.in_(person_ids))
    )
    return {row.id: row.code for row in db.session.execute(query)} if person_ids else {}


def births(person_ids: Sequence[int]) -> dict[int, date]:
    """Return the days of birth by person; those off the roll have none."""
    query = select(Person.id, Person.born).where(Person.id.in_(person_ids), Person.born.is_not(None))
    return {row.id: row.born for row in db.session.execute(query)} if person_ids else {}


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


def of_household(village_id: int, code: str) -> Sequence[Row[Any]]:
    """Return who lives in a household, as name and code in the order of the roll; the code may lack its zeros."""
    codes = db.session.scalars(select(Household.code).where(Household.village_id == village_id)).all()
    same = [one for one in codes if one == code] or [one for one in codes if bare_code(one) == bare_code(code)]
    query = (
        select(Person.name, Household.code)
        .join(Household, Household.id == Person.household_id)
        .outerjoin(Departure, Departure.person_id == Person.id)
        .where(Person.village_id == village_id, Household.code.in_(same[:1]), Departure.person_id.is_(None))
        .order_by(Person.roll_position)
    )
    return db.session.execute(query).all()


def heads_of_group(village_id: int, group_id: int) -> Sequence[Row[Any]]:
    """Return the head of each household of a group, as name and code in the order of the roll."""
    query = (
        select(Person.name, Household.code)
        .join(Household, Household.id == Person.household_id)
        .outerjoin(Departure, Departure.person_id == Person.id)
        .where(Household.village_id == village_id, Household.group_id == group_id, Departure.person_id.is_(None))
        .where(Person.relation == HEAD_OF_HOUSEHOLD)
        .order_by(Person.roll_position)
    )
    return db.session.execute(query).all()


def holders(village_id: int, wanted: Collection[Role], *, on: date) -> Sequence[Row[Any]]:
    """Return those who hold one of these offices on a day: (id, name, household_id, house), by name, each once.

    `house` is the code of their household, None for an officer off the roll.
    """
    query = (
        select(Person.id, Person.name, Person.household_id, Household.code.label("house"))
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .outerjoin(Household, Household.id == Person.household_id)
        .outerjoin(Departure, Departure.person_id == Person.id)
        .where(Person.village_id == village_id, Departure.person_id.is_(None))
        .where(RoleGrant.role.in_(list(wanted)), RoleGrant.in_force(on))
        .distinct()
        .order_by(Person.name, Person.id)
    )
    return db.session.execute(query).all()


def homes(ids: Sequence[int]) -> set[int]:
    """Return the households in which people live; those on no roll have none."""
    query = select(Person.household_id).where(Person.id.in_(ids), Person.household_id.is_not(None))
    return {home for home in db.session.scalars(query) if home is not None}


def names(ids: Sequence[int]) -> dict[int, str]:
    """Return the names of people by id, in one query."""
    rows = db.session.execute(select(Person.id, Person.name).where(Person.id.in_(ids))).all() if ids else []
    return {row.id: row.name for row in rows}
