"""Tell of changes of rights: the holder, the house, the committee, and those who can confirm."""

from collections.abc import Sequence
from datetime import date

from consult.domain.messages.notifications import NotificationEvent
from consult.domain.people.right_changes import OF_A_HOUSE, OFFICE_KINDS, RightKind, numbers
from consult.domain.people.roles import SETTLES_RIGHTS
from consult.domain.people.two_persons import Asked
from consult.domain.people.waiting import Wait
from consult.models import HouseholdCard, Person, RightChange, db
from consult.models.people import right_queries, role_queries
from consult.services.core.acts import Act
from consult.services.messages import notifications
from consult.services.people.representatives import adults_of
from consult.services.people.roll.vote_port import Speakers
from consult.services.people.two_persons import second_persons
from consult.services.people.two_persons.second_persons import Wanted


def asked(change: RightChange, act: Act, *, on: date, waits_for_second: bool) -> None:
    """Tell whom a change concerns, and those whose confirmation it waits for."""
    _tell(change, _concerned(change, on=on) - {act.actor_id}, "asked", act)
    if waits_for_second:
        second_persons.tell(wanted(change), act)


def wanted(change: RightChange) -> Wanted:
    """Return what decides who may be the second person of a change, and their line."""
    homes = {change.person.household_id, change.household_id} if change.kind in OF_A_HOUSE else set()
    return Wanted(
        kind=Wait.RIGHT,
        id=change.id,
        asked=Asked(change.asked_by, change.asked_office, change.asked_at),
        about=change.person_id,
        homes=frozenset(one for one in homes if one is not None),
        roll=change.import_id,
        facts=_facts(change, "right_waits"),
    )


def all_asked(changes: Sequence[RightChange], act: Act) -> None:
    """Tell each person of the office a roll asks for them, and those who can confirm once of the whole roll."""
    lines = [
        (change.person_id, f"right:{change.id}:asked", _facts(change, "office_asked"))
        for change in changes
        if change.person_id != act.actor_id
    ]
    notifications.tell_each(lines, NotificationEvent.RIGHTS, village_id=act.village_id, now=act.now)
    all_wanted = [wanted(change) for change in changes]
    for n, seconds in second_persons.firsts_of(all_wanted, act).items():
        second_persons.tell_these(seconds, all_wanted[n], act)


def waits_no_more(change: RightChange, act: Act) -> None:
    """Take back the line that asked for a second person; of a roll, once none of its changes waits for one."""
    if change.import_id is None:
        second_persons.over(Wait.RIGHT, [change.id], act)
    elif not right_queries.any_to_confirm(change.import_id):
        notifications.take_back([second_persons.of_roll(change.import_id)], now=act.now)


def in_force(change: RightChange, act: Act, *, on: date) -> None:
    """Tell whom a change concerns, and the committee, that it holds now."""
    people = _concerned(change, on=on)
    if change.kind in OFFICE_KINDS or change.kind is RightKind.DEPARTURE:
        people |= _settlers(change, on=on)
    _tell(change, people - {act.actor_id}, "in_force", act)


def speakers(before: Speakers, after: Speakers, change: RightChange, act: Act, *, on: date) -> None:
    """Tell the adults of households for whom somebody else speaks now, since the one before left or is head no more."""
    for house, one in after.items():
        if one is None or one == before.get(house):
            continue
        people: set[int | None] = {adult.id for adult in adults_of(house, on=on)}
        facts = {"kind": "speaker_now", "name": db.session.get_one(Person, one).name}
        _notify(people - {act.actor_id}, NotificationEvent.RIGHTS, f"speaker:{house}:{change.id}", facts, act)


def ended(change: RightChange, act: Act, *, on: date, lapsed: bool = False) -> None:
    """Tell the officer who asked, and whom it concerned, that a change was dropped or stopped, or lapsed."""
    people = (_concerned(change, on=on) | {change.asked_by}) - {act.actor_id}
    _tell(change, people, "lapsed" if lapsed else "ended", act)


def card_claimed(card: HouseholdCard, holder: Person, act: Act, *, on: date) -> None:
    """Tell the holder and the house that a card is in use now, and by whom."""
    people: set[int | None] = {one.id for one in adults_of(card.household_id, on=on)}
    facts = {"kind": "card_claimed", "name": holder.name}
    _notify(people, NotificationEvent.RIGHTS, f"card:{card.id}", facts, act)


def card_made(card: HouseholdCard, act: Act, *, on: date) -> None:
    """Tell a house that a first card was made for it while a vote runs."""
    people: set[int | None] = {one.id for one in adults_of(card.household_id, on=on)}
    _notify(people - {act.actor_id}, NotificationEvent.RIGHTS, f"card:{card.id}:made", {"kind": "card_made"}, act)


def card_withdrawn(card: HouseholdCard, act: Act, *, on: date) -> None:
    """Tell the holder and the house that a card opens nothing any more; of an officer's reason also the other officers."""
    people: set[int | None] = {card.person_id, *(one.id for one in adults_of(card.household_id, on=on))}
    facts = {"kind": "card_withdrawn", "name": _holder_of(card)}
    if card.withdrawn_why:
        back = str(numbers().card_back.days)
        facts |= {"kind": "card_withdrawn_by_office", "why": card.withdrawn_why, "days": back}
        others = {*role_queries.holders(act.village_id, SETTLES_RIGHTS, on=on)} - people - {act.actor_id}
        seen = facts | {"kind": "card_withdrawn_seen"}
        _notify({*others}, NotificationEvent.DUTY, f"card:{card.id}:{act.now.isoformat()}:seen", seen, act)
    subject = f"card:{card.id}:{act.now.isoformat()}:withdrawn"
    _notify(people - {act.actor_id}, NotificationEvent.RIGHTS, subject, facts, act)


def card_brought_back(card: HouseholdCard, act: Act, *, on: date) -> None:
    """Tell the house and the officers that somebody of the house brought back a card."""
    home: set[int | None] = {card.person_id, *(one.id for one in adults_of(card.household_id, on=on))}
    officers: set[int | None] = {*role_queries.holders(act.village_id, SETTLES_RIGHTS, on=on)}
    facts = {"kind": "card_brought_back", "name": _holder_of(card)}
    subject = f"card:{card.id}:{act.now.isoformat()}:back"
    _notify(home - {act.actor_id}, NotificationEvent.RIGHTS, subject, facts, act)
    seen = facts | {"kind": "card_brought_back_seen"}
    _notify(officers - home - {act.actor_id}, NotificationEvent.DUTY, f"{subject}:seen", seen, act)


def _holder_of(card: HouseholdCard) -> str:
    return db.session.get_one(Person, card.person_id).name if card.person_id else ""


def card_tried(card: HouseholdCard, act: Act, *, on: date) -> None:
    """Tell the house, once a day, that somebody typed wrong PINs at its card."""
    people: set[int | None] = {one.id for one in adults_of(card.household_id, on=on)}
    subject = f"card:{card.id}:tried:{on.isoformat()}"
    _notify(people, NotificationEvent.RIGHTS, subject, {"kind": "card_tried"}, act)


def first_number(person: Person, act: Act, *, on: date) -> None:
    """Tell a person and the house that a first number of theirs stands on the roll; once a day for one house."""
    people: set[int | None] = {one.id for one in adults_of(person.household_id, on=on)}
    people -= {act.actor_id}
    facts = {"kind": "number_first", "name": person.name}
    _notify(people, NotificationEvent.RIGHTS, f"number:{person.household_id}:{on.isoformat()}", facts, act)


def erasure_wanted(person: Person, mark: str, act: Act, *, on: date) -> None:
    """Tell a person and the house that an erasure of the person's data was asked for: it would end their ways in."""
    people: set[int | None] = {person.id, *(one.id for one in adults_of(person.household_id, on=on))}
    facts = {"kind": "way_asked", "name": person.name, "right": RightKind.ERASURE.value, "role": ""}
    _notify(people, NotificationEvent.RIGHTS, f"data_request:{mark}", facts, act)


def erasure_stopped(person: Person, mark: str, act: Act) -> None:
    """Tell a person that somebody of the house stopped the erasure of their data."""
    facts = {"kind": "way_ended", "name": person.name, "right": RightKind.ERASURE.value, "role": ""}
    whom: set[int | None] = {person.id}
    _notify(whom - {act.actor_id}, NotificationEvent.RIGHTS, f"data_request:{mark}:stopped", facts, act)


def _tell(change: RightChange, people: set[int | None], step: str, act: Act) -> None:
    kind = f"{'office' if change.kind in OFFICE_KINDS else 'way'}_{step}"
    _notify(people, NotificationEvent.RIGHTS, f"right:{change.id}:{step}", _facts(change, kind), act)


def _facts(change: RightChange, kind: str) -> dict[str, str]:
    person = db.session.get_one(Person, change.person_id)
    return {"kind": kind, "name": person.name, "right": change.kind.value, "role": change.role or ""}


def _notify(people: set[int | None], event: NotificationEvent, subject: str, facts: dict[str, str], act: Act) -> None:
    notifications.tell(
        {one for one in people if one is not None},
        event,
        subject,
        village_id=act.village_id,
        consultation_id=None,
        now=act.now,
        **facts,
    )


def _concerned(change: RightChange, *, on: date) -> set[int | None]:
    """Return the person, and for a way in everybody in the house who may act for themselves.

    Of another household, also everybody there: who moves in may claim its cards.
    """
    if change.kind in OFFICE_KINDS:
        return {change.person_id}
    person = db.session.get_one(Person, change.person_id)
    homes = {person.household_id, change.household_id} - {None}
    return {change.person_id, *(one.id for home in homes for one in adults_of(home, on=on))}


def _settlers(change: RightChange, *, on: date) -> set[int | None]:
    return {*role_queries.holders(change.village_id, SETTLES_RIGHTS, on=on)}
