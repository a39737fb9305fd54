"""Ask for an office of somebody who stands on no roll: a clerk of several villages, the town's justice office."""

from dataclasses import dataclass

from sqlalchemy import select

from consult.domain.people.office_terms import Term
from consult.domain.people.right_changes import RightKind
from consult.domain.people.roles import OFF_THE_ROLL, Role
from consult.domain.refusals import Reason, Refused
from consult.models import Person, RightChange, db
from consult.services.core import crypto, transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.people import grants, rights, villages
from consult.services.people.accounts import accounts
from consult.services.people.rights import WantedRight

NAME_LENGTH, ORGANISATION_LENGTH = 30, 60


@dataclass(frozen=True)
class OutsideOfficer:
    """An officer off the roll, as those of the village know them."""

    name: str
    organisation: str
    """Where they work: the town's justice office, another village."""
    number: str
    """The mobile number by which they sign in."""


@atomic
def ask(who: OutsideOfficer, role: Role, term: Term, office: str, act: Act) -> RightChange | None:
    """Ask for an office of somebody off the roll; the same person is entered once. The same key asks once.

    It waits for a second person like every office; before that nobody signs in by it. None: held already. Raises Refused.
    """
    villages.locked(act.village_id)
    if earlier := transactions.earlier(RightChange, act.key):
        return earlier
    person = _person(act.village_id, who, role)
    wanted = WantedRight(
        kind=RightKind.OFFICE_GIVEN, person_id=person.id, role=role, term=term, number=_still_needed(person, who)
    )
    return rights.ask(wanted, office, act)


@atomic
def grant(who: OutsideOfficer, role: Role, term: Term, act: Act) -> None:
    """Give one of a village's first offices to somebody off the roll, as its operator. Raises Refused."""
    villages.locked(act.village_id)
    person = _person(act.village_id, who, role)
    grants.grant(person, role, term, act)
    accounts.connect(person, who.number, act)


def _person(village_id: int, who: OutsideOfficer, role: Role) -> Person:
    """Return the person of this village who is meant, entered where they are new. Raises Refused."""
    if role not in OFF_THE_ROLL:
        raise Refused(Reason.OFFICE_OF_THE_ROLL, office=role.value)
    if accounts.is_on_roll(village_id, who.number):
        raise Refused(Reason.NUMBER_ON_ROLL)
    person = _known(village_id, who) or _entered(village_id, who)
    if person.name != who.name:
        raise Refused(Reason.NUMBER_OF_ANOTHER)
    return person


def _still_needed(person: Person, who: OutsideOfficer) -> str:
    """Return the number for a change: none where the person has an account already."""
    return "" if person.account_id is not None else who.number


def _known(village_id: int, who: OutsideOfficer) -> Person | None:
    """Return the person who has the account of the number here, or for whom an office was asked with it before."""
    if found := accounts.by_number(village_id, who.number):
        return found
    asked = select(RightChange.person_id).where(
        RightChange.village_id == village_id, RightChange.number_mark == crypto.mark("phone", who.number)
    )
    query = select(Person).where(Person.id.in_(asked), Person.household_id.is_(None), Person.name == who.name)
    return db.session.scalar(query.where(Person.account_id.is_(None)).order_by(Person.id).limit(1))


def _entered(village_id: int, who: OutsideOfficer) -> Person:
    person = Person(
        village_id=village_id, name=who.name, organisation=who.organisation, roll_position=0, collective_member=False
    )
    db.session.add(person)
    db.session.flush()
    return person
