"""Changes of rights: one officer asks, another of another office confirms, and the house can say no while it waits."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from consult.domain.audit import Tag
from consult.domain.people import right_changes as rules
from consult.domain.people.office_terms import Term
from consult.domain.people.people import DepartureKind
from consult.domain.people.person_forms import Identity
from consult.domain.people.right_changes import (
    OF_A_HOUSE,
    OFFICE_KINDS,
    TOUCHES_A_HOUSE,
    UNDONE,
    WAITS,
    RightKind,
    RightStepKind,
)
from consult.domain.people.roles import SETTLES_RIGHTS, Role
from consult.domain.people.two_persons import Asked
from consult.domain.refusals import Reason, Refused
from consult.models import DataRequest, Departure, Person, RightChange, RightStep, RoleGrant, Village, db
from consult.models.people import household_queries, right_queries
from consult.services.core import audit, crypto, sure_time, transactions
from consult.services.core.acts import Act
from consult.services.core.each import each
from consult.services.core.transactions import atomic
from consult.services.people import cards, data_requests, grants, right_effects, right_messages, villages, ways_in
from consult.services.people.grants import OfficesAround
from consult.services.people.representatives import adults_of
from consult.services.people.roll import vote_port
from consult.services.people.roll.vote_port import Speakers

Steps = dict[RightStepKind, RightStep]


@dataclass(frozen=True, kw_only=True)
class WantedRight:
    """A change that an officer asks for, with the fields that its kind needs."""

    kind: RightKind
    person_id: int
    role: Role | None = None
    term: Term | None = None
    grant_id: int | None = None
    number: str = ""
    identity: Identity | None = None
    """The corrected name and date of birth."""
    departure: DepartureKind | None = None
    present_id: int | None = None
    """The adult of the house who stands at the desk."""
    household_id: int | None = None
    group_id: int | None = None
    """The new group of a household; of an office the group stands in its term."""
    relation: str = ""
    collective: bool | None = None
    import_id: int | None = None


@atomic
def ask(wanted: WantedRight, office: str, act: Act) -> RightChange | None:
    """Write down what one officer asks for. The same key, and the same wish while it waits, is asked once.

    What takes neither a second person nor a wait, as the first number of a person, takes effect at once. None: an
    office that is held already. Raises Refused.
    """
    village = villages.locked(act.village_id)
    if earlier := transactions.earlier(RightChange, act.key):
        return earlier
    today = villages.local_day(village, act.now)
    person = db.session.get_one(Person, wanted.person_id)
    change = _row(wanted, office, act)
    if refusal := _why_not_ask(change, person, act, on=today):
        raise refusal
    if (
        change.role
        and wanted.kind is RightKind.OFFICE_GIVEN
        and OfficesAround([person]).same_in_force(person, change.role, grants.term_of(change))
    ):
        return None
    if same := right_queries.same_waiting(change):
        lapsed = _has_lapsed(same, village, act.now)
        if not lapsed and (change.present_id is None or same.present_id is not None):
            return same
        # somebody of the house has come to the desk since
        _end(same, RightStepKind.LAPSED if lapsed else RightStepKind.DROPPED, act, on=today)
    db.session.add(change)
    db.session.flush()
    alone = not needs_second(change, on=today)
    right_messages.asked(change, act, on=today, waits_for_second=not alone)
    audit.record(Tag.RIGHT_ASKED, f"person:{change.person_id}", act, **_asked_facts(change), **act.said_of_command)
    return change


def _asked_facts(change: RightChange) -> dict[str, Any]:
    return {
        "change": change.id,
        "kind": change.kind.value,
        "office": change.asked_office,
        "role": change.role.value if change.role else "",
        "at_desk": change.present_id is not None,
    }


@atomic
def ask_offices(wanted: Sequence[WantedRight], around: OfficesAround, office: str, act: Act) -> None:
    """Write down the new offices that a roll asks for; what waits already is not asked again. Raises Refused.

    It takes as many statements for a hundred offices as for one. `around`: of the people they are for.
    """
    village = villages.locked(act.village_id)
    today = villages.local_day(village, act.now)
    held = villages.roles_of(act.actor, on=today)
    waiting, changes = right_queries.offices_waiting(act.village_id), []
    for one in wanted:
        change, person = _row(one, office, act), db.session.get_one(Person, one.person_id)
        if refusal := _why_not_asker(change, person, act, held) or _why_not_office(change, person, around, on=today):
            raise refusal
        if right_queries.office_asked_for(change) not in waiting:
            changes.append(change)
    if not changes:
        return
    db.session.add_all(changes)
    db.session.flush()
    right_messages.all_asked(changes, act)
    entries = [(f"person:{change.person_id}", _asked_facts(change)) for change in changes]
    audit.record_each(Tag.RIGHT_ASKED, act, entries)


@atomic
def ask_number(wanted: WantedRight, office: str, act: Act, *, vote_runs: bool) -> RightChange | None:
    """Ask for another phone number; a person's first number takes effect at once, and the house is told.

    `vote_runs`: a vote is announced or open. Then a first number waits too. Raises Refused.
    """
    village = villages.locked(act.village_id)  # two may give a first number at once
    person = db.session.get_one(Person, wanted.person_id)
    first = ways_in.is_first(person)
    if vote_runs or not first:
        return ask(replace(wanted, kind=RightKind.FIRST_NUMBER) if first else wanted, office, act)
    today = villages.local_day(village, act.now)
    if refusal := _why_not_ask(_row(wanted, office, act), person, act, on=today):
        raise refusal
    ways_in.set_number(person, wanted.number, act)
    right_messages.first_number(person, act, on=today)
    return None


@atomic
def grant_erasure(asked: DataRequest, words: str, office: str, act: Act) -> None:
    """Agree, as the first of two officers, to erase what a person asked to have erased. The first agreement stays.

    It waits for the second officer and a day, and the house can stop it. `words` are the answer, once it is done.
    Raises Refused.
    """
    villages.locked(act.village_id)
    transactions.lock(asked)
    if asked.answered_at is not None or data_requests.is_agreed(asked):
        return
    if asked.person_id == act.actor_id:
        raise Refused(Reason.OWN_REQUEST)
    asked.answer = words
    ask(WantedRight(kind=RightKind.ERASURE, person_id=asked.person_id), office, act)


@atomic
def stop_erasure(asked: DataRequest, act: Act) -> None:
    """Say no to an erasure, as the person who asked or an adult of the house: it was not them, or they think again.

    Twice is the same as once. Raises Refused.
    """
    village = villages.locked(act.village_id)
    transactions.lock(asked)
    if act.actor.id not in _may_stop_erasure(asked.person, on=villages.local_day(village, act.now)):
        raise Refused(Reason.NOT_YOUR_HOUSE)
    if asked.answered_at is not None:
        return
    if change := right_queries.erasure_waiting(asked.person_id):
        stop(change.id, act)
        return
    right_messages.erasure_stopped(asked.person, data_requests.mark_of(asked), act)
    data_requests.record_answers(
        data_requests.close_erasures(asked.person_id, act, granted=False, by=act.actor_id), act
    )


def _may_stop_erasure(person: Person, *, on: date) -> set[int]:
    """Return who may say no to an erasure: the person, and the adults of the house while the person lives there."""
    at_home = db.session.get(Departure, person.id) is None
    return {person.id, *(one.id for one in adults_of(person.household_id, on=on) if at_home)}


def _row(wanted: WantedRight, office: str, act: Act) -> RightChange:
    term = wanted.term
    return RightChange(
        village_id=act.village_id,
        kind=wanted.kind,
        person_id=wanted.person_id,
        role=wanted.role,
        group_id=term.group_id if term else wanted.group_id,
        title=term.title if term else "",
        since=term.since if term else None,
        until=term.until if term else None,
        source=term.origin.source if term else None,
        source_on=term.origin.on if term else None,
        source_words=term.origin.words if term else "",
        grant_id=wanted.grant_id,
        departure=wanted.departure,
        **_sealed(wanted),
        household_id=wanted.household_id,
        relation=wanted.relation,
        collective=wanted.collective,
        import_id=wanted.import_id,
        present_id=wanted.present_id,
        request_key=act.key or secrets.token_urlsafe(18),
        asked_by=act.actor.id,
        asked_office=office,
        asked_at=act.now,
    )


def _sealed(wanted: WantedRight) -> dict[str, str]:
    """Return what is kept sealed until the change took effect or ended: a number, or a name and date of birth."""
    kind, text = ("identity", wanted.identity.as_text()) if wanted.identity else ("phone", wanted.number)
    if not text:
        return {"number_cipher": "", "number_mark": ""}
    return {"number_cipher": crypto.seal(text), "number_mark": crypto.mark(kind, text)}


def _why_not_ask(change: RightChange, person: Person, act: Act, *, on: date) -> Refused | None:
    """Return what speaks against asking: the wrong officer, an impossible office, nobody of the house at the desk."""
    if refusal := _why_not_asker(change, person, act, villages.roles_of(act.actor, on=on)):
        return refusal
    return _why_not_now(change, person, on=on)


def _why_not_asker(change: RightChange, person: Person, act: Act, held: Collection[Role]) -> Refused | None:
    if person.village_id != act.village_id:
        raise LookupError(f"person {person.id} is of another village")
    if change.kind in rules.ADD_SOMEBODY and db.session.get_one(Village, act.village_id).closed_at is not None:
        return Refused(Reason.VILLAGE_CLOSED)
    if reason := rules.why_not_asker(act.actor.id, person.id, change.asked_office, held):
        return Refused(reason)
    return Refused(Reason.OWN_RIGHT) if _is_of_own_house(change, person, act.actor) else None


def _is_of_own_house(change: RightChange, person: Person, officer: Person) -> bool:
    """Tell whether a change decides who votes for an officer's own house."""
    homes = {person.household_id, change.household_id} - {None}
    return change.kind in OF_A_HOUSE and officer.household_id in homes


def kept_from(change: RightChange, officer: Person) -> Reason | None:
    """Return why somebody cannot be the second person of a change, whatever their office; None if they can."""
    if change.asked_by == officer.id:
        return Reason.SAME_PERSON
    if change.person_id == officer.id or _is_of_own_house(change, change.person, officer):
        return Reason.OWN_RIGHT
    return Reason.SAME_HOUSE if villages.of_one_house(change.asked_by, officer) else None


def _why_not_now(change: RightChange, person: Person, *, on: date) -> Refused | None:
    """Return what speaks against a change as things stand: asked both when it is asked for and when confirmed."""
    if not villages.is_on_roll(person) and change.kind not in OFFICE_KINDS:
        return Refused(Reason.HOLDS_AN_ACCOUNT)
    adults = {one.id for one in adults_of(person.household_id, on=on)}
    if change.present_id is not None and change.present_id not in adults - {change.asked_by}:
        return Refused(Reason.NOBODY_OF_THE_HOUSE)
    if change.kind not in OFFICE_KINDS:
        reason = right_effects.why_not(change, on=on)
        return Refused(reason) if reason else None
    if change.grant_id is not None:
        held = db.session.get_one(RoleGrant, change.grant_id)
        if held.ended_at is not None:
            return Refused(Reason.OFFICE_ENDED)
        if change.kind is RightKind.OFFICE_ENDED:
            lasts = grants.two_settle(change.village_id, on=on, without=held.id)
            return None if lasts else Refused(Reason.LAST_TWO_OFFICERS)
    return _why_not_office(change, person, OfficesAround([person]), on=on)


def _why_not_office(change: RightChange, person: Person, around: OfficesAround, *, on: date) -> Refused | None:
    if change.role is None or change.since is None:
        raise LookupError("an office without its name or its first day")
    return around.why_not(person, change.role, grants.term_of(change), on=on, instead_of=change.grant_id)


def needs_second(change: RightChange, *, on: date) -> bool:
    """Tell whether a change takes a second person."""
    if change.kind is not RightKind.DEPARTURE:
        return rules.needs_second(change.kind, officer=False)
    held = villages.roles_of(db.session.get_one(Person, change.person_id), on=on)
    return rules.needs_second(change.kind, officer=bool(held - {Role.VILLAGER}))


@atomic
def confirm(change_id: int, office: str, act: Act, *, at_desk: bool = False) -> None:
    """Confirm as the second person. It takes effect now, or when it has waited. Twice is the same as once.

    `at_desk`: the second person sees the adult of the house, whom the first one named, at the desk. Raises Refused.
    """
    village = villages.locked(act.village_id)
    change = _locked(change_id)
    steps = steps_of(change)
    if RightStepKind.CONFIRMED in steps:
        return
    today = villages.local_day(village, act.now)
    asked = Asked(change.asked_by, change.asked_office, change.asked_at)
    if reason := _why_over(steps) or villages.why_not_second(asked, office, act, allowed=SETTLES_RIGHTS):
        raise Refused(reason)
    if kept := kept_from(change, act.actor):
        raise Refused(kept)
    if refusal := _why_not_now(change, change.person, on=today):
        raise refusal
    right_effects.hold(change)  # its rows come before the head of the log
    seen = at_desk and change.present_id not in (None, act.actor.id)
    _step(change, RightStepKind.CONFIRMED, act, office=office, at_desk=seen)
    right_messages.waits_no_more(change, act)
    audit.record(
        Tag.RIGHT_CONFIRMED,
        f"person:{change.person_id}",
        act,
        change=change.id,
        kind=change.kind.value,
        office=office,
        role=change.role.value if change.role else "",
        **act.said_of_command,
    )
    if _has_waited(change, sure_time.surely_past(village.id, act.now)):
        _apply(change, act, on=today)


@atomic
def drop(change_id: int, office: str, act: Act) -> None:
    """Drop a change that waits, as one of the officers, unless it is about oneself. Twice is once. Raises Refused."""
    village = villages.locked(act.village_id)
    change = _locked(change_id)
    today = villages.local_day(village, act.now)
    if office not in villages.roles_of(act.actor, on=today) or Role(office) not in SETTLES_RIGHTS:
        raise Refused(Reason.NO_SUCH_OFFICE)
    if act.actor.id == change.person_id:
        raise Refused(Reason.OWN_RIGHT)
    _end_with_others(change, RightStepKind.DROPPED, act, on=today)


@atomic
def stop(change_id: int, act: Act) -> None:
    """Say no, as the person concerned or an adult of the house: it does not take effect, or is undone where it did.

    Twice is the same as once. Raises Refused.
    """
    village = villages.locked(act.village_id)
    change = _locked(change_id)
    today = villages.local_day(village, act.now)
    if not may_stop(change, act.actor, on=today):
        raise Refused(Reason.NOT_YOUR_HOUSE)
    applied = steps_of(change).get(RightStepKind.APPLIED)
    if applied is None:
        _end_with_others(change, RightStepKind.STOPPED, act, on=today)
    elif RightStepKind.STOPPED not in steps_of(change):
        if not right_effects.still_holds(change):
            raise Refused(Reason.ALREADY_SO)
        if change.kind in UNDONE and not may_undo(change, act.now):
            raise Refused(Reason.TOO_LATE_TO_UNDO, days=rules.numbers().undo.days)
        _step(change, RightStepKind.STOPPED, act)
        right_effects.undo(change, applied, act)
        right_messages.ended(change, act, on=today)
        _record_end(change, RightStepKind.STOPPED, act)


def may_stop(change: RightChange, person: Person, *, on: date) -> bool:
    """Tell whether a person may say no to a change: to an office given to them, or to a way in of their house."""
    if change.kind is RightKind.OFFICE_GIVEN:
        return person.id == change.person_id
    if change.kind is RightKind.ERASURE:
        return person.id in _may_stop_erasure(change.person, on=on)
    if change.kind not in WAITS or (change.kind is RightKind.DEPARTURE and needs_second(change, on=on)):
        return False
    homes = {db.session.get_one(Person, change.person_id).household_id, change.household_id} - {None}
    return person.id == change.person_id or (
        person.household_id in homes and person.id in {one.id for one in adults_of(person.household_id, on=on)}
    )


def may_undo(change: RightChange, now: datetime) -> bool:
    """Tell whether the house may still take back a change that holds: a way in, not too long ago, and not replaced since."""
    applied = steps_of(change).get(RightStepKind.APPLIED)
    past = sure_time.surely_past(change.village_id, now)
    if change.kind not in UNDONE or applied is None or not rules.may_undo(applied.done_at, past):
        return False
    return right_effects.still_holds(change)


def _end_with_others(change: RightChange, step: RightStepKind, act: Act, *, on: date) -> None:
    """End a change that waits, and what the same roll asks for that makes no sense without it."""
    others = [_locked(one) for one in right_queries.goes_with(change)]
    for one in [change, *others]:
        _end(one, step, act, on=on)


def _end(change: RightChange, step: RightStepKind, act: Act, *, on: date) -> None:
    steps = steps_of(change)
    if step in steps:
        return
    if reason := _why_over(steps):
        raise Refused(reason)
    _step(change, step, act)
    change.number_cipher = ""
    right_messages.ended(change, act, on=on, lapsed=step is RightStepKind.LAPSED)
    right_messages.waits_no_more(change, act)
    answered = _end_erasure(change, step, act) if change.kind is RightKind.ERASURE else ()
    _record_end(change, step, act)
    data_requests.record_answers(answered, act)


def _end_erasure(change: RightChange, step: RightStepKind, act: Act) -> Sequence[DataRequest]:
    """Answer the request behind an erasure that the house stopped; one that an officer dropped waits for another answer."""
    if step is RightStepKind.STOPPED:
        return data_requests.close_erasures(change.person_id, act, granted=False, by=act.actor_id)
    for asked in data_requests.lock_erasures(change.person_id):
        asked.answer = ""
    return ()


def _record_end(change: RightChange, step: RightStepKind, act: Act) -> None:
    facts = {"change": change.id, "kind": change.kind.value, "step": step.value}
    audit.record(Tag.RIGHT_ENDED, f"person:{change.person_id}", act, **facts)


def apply_due(*, now: datetime) -> list[int]:
    """Put into force what has waited long enough. Return the ids of the changes, each a unit of work of its own."""
    ids = right_queries.due(now - rules.numbers().wait)
    db.session.rollback()
    return each("change of rights", ids, lambda one: _apply_if_due(one, now))


@atomic
def _apply_if_due(change_id: int, now: datetime) -> None:
    found = db.session.get_one(RightChange, change_id)
    village = villages.locked(found.village_id)
    change = _locked(change_id)
    steps, today = steps_of(change), villages.local_day(village, now)
    past, act = sure_time.surely_past(village.id, now), Act.by_system(village.id, now=now)
    if _why_over(steps) is not None:
        return
    if _has_lapsed(change, village, now):
        _end_with_others(change, RightStepKind.LAPSED, act, on=today)
    elif (RightStepKind.CONFIRMED in steps or not needs_second(change, on=today)) and _has_waited(change, past):
        closed = village.closed_at is not None and change.kind in rules.ADD_SOMEBODY
        if closed or _why_not_apply(change, steps, on=today):
            _end(change, RightStepKind.LAPSED, act, on=today)
            return
        right_effects.hold(change)
        _apply(change, act, on=today)


def _has_lapsed(change: RightChange, village: Village, now: datetime) -> bool:
    """Tell whether a change has waited for its second person as long as it may."""
    if RightStepKind.CONFIRMED in steps_of(change):
        return False
    if not needs_second(change, on=villages.local_day(village, now)):
        return False
    return rules.has_lapsed(change.asked_at, sure_time.surely_past(village.id, now))


def _why_not_apply(change: RightChange, steps: Steps, *, on: date) -> bool:
    """Tell whether a change that has waited cannot hold any more; of one officer's also whether they lost the office."""
    if change.kind in OFFICE_KINDS:
        return _why_not_now(change, change.person, on=on) is not None
    asker = db.session.get_one(Person, change.asked_by)
    alone = RightStepKind.CONFIRMED not in steps
    lost = alone and change.asked_office not in villages.roles_of(asker, on=on)
    return lost or right_effects.why_not(change, on=on) is not None


def _apply(change: RightChange, act: Act, *, on: date) -> None:
    """Put a change into force, in the unit of work at hand; tell whom it concerns, and the votes that it touches."""
    houses = {change.person.household_id, change.household_id} - {None} if change.kind in TOUCHES_A_HOUSE else set()
    before = _speakers(houses, change, on=on)
    made = right_effects.apply(change, act)
    _step(change, RightStepKind.APPLIED, act, made=made)
    change.number_cipher = ""
    db.session.flush()
    right_messages.in_force(change, act, on=on)
    if houses:
        after = _speakers(houses, change, on=on)
        right_messages.speakers(before, after, change, act, on=on)
        vote_port.votes().note(change, before, after, act)


def _speakers(houses: Collection[int | None], change: RightChange, *, on: date) -> Speakers:
    """Return who speaks for each of these households now."""
    found = household_queries.speakers(change.village_id, on=on, household_ids=[h for h in houses if h is not None])
    return {house: found.get(house) for house in houses if house is not None}


def _step(
    change: RightChange,
    step: RightStepKind,
    act: Act,
    *,
    office: str = "",
    at_desk: bool = False,
    made: Mapping[str, int] | None = None,
) -> None:
    row = RightStep(
        change_id=change.id,
        step=step,
        village_id=change.village_id,
        asked_by=change.asked_by,
        asked_office=change.asked_office,
        person_id=change.person_id,
        done_by=act.actor_id,
        done_office=office,
        done_at=act.now,
        at_desk=at_desk,
        **(made or {}),
    )
    db.session.add(row)
    db.session.flush()  # the database lets an office begin only with the confirmation in place


def _locked(change_id: int) -> RightChange:
    change = db.session.get_one(RightChange, change_id)
    transactions.lock(change)
    return change


def steps_of(change: RightChange) -> Steps:
    """Return what became of a change so far."""
    return right_queries.steps_of([change.id])[change.id]


def _why_over(steps: Steps) -> Reason | None:
    if rules.ENDED & steps.keys():
        return Reason.RIGHT_STOPPED
    return Reason.RIGHT_IN_FORCE if RightStepKind.APPLIED in steps else None


def _has_waited(change: RightChange, past: datetime) -> bool:
    """Tell whether a change waits for nothing any more: neither for its hours, nor for the new head of the house."""
    return effective_at(change) <= past and not right_queries.new_head_awaited(change)


def effective_at(change: RightChange) -> datetime:
    """Return the earliest instant at which a change takes effect, as far as it was confirmed."""
    confirmed = steps_of(change).get(RightStepKind.CONFIRMED)
    at_desk = confirmed is not None and confirmed.at_desk
    return rules.effective_at(change.kind, change.asked_at, at_desk=at_desk, confirmed=confirmed is not None)


@atomic
def end_card(card_id: int, act: Act) -> None:
    """Withdraw a card of one's own house, as an adult of it: somebody else claimed it. Raises Refused."""
    _refuse_unless_of_its_house(card_id, act)
    cards.end(card_id, act)


@atomic
def bring_back_card(card_id: int, act: Act) -> None:
    """Let a card open again that an officer withdrew, as an adult of its house who came in another way. Raises Refused."""
    _refuse_unless_of_its_house(card_id, act)
    cards.bring_back(card_id, act)


def _refuse_unless_of_its_house(card_id: int, act: Act) -> None:
    village = villages.locked(act.village_id)
    household = cards.household_of(card_id)
    adults = {one.id for one in adults_of(household, on=villages.local_day(village, act.now))}
    if act.actor.id not in adults:
        raise Refused(Reason.NOT_YOUR_HOUSE)
