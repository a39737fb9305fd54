"""Offices: put into force and ended. Officers reach this only through `rights`, two of them for each change."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import joinedload

from consult.domain.audit import Tag
from consult.domain.people import incompatible_offices, office_terms
from consult.domain.people.office_terms import Origin, Term
from consult.domain.people.right_changes import RightKind, RightStepKind, why_not_term
from consult.domain.people.roles import OFF_THE_ROLL, SETTLES_RIGHTS, Role
from consult.domain.refusals import Reason, Refused
from consult.models import AuditEntry, Departure, Household, Person, RightChange, RightStep, RoleGrant, Village, db
from consult.models.people import role_queries
from consult.services.core import audit, transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.people import villages

BY_OPERATOR = 0
"""In the log, where the id of a change stands: the operator gave or ended it."""


class OfficesAround:
    """The offices of some people and of their houses: read in two statements for one person as for a whole roll."""

    def __init__(self, people: Collection[Person]) -> None:
        ids, homes = [one.id for one in people], {person.household_id for person in people}
        self._gone = set(db.session.scalars(select(Departure.person_id).where(Departure.person_id.in_(ids))))
        self._by_home: dict[int, list[RoleGrant]] = {}
        query = select(Person.household_id, RoleGrant).join(RoleGrant, RoleGrant.person_id == Person.id)
        query = query.where(or_(Person.household_id.in_(homes - {None}), Person.id.in_(ids)))
        for home, grant in db.session.execute(query.where(RoleGrant.ended_at.is_(None)).order_by(RoleGrant.id)):
            self._by_home.setdefault(_home(home, grant.person_id), []).append(grant)

    def add(self, person: Person, grant: RoleGrant) -> None:
        """Count an office that is given in the unit of work at hand."""
        self._by_home.setdefault(_home(person.household_id, person.id), []).append(grant)

    def why_not(
        self, person: Person, role: Role, term: Term, *, on: date, instead_of: int | None = None
    ) -> Refused | None:
        """Return why a person cannot have an office, with their name; None if they can. Every door to an office asks this.

        `instead_of` is the grant that this one takes the place of.
        """
        refusal = self._why_not(person, role, term, on, instead_of)
        return refusal and Refused(refusal.reason, **refusal.facts, who=person.name)

    def _why_not(self, person: Person, role: Role, term: Term, on: date, instead_of: int | None) -> Refused | None:
        if person.id in self._gone:
            return Refused(Reason.NOT_ON_ROLL_HERE)
        if not villages.is_on_roll(person) and role not in OFF_THE_ROLL:
            return Refused(Reason.OFFICE_OF_THE_ROLL, office=role.value)
        if reason := why_not_term(term.since, term.until, today=on):
            return Refused(reason)
        if refusal := _why_not_by_law(role, term):
            return refusal
        lasting = [g for g in self._of_home(person) if g.until is None or g.until >= on]
        own = {g.role for g in lasting if g.person_id == person.id and (g.id is None or g.id != instead_of)}
        of_kin = {g.role: g.person_id for g in lasting if g.person_id != person.id}
        found = incompatible_offices.clash(role, own, of_kin.keys())
        if found is None:
            return None
        facts = {"office": role.value, "held": found.held.value, "source": found.source}
        if not found.by_kin:
            return Refused(Reason.OFFICES_CLASH, **facts)
        return Refused(Reason.KIN_CLASH, **facts, kin=db.session.get_one(Person, of_kin[found.held]).name)

    def same_in_force(self, person: Person, role: Role, term: Term) -> RoleGrant | None:
        """Return the same office of a person in the same place, if it has not been ended."""
        same = (
            g
            for g in self._of_home(person)
            if (g.person_id, g.role, g.group_id) == (person.id, role, term.group_id)
            and (g.until is None or g.until >= term.since)
        )
        return next(same, None)

    def _of_home(self, person: Person) -> Sequence[RoleGrant]:
        return self._by_home.get(_home(person.household_id, person.id), ())


def _home(household_id: int | None, person_id: int) -> int:
    """Return the number of a household; who is off the roll has none, and no kin that the roll knows."""
    return -person_id if household_id is None else household_id


def _why_not_by_law(role: Role, term: Term) -> Refused | None:
    """Return why the law does not know such a term of an office, or such a way to it; None if it does."""
    rule = office_terms.rules().get(role)
    if rule is None:
        return None
    if office_terms.is_too_long(role, term.since, term.until):
        return Refused(Reason.TERM_TOO_LONG, source=rule.law, years=rule.years)
    if term.origin.source is not None and not office_terms.may_come_by(role, term.origin.source):
        return Refused(Reason.NOT_THAT_WAY, source=rule.law)
    return None


def in_force_or_to_come(person_ids: Collection[int], *, on: date) -> Sequence[RoleGrant]:
    """Return the offices of people that have not been ended and whose term is not over."""
    query = select(RoleGrant).where(RoleGrant.person_id.in_(person_ids), RoleGrant.ended_at.is_(None))
    return db.session.scalars(query.where((RoleGrant.until.is_(None)) | (RoleGrant.until >= on))).all()


def not_ended(person_id: int) -> Sequence[RoleGrant]:
    """Return the offices of a person that have not been ended, also those whose term is over, in one order."""
    query = select(RoleGrant).where(RoleGrant.person_id == person_id, RoleGrant.ended_at.is_(None))
    return db.session.scalars(query.order_by(RoleGrant.id)).all()


@atomic
def grant(person: Person, role: Role, term: Term, act: Act) -> RoleGrant:
    """Give one of a village's first offices, as its operator; the same one in force is left as it is. Raises Refused.

    Once the village runs, offices are given by two officers, unless fewer than two are left who could.
    """
    village = villages.locked(act.village_id)
    if act.actor_id is not None or not may_operator(village, act):
        raise Refused(Reason.TAKES_TWO_OFFICERS)
    return give_first(person, role, term, act)


def give_all_first(wanted: Sequence[tuple[Person, Role, Term]], around: OfficesAround, act: Act) -> None:
    """Give many offices as the operator who may, in the unit of work at hand; the log gets an entry for each. Raises Refused.

    It takes as many statements for a hundred offices as for one. The village is locked.
    """
    if not wanted:
        return
    on = villages.local_day(db.session.get_one(Village, act.village_id), act.now)
    given = []
    for person, role, term in wanted:
        if refusal := around.why_not(person, role, term, on=on):
            raise refusal
        grant = _grant_row(person, role, term, act, given_by=None)
        around.add(person, grant)
        given.append(grant)
    db.session.add_all(given)
    db.session.flush()
    audit.record_each(Tag.ROLE_GRANTED, act, [(f"person:{g.person_id}", _said_of(g, BY_OPERATOR)) for g in given])


def give_first(person: Person, role: Role, term: Term, act: Act) -> RoleGrant:
    """Give an office as the operator who may, in the unit of work at hand. Raises Refused."""
    village = db.session.get_one(Village, person.village_id)
    around = OfficesAround([person])
    if same := around.same_in_force(person, role, term):
        return same
    if refusal := around.why_not(person, role, term, on=villages.local_day(village, act.now)):
        raise refusal
    return begin(person, role, term, act)


def may_operator(village: Village, act: Act) -> bool:
    """Tell whether the operator may give offices: the village has not begun, or has lost those who could give them."""
    return not runs(village) or not two_settle(village.id, on=villages.local_day(village, act.now))


def runs(village: Village) -> bool:
    """Tell whether a village runs: the first vote was announced, or two persons have settled a first right."""
    settled = exists().where(RightStep.village_id == village.id, RightStep.step == RightStepKind.CONFIRMED)
    announced = exists().where(AuditEntry.village_id == village.id, AuditEntry.tag == Tag.POLL_ANNOUNCED.value)
    return bool(db.session.scalar(select(settled | announced)))


def two_settle(village_id: int, *, on: date, without: int = 0) -> bool:
    """Tell whether two persons of different offices could settle rights on a day; `without` one grant."""
    return role_queries.two_hold(village_id, SETTLES_RIGHTS, on=on, without_grant=without)


def begin(person: Person, role: Role, term: Term, act: Act, *, change: RightChange | None = None) -> RoleGrant:
    """Put an office into force, in the unit of work at hand: by a confirmed change, or by the operator.

    The database refuses it for a giver without a confirmed change at this instant.
    """
    given = _grant_row(person, role, term, act, given_by=change.asked_by if change else None)
    db.session.add(given)
    db.session.flush()
    said = _said_of(given, change.id if change else BY_OPERATOR)
    audit.record(Tag.ROLE_GRANTED, f"person:{person.id}", act, **said)
    return given


def _said_of(given: RoleGrant, change_id: int) -> dict[str, Any]:
    return {"role": given.role.value, "grant": given.id, "change": change_id, "term": term_of(given).digest()}


def term_of(of: RoleGrant | RightChange) -> Term:
    """Return the term of an office that was given, or that a change asks for."""
    origin = Origin(of.source, of.source_on, of.source_words)
    return Term(of.since or date.max, of.until, of.group_id, of.title, origin)


def _grant_row(person: Person, role: Role, term: Term, act: Act, *, given_by: int | None) -> RoleGrant:
    return RoleGrant(
        village_id=person.village_id,
        person_id=person.id,
        role=role,
        group_id=term.group_id,
        title=term.title,
        since=term.since,
        until=term.until,
        source=term.origin.source,
        source_on=term.origin.on,
        source_words=term.origin.words,
        granted_by=given_by,
        granted_at=act.now,
    )


def end(grant_id: int, act: Act, *, change: RightChange) -> None:
    """End an office before its term by a confirmed change, in the unit of work at hand; twice is the same as once."""
    found = db.session.get_one(RoleGrant, grant_id)
    transactions.lock(found)
    if found.ended_at is None:
        found.ended_at = act.now
        db.session.flush()
        audit.record(
            Tag.ROLE_ENDED,
            f"person:{found.person_id}",
            act,
            role=found.role.value,
            grant=found.id,
            change=change.id,
        )


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


def by_ids(grant_ids: Collection[int]) -> dict[int, RoleGrant]:
    """Return offices by their ids."""
    return {one.id: one for one in db.session.scalars(select(RoleGrant).where(RoleGrant.id.in_(grant_ids)))}


def ended_since(village_id: int, instant: datetime) -> dict[tuple[int, datetime], list[RoleGrant]]:
    """Return the offices that were ended since an instant, by holder and instant: those of one act together."""
    query = select(RoleGrant).where(RoleGrant.village_id == village_id, RoleGrant.ended_at >= instant)
    found: dict[tuple[int, datetime], list[RoleGrant]] = {}
    for one in db.session.scalars(query.order_by(RoleGrant.id)):
        found.setdefault((one.person_id, one.ended_at or instant), []).append(one)
    return found


def over_in_village(village_id: int, *, on: date, most: int = 60) -> Sequence[RoleGrant]:
    """Return the offices that were ended or whose term is over, the latest entered first."""
    query = (
        select(RoleGrant)
        .where(RoleGrant.village_id == village_id, (RoleGrant.ended_at.is_not(None)) | (RoleGrant.until < on))
        .options(joinedload(RoleGrant.person))
        .order_by(RoleGrant.id.desc())
        .limit(most)
    )
    return db.session.scalars(query).all()


def given_by_two(grant_ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """Return the two offices by which each of these offices was given; none for the operator's and older ones."""
    query = (
        select(RightStep.grant_id, RightChange.asked_office, RightStep.change_id)
        .join(RightChange, RightChange.id == RightStep.change_id)
        .where(RightStep.grant_id.in_(grant_ids), RightChange.kind != RightKind.OFFICE_ENDED)
    )
    rows = db.session.execute(query).all()
    second = select(RightStep.change_id, RightStep.done_office).where(
        RightStep.change_id.in_([row.change_id for row in rows]), RightStep.step == RightStepKind.CONFIRMED
    )
    offices = {row.change_id: row.done_office for row in db.session.execute(second)}
    return {row.grant_id: (row.asked_office, offices.get(row.change_id, "")) for row in rows}
