"""One person of the roll by hand: add, correct, move to another household, bring back.

What decides who votes and for whom, and who a person is, waits for a second officer and a day, as in a roll (docs/rights.md).
"""

from collections.abc import Sequence

from sqlalchemy import or_, select

from consult.domain import versions
from consult.domain.audit import Tag
from consult.domain.people.people import HEAD_OF_HOUSEHOLD, age_on, bare_code
from consult.domain.people.person_forms import Correction, Identity, NewPerson, Particulars, Place, changes_head
from consult.domain.people.right_changes import RightKind, is_asked_to_join
from consult.domain.people.roll.changes import Changes, two_of_three
from consult.domain.people.roll.sheets import RollRow
from consult.domain.refusals import Reason, Refused
from consult.models import Departure, Group, Household, Person, RightChange, db
from consult.models.people import right_queries, roll_queries
from consult.services.core import audit, transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.people import grants, rights, villages
from consult.services.people.rights import WantedRight
from consult.services.people.roll import roll_rights, roll_writing
from consult.services.people.roll.roll_rights import Asking
from consult.services.people.villages import local_day


def shown_parts(person: Person) -> dict[str, object]:
    """Return what the page of a person shows of them, as it is now."""
    return {
        "person": [person.name, villages.born_of(person).isoformat(), person.relation, person.sex, person.residence],
        "house": person.household_id,
    }


@atomic
def add(new: NewPerson, office: str, act: Act, *, vote_runs: bool) -> Person:
    """Add one person to the roll. The same person twice is the same as once. Raises Refused.

    Once the village runs, somebody of 16 or more counts only when a second officer agreed. `vote_runs`: a vote is
    announced or open; then a first number waits too.
    """
    village = villages.locked(act.village_id)
    house, group = _house_of(village.id, new.place)
    code = house.code if house is not None else new.place.code
    same = _same(village.id, code, new.identity)
    if same is not None:
        if db.session.get(Departure, same.id) is not None and not _waits_to_join(same):
            raise Refused(Reason.PERSON_LEFT, name=same.name)
        return same
    if not new.somebody_else and (alike := _alike(village.id, code, new.identity)):
        raise Refused(Reason.PERSON_ALIKE, name=alike.name, house=f"{alike.group} {alike.household}")
    runs = grants.runs(village)
    joins = runs and is_asked_to_join(age_on(new.identity.born, local_day(village, act.now)))
    if joins and house is not None and house.id == act.actor.household_id:
        raise Refused(Reason.OWN_RIGHT)
    if house is not None and new.particulars.relation == HEAD_OF_HOUSEHOLD and _has_people(house.id):
        raise Refused(Reason.HEAD_BY_TWO)
    row = RollRow(
        row=1,
        group=group.name,
        household=code,
        name=new.identity.name,
        born=new.identity.born,
        relation=new.particulars.relation,
        sex=new.particulars.sex,
        residence=new.particulars.residence,
        phone=new.phone or None,
        phone_given=bool(new.phone),
        collective_member=new.collective_member,
    )
    changes, ask = Changes(new=[row]), Asking(None, office, act)
    written = roll_writing.write_roll(village, [row], changes, act, runs=runs)
    joining = roll_rights.hold_new(ask, changes, written.newcomers, runs=runs)
    if runs:
        roll_rights.ask_to_join(ask, joining, changes)
    roll_rights.first_numbers(ask, written.newcomers, vote_runs=vote_runs)
    person = roll_writing.by_key(village.id, {code})[row.key][0]
    audit.record(Tag.PERSON_ADDED, f"person:{person.id}", act, household=person.household_id, awaited=bool(joining))
    return person


def _house_of(village_id: int, place: Place) -> tuple[Household | None, Group]:
    """Return the household of a code, None for a new one, and the group it is in. Raises Refused(HOUSEHOLD_UNKNOWN)."""
    house = find_household(village_id, place.code)
    if house is not None:
        return house, house.group
    group = db.session.get(Group, place.group_id) if place.group_id is not None else None
    if group is None or group.village_id != village_id:
        raise Refused(Reason.HOUSEHOLD_UNKNOWN, code=place.code)
    return None, group


def find_household(village_id: int, code: str) -> Household | None:
    """Return the household of a code, which may be said without its zeros: 6-4 for 06-004; None unless there is one."""
    exact = roll_queries.household(village_id, code)
    if exact is not None:
        return exact
    near = [
        one
        for one in roll_queries.households_like(village_id, bare_code(code))
        if bare_code(one.code) == bare_code(code)
    ]
    return near[0] if len(near) == 1 else None


def _same(village_id: int, code: str, who: Identity) -> Person | None:
    query = select(Person).join(Household, Household.id == Person.household_id)
    here = query.where(Person.village_id == village_id, Household.code == code)
    return db.session.scalar(here.where(Person.name == who.name, Person.born == who.born).limit(1))


def _alike(village_id: int, code: str, who: Identity) -> RollRow | None:
    """Return somebody on the roll who may be the same person, by the rule by which a new roll asks; None: nobody."""
    query = (
        select(Person, Household.code, Group.name.label("group"), Departure.person_id.label("left"))
        .join(Household, Household.id == Person.household_id)
        .join(Group, Group.id == Household.group_id)
        .outerjoin(Departure, Departure.person_id == Person.id)
        .where(Person.village_id == village_id, or_(Person.born == who.born, Household.code == code))
        .order_by(Person.id)
    )
    row = RollRow(row=1, group="", household=code, name=who.name, born=who.born)
    keys = set(two_of_three(row))
    for found in db.session.execute(query):
        person = found.Person
        known = RollRow(row=0, group=found.group, household=found.code, name=person.name, born=villages.born_of(person))
        shared = {key[0] for key in keys & set(two_of_three(known))}
        if shared - {"other name"} or (shared and found.left is None):
            return known
    return None


def _waits_to_join(person: Person) -> bool:
    return any(one.kind is RightKind.JOINED for one in waiting_for(person.id))


def _has_people(household_id: int) -> bool:
    query = select(Person.id).outerjoin(Departure, Departure.person_id == Person.id)
    here = query.where(Person.household_id == household_id, Departure.person_id.is_(None))
    return db.session.scalar(here.limit(1)) is not None


def waiting_for(person_id: int) -> Sequence[RightChange]:
    """Return the changes of rights about a person that wait, oldest first."""
    return right_queries.waiting_for(person_id)


@atomic
def correct(person: Person, said: Particulars, office: str, act: Act) -> bool:
    """Correct what the roll says of a person; return whether a part of it waits for a second officer. Raises Refused.

    Sex, residence and a relation decide nothing and hold at once. To be head of the household, or no more, takes two.
    """
    villages.locked(person.village_id)
    transactions.lock(person)
    _refuse_who_left(person)
    by_two = changes_head(person.relation, said.relation)
    wanted = {"sex": said.sex, "residence": said.residence}
    if not by_two:
        wanted["relation"] = said.relation
    changed = sorted(name for name, value in wanted.items() if getattr(person, name) != value)
    if changed:  # a second tap changes nothing, and is no other version
        versions.refuse_unless_same(act.seen, shown_parts(person))
    person.sex, person.residence = said.sex, said.residence
    if not by_two:
        person.relation = said.relation
    db.session.flush()
    if by_two:
        rights.ask(WantedRight(kind=RightKind.HEAD_CHANGED, person_id=person.id, relation=said.relation), office, act)
    if changed:
        audit.record(Tag.PERSON_CORRECTED, f"person:{person.id}", act, fields=changed, change=0)
    return by_two


@atomic
def ask_identity(person: Person, said: Correction, present_id: int | None, office: str, act: Act) -> None:
    """Ask for another name or date of birth; a second officer must agree. Raises Refused.

    It is who the person is: a name given to another entry would put somebody onto the roll whom nobody let in, and a
    date of birth decides when somebody votes and who speaks for a household.
    """
    villages.locked(person.village_id)
    transactions.lock(person)
    _refuse_who_left(person)
    versions.refuse_unless_same(act.seen, shown_parts(person))
    identity = Identity(said.name, said.born or villages.born_of(person))
    if Identity(person.name, villages.born_of(person)) == identity:
        raise Refused(Reason.ALREADY_SO)
    wanted = WantedRight(kind=RightKind.CORRECTED, person_id=person.id, identity=identity, present_id=present_id)
    rights.ask(wanted, office, act)


@atomic
def ask_move(person: Person, place: Place, present_id: int | None, office: str, act: Act) -> None:
    """Ask that a person lives in another household, or in a new one of a group; a second officer must agree. Raises Refused."""
    village = villages.locked(person.village_id)
    transactions.lock(person)
    _refuse_who_left(person)
    versions.refuse_unless_same(act.seen, shown_parts(person))
    house, group = _house_of(village.id, place)
    if house is None:
        house = Household(village_id=village.id, group_id=group.id, code=place.code)
        db.session.add(house)
        db.session.flush()
    wanted = WantedRight(
        kind=RightKind.HOUSE_CHANGED, person_id=person.id, household_id=house.id, present_id=present_id
    )
    rights.ask(wanted, office, act)


@atomic
def ask_membership(person: Person, *, member: bool, office: str, act: Act) -> None:
    """Ask that a person is a member of the village's collective, or no more; a second officer must agree. Raises Refused."""
    villages.locked(person.village_id)
    _refuse_who_left(person)
    rights.ask(WantedRight(kind=RightKind.MEMBER_CHANGED, person_id=person.id, collective=member), office, act)


@atomic
def ask_back(person: Person, office: str, act: Act) -> None:
    """Ask that somebody counts again who was noted as moved away or deceased, or whom nobody confirmed. Raises Refused."""
    villages.locked(person.village_id)
    rights.ask(WantedRight(kind=RightKind.JOINED, person_id=person.id), office, act)


def _refuse_who_left(person: Person) -> None:
    if db.session.get(Departure, person.id, populate_existing=True) is not None:
        raise Refused(Reason.NOT_ON_ROLL_HERE)
