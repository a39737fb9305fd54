"""Named selects about who holds which office."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import or_, select

from consult.models.base import db
from consult.models.people.villages import Departure, RoleGrant


def holders(village_id: int, roles: Collection[str], *, on: date) -> set[int]:
    """Return the ids of people who hold one of these offices on a day and still stand on the roll."""
    return {grant.person_id for grant in _in_force(village_id, roles, on=on)}


def two_hold(
    village_id: int,
    roles: Collection[str],
    *,
    on: date,
    without_grant: int = 0,
    without_people: Collection[int] = (),
) -> bool:
    """Tell whether two persons hold different ones of these offices on a day, one grant or some people apart."""
    found = [
        grant
        for grant in _in_force(village_id, roles, on=on)
        if grant.id != without_grant and grant.person_id not in without_people
    ]
    return any(a.person_id != b.person_id and a.role != b.role for a in found for b in found)


def _in_force(village_id: int, roles: Collection[str], *, on: date) -> Sequence[RoleGrant]:
    query = (
        select(RoleGrant)
        .outerjoin(Departure, Departure.person_id == RoleGrant.person_id)
        .where(RoleGrant.village_id == village_id, RoleGrant.role.in_(sorted(roles)), RoleGrant.ended_at.is_(None))
        .where(RoleGrant.since <= on, or_(RoleGrant.until.is_(None), RoleGrant.until >= on))
        .where(Departure.person_id.is_(None))
    )
    return db.session.scalars(query).all()
