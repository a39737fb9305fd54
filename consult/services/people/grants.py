"""Grant and end offices, each with a scope and a term."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from consult.domain.audit import Tag
from consult.domain.people.roles import Role
from consult.models import Household, Person, RoleGrant, db
from consult.services.core import audit, transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.people import villages


@dataclass(frozen=True)
class Term:
    """Scope and term of an office: first and last day, both included, group and title."""

    since: date
    until: date | None = None
    group_id: int | None = None
    title: str = ""


@atomic
def grant(person: Person, role: Role, term: Term, act: Act) -> RoleGrant:
    """Give a person an office; the same office already in force is left as it is."""
    villages.locked(act.village_id)
    same = db.session.scalar(
        select(RoleGrant).where(
            RoleGrant.person_id == person.id,
            RoleGrant.role == role,
            RoleGrant.group_id.is_not_distinct_from(term.group_id),
            RoleGrant.ended_at.is_(None),
            (RoleGrant.until.is_(None)) | (RoleGrant.until >= term.since),
        )
    )
    if same is not None:
        return same
    given = RoleGrant(
        village_id=person.village_id,
        person_id=person.id,
        role=role,
        group_id=term.group_id,
        title=term.title,
        since=term.since,
        until=term.until,
        granted_by=act.actor_id,
        granted_at=act.now,
    )
    db.session.add(given)
    db.session.flush()
    audit.record(Tag.ROLE_GRANTED, f"person:{person.id}", act, role=role.value, grant=given.id)
    return given


@atomic
def end(grant_id: int, act: Act) -> None:
    """End an office before its term; twice is the same as once."""
    query = select(RoleGrant).where(RoleGrant.id == grant_id, RoleGrant.village_id == act.village_id)
    found = db.session.scalars(query).one()
    transactions.lock(found)
    if found.ended_at is None:
        found.ended_at = act.now
        audit.record(Tag.ROLE_ENDED, f"person:{found.person_id}", act, role=found.role.value, grant=found.id)


def in_village(village_id: int, *, most: int = 500) -> Sequence[RoleGrant]:
    """Return the offices that have not been ended, by office and then by the order of the roll."""
    query = (
        select(RoleGrant)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(RoleGrant.village_id == village_id, RoleGrant.ended_at.is_(None))
        .options(joinedload(RoleGrant.person).joinedload(Person.household).joinedload(Household.group))
        .order_by(RoleGrant.role, Person.roll_position)
        .limit(most)
    )
    return db.session.scalars(query).all()
