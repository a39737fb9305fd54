"""The accounts of the demo village: the people one can act as."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from consult.config import current_config
from consult.demo.data import CAST, SLUG
from consult.models import Household, Person, RoleGrant, Village, db


@dataclass(frozen=True)
class Member:
    """A person one can act as, with their roles."""

    person: Person
    slug: str
    roles: tuple[str, ...]


def members() -> list[Member]:
    """Return the people one can act as, in their order, with the offices each holds."""
    query = (
        select(Person)
        .join(Household, Household.id == Person.household_id)
        .join(Village, Village.id == Person.village_id)
        .where(Village.slug == SLUG, Household.code.in_({part.household for part in CAST}))
        .options(joinedload(Person.household).joinedload(Household.group))
    )
    people = {(p.household.code, p.name): p for p in db.session.scalars(query) if p.household is not None}
    found = [people[part.household, part.name] for part in CAST if (part.household, part.name) in people]
    outside = select(Person).join(Village, Village.id == Person.village_id)
    outside = outside.where(Village.slug == SLUG, Person.account_id.is_not(None)).order_by(Person.id)
    found += db.session.scalars(outside).all()
    grants = select(RoleGrant.person_id, RoleGrant.role).where(RoleGrant.person_id.in_([p.id for p in found]))
    roles: dict[int, list[str]] = {}
    for person_id, role in db.session.execute(grants.where(RoleGrant.ended_at.is_(None)).order_by(RoleGrant.id)):
        roles.setdefault(person_id, []).append(role)
    return [Member(p, SLUG, tuple(roles.get(p.id, ["villager"]))) for p in found]


def member(person_id: int) -> Member | None:
    """Return one of them; None outside demo mode."""
    if not current_config().is_demo:
        return None
    return next((m for m in members() if m.person.id == person_id), None)
