"""Villages: set one up, its own rules, and the offices that people hold."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import select

from consult.domain import instants
from consult.domain.audit import Tag
from consult.domain.people import two_persons
from consult.domain.people.roles import HeldOffice, Role, in_force
from consult.domain.people.two_persons import Asked, Second
from consult.domain.refusals import Reason
from consult.models import Group, Person, RoleGrant, Village, db
from consult.services.core import audit, sure_time
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic


@atomic
def create(
    slug: str, name: str, *, now: datetime, province: str = "", collective: str = "", is_township: bool = False
) -> Village:
    """Make a village with an empty roll and an audit log of its own. Raises IntegrityError if the slug is taken.

    `collective`: the name of its collective organisation; empty: the committee acts for one. `is_township`: it is the
    collective organisation of a township, whose roll are its members; then it has no other bodies.
    """
    village = Village(
        slug=slug, name=name, province=province, founded_at=now, collective=collective, is_township=is_township
    )
    db.session.add(village)
    db.session.flush()
    audit.begin_log(village.id)
    audit.record(Tag.VILLAGE_CREATED, f"village:{village.id}", Act.by_system(village.id, now=now), slug=slug)
    return village


def locked(village_id: int) -> Village:
    """Lock a village for the running numbers of its records until the commit; other rows may still point to it."""
    return db.session.get_one(Village, village_id, with_for_update={"key_share": True})


@atomic
def set_endorsement_rule(village: Village, needed: int, days: int, act: Act) -> None:
    """Set how many endorsements oblige the council to answer, and within how many days."""
    row = locked(village.id)
    row.endorsements_needed, row.answer_days = needed, days
    audit.record(Tag.RULES_SET, f"village:{row.id}", act, needed=needed, days=days)


def local_day(village: Village, instant: datetime) -> date:
    """Return the calendar day in the village at an instant."""
    return instants.local_day(ZoneInfo(village.timezone), instant)


def local_midnight(village: Village, instant: datetime) -> datetime:
    """Return the instant at which the village's calendar day began."""
    return instants.local_midnight(ZoneInfo(village.timezone), instant)


def offices_of(person: Person, *, on: date) -> frozenset[HeldOffice]:
    """Return the offices a person holds on a day, each with the group it is for."""
    query = select(RoleGrant).where(RoleGrant.person_id == person.id)
    return frozenset(
        HeldOffice(g.role, g.group_id)
        for g in db.session.scalars(query)
        if in_force(g.since, g.until, ended=g.ended_at is not None, on=on)
    )


def has_collective(village_id: int, group_id: int | None) -> bool:
    """Tell whether a group, or the village itself, has a collective organisation of its own.

    Where its name was not noted yet, a director who was given office shows it; it stays when terms run out.
    """
    return group_id in collectives(village_id, [] if group_id is None else [group_id])


def collectives(village_id: int, group_ids: Sequence[int]) -> frozenset[int | None]:
    """Return which of these groups have a collective organisation; None among them: the village has. Three statements."""
    named = {id_ for id_ in db.session.scalars(select(Group.id).where(Group.id.in_(group_ids), Group.collective != ""))}
    directors = select(RoleGrant.group_id).where(
        RoleGrant.village_id == village_id, RoleGrant.role == Role.COLLECTIVE_DIRECTOR, RoleGrant.ended_at.is_(None)
    )
    directed = set(db.session.scalars(directors)) & {None, *group_ids}
    of_village = {None} if db.session.get_one(Village, village_id).collective else set[None]()
    return frozenset(named | directed | of_village)


def roles_of(person: Person, *, on: date) -> frozenset[Role]:
    """Return the offices a person holds on a day, and VILLAGER, which every person on the roll is."""
    query = select(RoleGrant.role, RoleGrant.since, RoleGrant.until, RoleGrant.ended_at)
    rows = db.session.execute(query.where(RoleGrant.person_id == person.id))
    return roles_by([Grant(*row) for row in rows], on=on)


class Grant(NamedTuple):
    """One office a person was given."""

    role: Role
    since: date
    until: date | None
    ended_at: datetime | None
    granted_at: datetime | None = None


def roles_by(grants: Sequence[Grant], *, on: date) -> frozenset[Role]:
    """Return the offices that all grants of one person give on a day, and VILLAGER."""
    held = {g.role for g in grants if in_force(g.since, g.until, ended=g.ended_at is not None, on=on)}
    return frozenset(held | {Role.VILLAGER})


def why_not_second(asked: Asked, office: str, act: Act, *, allowed: Collection[Role]) -> Reason | None:
    """Return why the actor may not confirm, by an office, what somebody asked for. Every confirmation asks this.

    The one who asked must still hold the office by which they asked, and live in another house.
    """
    village = db.session.get_one(Village, act.village_id)
    on = local_day(village, act.now)
    still_held = roles_of(db.session.get_one(Person, asked.by), on=on)
    second = Second(act.actor.id, office, roles_of(act.actor, on=on), allowed, of_one_house(asked.by, act.actor))
    return two_persons.why_not_second(asked, still_held, second, now=sure_time.surely_past(village.id, act.now))


def of_one_house(asker_id: int, officer: Person) -> bool:
    """Tell whether an officer lives in one house with the one who asked, and so cannot be the second person."""
    return db.session.get_one(Person, asker_id).household_id == officer.household_id
