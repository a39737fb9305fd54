"""Finding one person on the roll."""

from collections.abc import Sequence

from sqlalchemy import select

from consult.models.base import db
from consult.models.villages import Departure, Household, Person


def some(person_ids: Sequence[int]) -> Sequence[Person]:
    return db.session.scalars(select(Person).where(Person.id.in_(person_ids))).all()


def by_names(village_id: int, names: Sequence[str]) -> dict[str, set[int]]:
    """Who still stands on the roll under each of these names."""
    query = (
        select(Person.id, Person.name)
        .outerjoin(Departure, Departure.person_id == Person.id)
        .where(Person.village_id == village_id, Person.name.in_(names), Departure.person_id.is_(None))
    )
    found: dict[str, set[int]] = {}
    for row in db.session.execute(query):
        found.setdefault(row.name, set()).add(row.id)
    return found


def by_code_and_name(village_id: int, code: str, name: str) -> Person | None:
    """Who still stands on the roll under this household code and name; None when nobody or several do."""
    query = (
        select(Person)
        .join(Household, Household.id == Person.household_id)
        .outerjoin(Departure, Departure.person_id == Person.id)
        .where(Person.village_id == village_id, Departure.person_id.is_(None))
        .where(Person.name == name, Household.code == code)
    )
    found = db.session.scalars(query).all()
    return found[0] if len(found) == 1 else None
