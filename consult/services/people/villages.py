"""Founding a village, and reading who holds which office."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from consult.domain import instants
from consult.domain.audit import Tag
from consult.domain.people.roles import Role, in_force
from consult.models import Person, RoleGrant, Village, db
from consult.services.core import audit, transactions


def create(slug: str, name: str, *, now: datetime, province: str = "") -> Village:
    """A village with an empty roll and a log of its own. Raises IntegrityError if the slug is taken."""
    village = Village(slug=slug, name=name, province=province, founded_at=now, clock_mark=now)
    db.session.add(village)
    db.session.flush()
    audit.begin_log(village.id)
    audit.record(Tag.VILLAGE_CREATED, f"village:{village.id}", village_id=village.id, actor_id=None, now=now, slug=slug)
    db.session.commit()
    return village


def locked(village_id: int) -> Village:
    """A village whose running numbers nobody else takes until the commit. Other rows may still point to it."""
    return db.session.get_one(Village, village_id, with_for_update={"key_share": True})


def set_endorsement_rule(village: Village, needed: int, days: int, actor: Person, *, now: datetime) -> None:
    """How many villagers behind a proposal oblige the council to answer, and within how many days."""
    row = locked(village.id)
    row.endorsements_needed, row.answer_days = needed, days
    audit.record(
        Tag.RULES_SET, f"village:{row.id}", village_id=row.id, actor_id=actor.id, now=now, needed=needed, days=days
    )
    transactions.commit()


def local_day(village: Village, instant: datetime) -> date:
    """Return the calendar day in the village at an instant."""
    return instants.local_day(ZoneInfo(village.timezone), instant)


def local_midnight(village: Village, instant: datetime) -> datetime:
    """Return the instant at which the village's calendar day began."""
    return instants.local_midnight(ZoneInfo(village.timezone), instant)


def groups_headed(person: Person, *, on: date) -> frozenset[int]:
    """The groups somebody is head of on a day."""
    query = select(RoleGrant).where(RoleGrant.person_id == person.id, RoleGrant.role == Role.GROUP_HEAD.value)
    return frozenset(
        g.group_id
        for g in db.session.scalars(query)
        if g.group_id is not None and in_force(g.since, g.until, ended=g.ended_at is not None, on=on)
    )


def roles_of(person: Person, *, on: date) -> frozenset[Role]:
    """The offices a person holds on a day; everybody on the roll is a villager."""
    grants = db.session.scalars(select(RoleGrant).where(RoleGrant.person_id == person.id))
    held = {Role(g.role) for g in grants if in_force(g.since, g.until, ended=g.ended_at is not None, on=on)}
    return frozenset(held | {Role.VILLAGER})
