"""Named selects about who holds which office."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import Select, or_, select

from consult.models.base import db
from consult.models.people.villages import Departure, Person, RoleGrant


def holders(village_id: int, roles: Collection[str], *, on: date) -> set[int]:
    """Return the ids of people who hold one of these offices on a day and still stand on the roll."""
    return {grant.person_id for grant in db.session.scalars(_in_force(village_id, roles, on=on))}


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
        (house, role)
        for house, role, grant_id, person_id in db.session.execute(columns)
        if grant_id != without_grant and person_id not in without_people
    ]
    return any(house != other and role != another for house, role in found for other, another in found)


def _in_force(village_id: int, roles: Collection[str], *, on: date) -> Select[tuple[RoleGrant]]:
    return (
        select(RoleGrant)
        .outerjoin(Departure, Departure.person_id == RoleGrant.person_id)
        .where(RoleGrant.village_id == village_id, RoleGrant.role.in_(sorted(roles)), RoleGrant.ended_at.is_(None))
        .where(RoleGrant.since <= on, or_(RoleGrant.until.is_(None), RoleGrant.until >= on))
        .where(Departure.person_id.is_(None))
    )
