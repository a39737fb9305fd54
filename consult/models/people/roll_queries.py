"""Named selects about the roll."""

from collections.abc import Sequence

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from consult.domain.people.people import DepartureKind
from consult.models.base import db
from consult.models.people.villages import Departure, Group, Household, Person


def people(village_id: int, *, query: str = "", after: int | None = None, most: int = 50) -> Sequence[Person]:
    """Return a page of the roll in its order; `query` is a part of a name or the beginning of a household code."""
    wanted = (
        select(Person)
        .join(Household, Household.id == Person.household_id)
        .where(Person.village_id == village_id)
        .options(joinedload(Person.household).joinedload(Household.group), joinedload(Person.departure))
        .order_by(Person.roll_position)
        .limit(most)
    )
    if query:
        wanted = wanted.where(
            or_(Person.name.contains(query, autoescape=True), Household.code.startswith(query, autoescape=True))
        )
    return db.session.scalars(wanted.where(Person.roll_position > after) if after else wanted).all()


def counts(village_id: int) -> tuple[int, int]:
    """Return the numbers of people on the roll and of their households."""
    query = (
        select(func.count(Person.id), func.count(Person.household_id.distinct()))
        .outerjoin(Departure, Departure.person_id == Person.id)
        .where(Person.village_id == village_id, Person.household_id.is_not(None), Departure.person_id.is_(None))
    )
    found = db.session.execute(query).one()
    return found[0], found[1]


def groups_of(village_id: int) -> Sequence[Group]:
    """Return the groups of a village in their order."""
    return db.session.scalars(select(Group).where(Group.village_id == village_id).order_by(Group.position)).all()


def away(village_id: int) -> frozenset[int]:
    """Return the ids of the people who do not stand on the roll: who left, and who wait to join."""
    return frozenset(db.session.scalars(select(Departure.person_id).where(Departure.village_id == village_id)))


def first_of_house(household_id: int) -> int | None:
    """Return who of a household stands first on the roll, those who wait to join last; None: all have left."""
    query = (
        select(Person.id)
        .outerjoin(Departure, Departure.person_id == Person.id)
        .where(Person.household_id == household_id)
        .where(or_(Departure.person_id.is_(None), Departure.kind == DepartureKind.AWAITED))
        .order_by(Departure.person_id.is_not(None), Person.roll_position)
    )
    return db.session.scalar(query.limit(1))


def household(village_id: int, code: str) -> Household | None:
    """Return the household of exactly this code."""
    return db.session.scalar(select(Household).where(Household.village_id == village_id, Household.code == code))


def households_like(village_id: int, parts: Sequence[str]) -> Sequence[Household]:
    """Return the households in whose code these parts stand in this order; capitals and small letters are the same."""
    if not parts:
        return []
    query = select(Household).where(Household.village_id == village_id)
    pattern = "%" + "%".join(part.replace("/", "//").replace("%", "/%").replace("_", "/_") for part in parts) + "%"
    return db.session.scalars(query.where(Household.code.ilike(pattern, escape="/"))).all()
