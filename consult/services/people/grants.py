"""Granting and ending offices, each with a scope and a term."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from consult.domain.audit import Tag
from consult.domain.people.roles import Role
from consult.models import Household, Person, RoleGrant, db
from consult.services.core import audit, transactions


def add(
    person: Person,
    role: Role,
    *,
    group_id: int | None,
    title: str,
    since: date,
    until: date | None,
    granted_by: int | None,
    now: datetime,
) -> RoleGrant:
    """Add a grant to the transaction at hand; the same office already in force is left as it is."""
    same = db.session.scalar(
        select(RoleGrant).where(
            RoleGrant.person_id == person.id,
            RoleGrant.role == role.value,
            RoleGrant.group_id.is_not_distinct_from(group_id),
            RoleGrant.ended_at.is_(None),
            (RoleGrant.until.is_(None)) | (RoleGrant.until >= since),
        )
    )
    if same is not None:
        return same
    grant = RoleGrant(
        village_id=person.village_id,
        person_id=person.id,
        role=role.value,
        group_id=group_id,
        title=title,
        since=since,
        until=until,
        granted_by=granted_by,
        granted_at=now,
    )
    db.session.add(grant)
    db.session.flush()
    audit.record(
        Tag.ROLE_GRANTED,
        f"person:{person.id}",
        village_id=person.village_id,
        actor_id=granted_by,
        now=now,
        role=role.value,
        grant=grant.id,
    )
    return grant


def grant(
    person: Person, role: Role, actor: Person, *, group_id: int | None, since: date, until: date | None, now: datetime
) -> None:
    """Give a person an office from a day on, to a last day or without end."""
    add(person, role, group_id=group_id, title="", since=since, until=until, granted_by=actor.id, now=now)
    transactions.commit()


def end(grant_id: int, actor: Person, *, now: datetime) -> None:
    """End an office before its term. Twice is the same as once."""
    query = select(RoleGrant).where(RoleGrant.id == grant_id, RoleGrant.village_id == actor.village_id)
    found = db.session.scalars(query).one()
    if found.ended_at is None:
        found.ended_at = now
        audit.record(
            Tag.ROLE_ENDED,
            f"person:{found.person_id}",
            village_id=found.village_id,
            actor_id=actor.id,
            now=now,
            role=found.role,
            grant=found.id,
        )
    transactions.commit()


def in_village(village_id: int, *, most: int = 500) -> Sequence[RoleGrant]:
    """Offices that have not been ended, by office and then by the order of the roll."""
    query = (
        select(RoleGrant)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(RoleGrant.village_id == village_id, RoleGrant.ended_at.is_(None))
        .options(joinedload(RoleGrant.person).joinedload(Person.household).joinedload(Household.group))
        .order_by(RoleGrant.role, Person.roll_position)
        .limit(most)
    )
    return db.session.scalars(query).all()
