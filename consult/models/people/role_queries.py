"""Named selects about who holds which office."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import or_, select

from consult.models.base import db
from consult.models.people.villages import Departure, RoleGrant


def holders(village_id: int, roles: Collection[str], *, on: date) -> set[int]:
    """Return the ids of people who hold one of these offices on a day and still stand on the roll."""
    query = (
        select(RoleGrant.person_id)
        .outerjoin(Departure, Departure.person_id == RoleGrant.person_id)
        .where(RoleGrant.village_id == village_id, RoleGrant.role.in_(sorted(roles)), RoleGrant.ended_at.is_(None))
        .where(RoleGrant.since <= on, or_(RoleGrant.until.is_(None), RoleGrant.until >= on))
        .where(Departure.person_id.is_(None))
    )
    return set(db.session.scalars(query))
