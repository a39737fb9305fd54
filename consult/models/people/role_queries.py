"""Named selects about who holds which office."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import Select, select

from consult.domain.people.roles import Role
from consult.models.base import db
from consult.models.people.villages import Departure, Person, RoleGrant


def holders(village_id: int, roles: Collection[str], *, on: date) -> set[int]:
    """Return the ids of people who hold one of these offices on a day and still stand on the roll."""
    return {grant.person_id for grant in db.session.scalars(_in_force(village_id, roles, on=on))}


def ever_held(village_id: int, roles: Collection[str]) -> set[int]:
    """Return the ids of people who hold or once held one of these offices."""
    query = select(RoleGrant.person_id).where(RoleGrant.village_id == village_id, RoleGrant.role.in_(roles))
    return set(db.session.scalars(query))


def officers(village_id: int, roles: Collection[str], *, on: date) -> list[tuple[int, int | None, frozenset[Role]]]:
    """Return everybody who holds one of these offices on a day: (id, household, which of them)."""
    query = _in_force(village_id, roles, on=on).join(Person, Person.id == RoleGrant.person_id)
    columns = query.with_only_columns(RoleGrant.person_id, Person.household_id, RoleGrant.role)
    rows = db.session.execute(columns.order_by(RoleGrant.person_id))
    held: dict[tuple[int, int | None], set[Role]] = {}
    for person_id, household_id, role in rows:
        held.setdefault((person_id, household_id), set()).add(role)
    return [(person_id, home, frozenset(mine)) for (person_id, home), mine in held.items()]


def titles_of(person_id: int, *, on: date) -> list[str]:
    """Return the offices that a person holds on a day, each once."""
    held = select(RoleGrant.role).where(RoleGrant.person_id == person_id, RoleGrant.in_force(on))
    return sorted({role.value for role in db.session.scalars(held)})


def two_hold(
    village_id: int,
    roles: Collection[str],
    *,
    on: date,
    without_grant: int = 0,
    without_people: Collection[int] = (),
) -> bool:
    """Tell whether two persons of two houses hold different ones of these offices on a day, one grant or some people apart."""
    query = _in_force(village_id, roles, on=on).join(Person, Person.id == RoleGrant.person_id)
    columns = query.with_only_columns(Person.household_id, RoleGrant.role, RoleGrant.id, RoleGrant.person_id)
    found = [
        (person_id, house, role)
        for house, role, grant_id, person_id in db.session.execute(columns)
        if grant_id != without_grant and person_id not in without_people
    ]
    return any(
        one != other and (house is None or house != home) and role != another
        for one, house, role in found
        for other, home, another in found
    )


def _in_force(village_id: int, roles: Collection[str], *, on: date) -> Select[tuple[RoleGrant]]:
    return (
        select(RoleGrant)
        .outerjoin(Departure, Departure.person_id == RoleGrant.person_id)
        .where(RoleGrant.village_id == village_id, RoleGrant.role.in_(sorted(roles)), RoleGrant.in_force(on))
        .where(Departure.person_id.is_(None))
    )
