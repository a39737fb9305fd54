"""Villages: set one up, its own rules, and the offices that people hold."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload

from consult.domain import instants
from consult.domain.audit import Tag
from consult.domain.people import owed, two_persons
from consult.domain.people.owed import AnswerRule, Owed
from consult.domain.people.own_matter import OwnHouse, Party, is_own_matter
from consult.domain.people.roles import HeldOffice, Role, in_force
from consult.domain.people.two_persons import Asked, Second
from consult.domain.refusals import Reason, Refused
from consult.models import Group, Household, Person, RoleGrant, Village, db
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


def home_of(person: Person) -> Household:
    """Return the household of a villager. Raises Refused for somebody off the roll."""
    if person.household is None:
        raise Refused(Reason.VILLAGERS_ONLY)
    return person.household


def born_of(person: Person) -> date:
    """Return the date of birth of a villager. Raises Refused for somebody off the roll."""
    if person.born is None:
        raise Refused(Reason.VILLAGERS_ONLY)
    return person.born


@atomic
def set_endorsement_rule(village: Village, rule: AnswerRule, act: Act) -> None:
    """Set how many endorsements oblige the council to answer, within how many days, and when the town is told."""
    row = locked(village.id)
    row.endorsements_needed, row.answer_days, row.town_days = rule.needed, rule.days, rule.town
    audit.record(Tag.RULES_SET, f"village:{row.id}", act, **asdict(rule))


def answer_rule(village: Village) -> AnswerRule:
    """Return the rule of answers as it holds in a village."""
    return AnswerRule(village.endorsements_needed, village.answer_days, town_days(village))


def town_days(village: Village) -> int:
    """Return for how many days an answer is late before the town is told: the village's number, or the one of owed.toml."""
    return owed.town_days() if village.town_days is None else village.town_days


def local_day(village: Village, instant: datetime) -> date:
    """Return the calendar day in the village at an instant."""
    return instants.local_day(ZoneInfo(village.timezone), instant)


def owed_by(kind: Owed, village_id: int, asked_at: datetime) -> date:
    """Return the last day in the village for a duty that counts from when it was asked for."""
    return owed.due_on(kind, local_day(db.session.get_one(Village, village_id), asked_at))


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
    """Return the offices a person holds on a day, and VILLAGER, which every person on the roll is and no other."""
    query = select(RoleGrant.role, RoleGrant.since, RoleGrant.until, RoleGrant.ended_at)
    rows = db.session.execute(query.where(RoleGrant.person_id == person.id))
    return roles_by([Grant(*row) for row in rows], on=on, on_roll=is_on_roll(person))


def is_on_roll(person: Person) -> bool:
    """Tell whether somebody is a villager, and no officer from outside. Every rule that means a villager asks this."""
    return person.household_id is not None


class Grant(NamedTuple):
    """One office a person was given."""

    role: Role
    since: date
    until: date | None
    ended_at: datetime | None
    granted_at: datetime | None = None


def roles_by(grants: Sequence[Grant], *, on: date, on_roll: bool) -> frozenset[Role]:
    """Return the offices that all grants of one person give on a day, and VILLAGER for somebody on the roll."""
    held = {g.role for g in grants if in_force(g.since, g.until, ended=g.ended_at is not None, on=on)}
    return frozenset(held | {Role.VILLAGER} if on_roll else held)


def why_not_second(asked: Asked, office: str, act: Act, *, allowed: Collection[Role]) -> Reason | None:
    """Return why the actor may not confirm, by an office, what somebody asked for. Every confirmation asks this.

    The one who asked must still hold the office by which they asked, and live in another house.
    """
    village = db.session.get_one(Village, act.village_id)
    on = local_day(village, act.now)
    still_held = roles_of(db.session.get_one(Person, asked.by), on=on)
    second = Second(act.actor.id, office, roles_of(act.actor, on=on), allowed, of_one_house(asked.by, act.actor))
    return two_persons.why_not_second(asked, still_held, second, now=sure_time.surely_past(village.id, act.now))


def refuse_without_office(office: str, act: Act, allowed: Collection[Role]) -> None:
    """Refuse who does not hold the office by which they act, or whose office may not. Every request of one asks this."""
    village = db.session.get_one(Village, act.village_id)
    if office not in roles_of(act.actor, on=local_day(village, act.now)) or Role(office) not in allowed:
        raise Refused(Reason.NO_SUCH_OFFICE)


def of_one_house(asker_id: int, officer: Person) -> bool:
    """Tell whether an officer lives in one house with another person, or signs in by one phone, and so cannot be the second."""
    return _is_of_one_house(db.session.get_one(Person, asker_id), officer)


def _is_of_one_house(other: Person, officer: Person) -> bool:
    return is_own_matter(_party(officer), _party(other))


def own_house(officer: Person) -> OwnHouse:
    """Return everybody who lives in one house with an officer, by the rule of `of_one_house`: for lists of many people."""
    may_be = [Person.id == officer.id]
    if officer.household_id is not None:
        may_be.append(Person.household_id == officer.household_id)
    if (mark := _number_mark(officer)) is not None:
        may_be.append(Person.phone_mark == mark)
    people = db.session.scalars(select(Person).where(Person.village_id == officer.village_id, or_(*may_be)))
    mates = frozenset(one.id for one in people if _is_of_one_house(one, officer))
    return OwnHouse(mates, officer.household_id)


def mates_of(officer_ids: Sequence[int]) -> dict[int, frozenset[int]]:
    """Return for each of some officers everybody of one house with them, by the rule of `of_one_house`. Three statements."""
    officers = db.session.scalars(
        select(Person).where(Person.id.in_(officer_ids)).options(selectinload(Person.account))
    ).all()
    houses = {one.household_id for one in officers if one.household_id is not None}
    marks = {mark for one in officers if (mark := _number_mark(one)) is not None}
    may_be = or_(Person.household_id.in_(houses), Person.phone_mark.in_(marks), Person.id.in_(officer_ids))
    places = {one.village_id for one in officers}
    people = db.session.scalars(
        select(Person).where(Person.village_id.in_(places), may_be).options(selectinload(Person.account))
    ).all()
    return {officer.id: frozenset(one.id for one in people if _is_of_one_house(one, officer)) for officer in officers}


def refuse_own_matter(person_id: int, act: Act) -> None:
    """Refuse who acts in a matter of their own or of their house. Acts of the system concern nobody. Raises Refused."""
    if act.actor_id is not None and of_one_house(person_id, act.actor):
        raise Refused(Reason.OWN_MATTER)


def _party(person: Person) -> Party:
    return Party(person.id, person.household_id, _number_mark(person))


def _number_mark(person: Person) -> str | None:
    if is_on_roll(person) or person.account is None:
        return person.phone_mark
    return person.account.phone_mark
