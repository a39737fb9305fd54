"""Put changes of rights into force, and take back those that the house says no to."""

from collections.abc import Callable
from datetime import date

from sqlalchemy import select

from consult.domain.audit import Tag
from consult.domain.people.people import DepartureKind, is_adult
from consult.domain.people.person_forms import Identity
from consult.domain.people.right_changes import OFFICE_KINDS, RightKind
from consult.domain.refusals import Reason, Refused
from consult.models import Departure, Group, Household, Person, RightChange, RightStep, RoleGrant, db
from consult.services.core import audit, crypto, transactions
from consult.services.core.acts import Act
from consult.services.people import cards, data_requests, departures, grants, retention, villages, ways_in
from consult.services.people.accounts import accounts


def hold(change: RightChange) -> None:
    """Lock the rows that a change will write, before the log is written."""
    if change.grant_id is not None:
        transactions.lock(db.session.get_one(RoleGrant, change.grant_id))
    if change.kind is RightKind.DEPARTURE:
        for held in grants.not_ended(change.person_id):
            transactions.lock(held)
    if change.kind is RightKind.ERASURE:
        data_requests.lock_erasures(change.person_id)
    if change.kind in _CHANGES_PERSON:
        ways_in.hold([change.person_id])
    if change.kind is RightKind.OFFICE_GIVEN and not villages.is_on_roll(change.person):
        ways_in.hold([change.person_id])
    if change.kind is RightKind.GROUP_CHANGED:
        transactions.lock(db.session.get_one(Household, change.household_id))


def why_not(change: RightChange, *, on: date) -> Reason | None:
    """Return why a change of no office cannot hold as things stand, None if it can: gone, already so, or taken back."""
    person = db.session.get_one(Person, change.person_id, populate_existing=True)
    left = db.session.get(Departure, person.id, populate_existing=True)
    if change.kind is RightKind.ERASURE:
        return None  # what is held about somebody who left can be erased too
    if change.kind is RightKind.JOINED:
        return Reason.ALREADY_SO if left is None else None
    awaited = left is not None and left.kind is DepartureKind.AWAITED
    if left is not None and (not awaited or change.kind is RightKind.DEPARTURE):  # who never came does not leave
        return Reason.NOT_ON_ROLL_HERE
    rule = _WHY_NOT.get(change.kind)
    return rule(change, person, on) if rule else None


def _why_not_number(change: RightChange, _person: Person, _on: date) -> Reason | None:
    erased = change.number_mark and not change.number_cipher  # the person had it forgotten while it waited
    return Reason.RIGHT_STOPPED if erased else None


def identity_asked(change: RightChange) -> Identity | None:
    """Return the corrected name and date of birth that a change asks for, as it was asked; None where it was erased."""
    if not change.number_cipher:
        return None
    text = crypto.unseal(change.number_cipher)
    if change.number_mark and crypto.mark("identity", text) != change.number_mark:
        raise LookupError(f"change {change.id} asks for something else than was asked")
    return Identity.from_text(text)


def _why_not_identity(change: RightChange, person: Person, _on: date) -> Reason | None:
    asked = identity_asked(change)
    if asked is None:
        return Reason.RIGHT_STOPPED  # the person had it forgotten while it waited
    if asked == Identity(person.name, villages.born_of(person)):
        return Reason.ALREADY_SO
    others = select(Person.id).where(
        Person.household_id == person.household_id, Person.name == asked.name, Person.born == asked.born
    )
    return Reason.PERSON_KNOWN if db.session.scalar(others.limit(1)) is not None else None


def _why_not_house(change: RightChange, person: Person, _on: date) -> Reason | None:
    house = db.session.get_one(Household, change.household_id)
    if house.village_id != change.village_id:
        raise LookupError(f"household {house.id} is of another village")
    return Reason.ALREADY_SO if person.household_id == house.id else None


def _why_not_group(change: RightChange, _person: Person, _on: date) -> Reason | None:
    house = db.session.get_one(Household, change.household_id, populate_existing=True)
    group = db.session.get_one(Group, change.group_id)
    if {house.village_id, group.village_id} != {change.village_id}:
        raise LookupError(f"household {house.id} or group {group.id} is of another village")
    return Reason.ALREADY_SO if house.group_id == group.id else None


def _why_not_head(change: RightChange, person: Person, _on: date) -> Reason | None:
    return Reason.ALREADY_SO if person.relation == change.relation else None


def _why_not_member(change: RightChange, person: Person, _on: date) -> Reason | None:
    return Reason.ALREADY_SO if person.collective_member == change.collective else None


def _why_not_card(_change: RightChange, person: Person, on: date) -> Reason | None:
    return None if is_adult(person.born, on) else Reason.NOT_IN_HOUSEHOLD


_WHY_NOT: dict[RightKind, Callable[[RightChange, Person, date], Reason | None]] = {
    RightKind.NUMBER_CHANGED: _why_not_number,
    RightKind.FIRST_NUMBER: _why_not_number,
    RightKind.CORRECTED: _why_not_identity,
    RightKind.HOUSE_CHANGED: _why_not_house,
    RightKind.GROUP_CHANGED: _why_not_group,
    RightKind.HEAD_CHANGED: _why_not_head,
    RightKind.MEMBER_CHANGED: _why_not_member,
    RightKind.FURTHER_CARD: _why_not_card,
}


def apply(change: RightChange, act: Act) -> dict[str, int]:
    """Put a change into force, in the unit of work at hand. Return what it made, as columns of its step."""
    return _EFFECTS[change.kind](change, act)


def still_holds(change: RightChange) -> bool:
    """Tell whether what a change brought is still there: a number that was replaced since is not taken back with it."""
    if change.kind not in (RightKind.NUMBER_CHANGED, RightKind.FIRST_NUMBER):
        return True
    person = db.session.get_one(Person, change.person_id, populate_existing=True)
    return (person.phone_mark or "") == change.number_mark


def undo(change: RightChange, applied: RightStep, act: Act) -> None:
    """Take back a way in that took effect already. An office or a departure is changed by officers only."""
    if change.kind in (RightKind.NUMBER_CHANGED, RightKind.FIRST_NUMBER):
        ways_in.set_number(change.person, "", act, change_id=change.id)
    elif change.kind is RightKind.FURTHER_CARD and applied.card_id is not None:
        cards.end(applied.card_id, act)
    else:
        raise Refused(Reason.RIGHT_IN_FORCE)


def _give(change: RightChange, act: Act) -> dict[str, int]:
    if change.role is None:
        raise LookupError("an office without its name")
    if not villages.is_on_roll(change.person) and change.number_cipher:
        accounts.connect(change.person, crypto.unseal(change.number_cipher), act)
    return {"grant_id": grants.begin(change.person, change.role, grants.term_of(change), act, change=change).id}


def _change(change: RightChange, act: Act) -> dict[str, int]:
    grants.end(change.grant_id or 0, act, change=change)
    return _give(change, act)


def _end_office(change: RightChange, act: Act) -> dict[str, int]:
    grants.end(change.grant_id or 0, act, change=change)
    return {}


def _change_number(change: RightChange, act: Act) -> dict[str, int]:
    number = crypto.unseal(change.number_cipher) if change.number_cipher else ""
    ways_in.set_number(change.person, number, act, change_id=change.id)
    return {}


def _correct(change: RightChange, act: Act) -> dict[str, int]:
    person, asked = change.person, identity_asked(change)
    if asked is None:
        raise LookupError("a correction without what is corrected")
    fields = [name for name in ("name", "born") if getattr(person, name) != getattr(asked, name)]
    person.name = asked.name
    person.born = asked.born
    db.session.flush()
    audit.record(Tag.PERSON_CORRECTED, f"person:{person.id}", act, fields=fields, change=change.id)
    return {}


def _change_house(change: RightChange, act: Act) -> dict[str, int]:
    del act
    change.person.household_id = change.household_id or change.person.household_id
    return {}


def _change_group(change: RightChange, act: Act) -> dict[str, int]:
    del act
    house = db.session.get_one(Household, change.household_id)
    house.group_id = change.group_id or house.group_id
    return {}


def _change_head(change: RightChange, act: Act) -> dict[str, int]:
    del act
    change.person.relation = change.relation
    return {}


def _change_member(change: RightChange, act: Act) -> dict[str, int]:
    del act
    change.person.collective_member = bool(change.collective)
    return {}


def _join(change: RightChange, act: Act) -> dict[str, int]:
    departures.end(change.person, act)
    return {}


def _further_card(change: RightChange, act: Act) -> dict[str, int]:
    return {"card_id": cards.add_further(change, act).id}


def _depart(change: RightChange, act: Act) -> dict[str, int]:
    """Note the departure and end all offices: a roll that brings the person back does not bring them back."""
    held = grants.not_ended(change.person_id)
    departures.note(change.person, change.departure or DepartureKind.MOVED, act)
    for one in held:
        grants.end(one.id, act, change=change)
    return {}


def _erase(change: RightChange, act: Act) -> dict[str, int]:
    """Erase and answer what the person asked for. Where they took it back meanwhile, nothing is erased."""
    answered = data_requests.close_erasures(change.person_id, act, granted=True, by=change.asked_by)
    if answered:
        retention.erase(change.person, act)
        data_requests.record_answers(answered, act)
    return {}


_CHANGES_PERSON = frozenset(RightKind) - {RightKind.FURTHER_CARD, RightKind.GROUP_CHANGED} - OFFICE_KINDS
_EFFECTS: dict[RightKind, Callable[[RightChange, Act], dict[str, int]]] = {
    RightKind.OFFICE_GIVEN: _give,
    RightKind.OFFICE_CHANGED: _change,
    RightKind.OFFICE_ENDED: _end_office,
    RightKind.NUMBER_CHANGED: _change_number,
    RightKind.FIRST_NUMBER: _change_number,
    RightKind.CORRECTED: _correct,
    RightKind.HOUSE_CHANGED: _change_house,
    RightKind.GROUP_CHANGED: _change_group,
    RightKind.HEAD_CHANGED: _change_head,
    RightKind.MEMBER_CHANGED: _change_member,
    RightKind.JOINED: _join,
    RightKind.FURTHER_CARD: _further_card,
    RightKind.DEPARTURE: _depart,
    RightKind.ERASURE: _erase,
}
