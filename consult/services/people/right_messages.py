"""Tell of changes of rights: the holder, the house, the committee, and those who can confirm."""

from collections.abc import Sequence
from datetime import date

from consult.domain.messages.notifications import NotificationEvent
from consult.domain.people.right_changes import OFFICE_KINDS, RightKind, numbers
from consult.domain.people.roles import SETTLES_RIGHTS
from consult.models import HouseholdCard, Person, RightChange, db
from consult.models.people import role_queries
from consult.services.core.acts import Act
from consult.services.messages import notifications
from consult.services.people.representatives import adults_of


def asked(change: RightChange, act: Act, *, on: date, waits_for_second: bool) -> None:
    """Tell whom a change concerns, and those whose confirmation it waits for."""
    _tell(change, _concerned(change, on=on) - {act.actor_id}, "asked", act)
    if waits_for_second:
        subject = f"roll_import:{change.import_id}" if change.import_id else f"right:{change.id}"
        seconds = _settlers(change, on=on) - {act.actor_id, change.person_id}
        _notify(seconds, NotificationEvent.DUTY, subject, _facts(change, "right_waits"), act)


def all_asked(changes: Sequence[RightChange], act: Act, *, on: date) -> None:
    """Tell each person of the office a roll asks for them, and those who can confirm once of the whole roll."""
    lines = [
        (change.person_id, f"right:{change.id}:asked", _facts(change, "office_asked"))
        for change in changes
        if change.person_id != act.actor_id
    ]
    notifications.tell_each(lines, NotificationEvent.RIGHTS, village_id=act.village_id, now=act.now)
    by_change: dict[int, set[int | None]] = {}
    for one in _settlers(changes[0], on=on) - {act.actor_id}:
        first = next((n for n, change in enumerate(changes) if change.person_id != one), None)
        if first is not None:  # the first of those that they could confirm
            by_change.setdefault(first, set()).add(one)
    for n, seconds in by_change.items():
        facts, subject = _facts(changes[n], "right_waits"), f"roll_import:{changes[n].import_id}"
        _notify(seconds, NotificationEvent.DUTY, subject, facts, act)


def in_force(change: RightChange, act: Act, *, on: date) -> None:
    """Tell whom a change concerns, and the committee, that it holds now."""
    people = _concerned(change, on=on)
    if change.kind in OFFICE_KINDS or change.kind is RightKind.DEPARTURE:
        people |= _settlers(change, on=on)
    _tell(change, people - {act.actor_id}, "in_force", act)


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
    homes = {person.household_id, change.household_id or person.household_id}
    return {change.person_id, *(one.id for home in sorted(homes) for one in adults_of(home, on=on))}


def _settlers(change: RightChange, *, on: date) -> set[int | None]:
    return {*role_queries.holders(change.village_id, SETTLES_RIGHTS, on=on)}
