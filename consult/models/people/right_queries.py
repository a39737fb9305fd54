"""Named selects about changes of rights."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, ScalarSelect, Select, exists, or_, select
from sqlalchemy.orm import aliased, joinedload

from consult.domain.people.people import HEAD_OF_HOUSEHOLD
from consult.domain.people.right_changes import OFFICE_KINDS, RightKind, RightStepKind
from consult.models.base import db
from consult.models.people.rights import RightChange, RightStep
from consult.models.people.villages import Household, Person

OVER = (RightStepKind.DROPPED, RightStepKind.STOPPED, RightStepKind.APPLIED, RightStepKind.LAPSED)
_WITH_PERSON = joinedload(RightChange.person).joinedload(Person.household).joinedload(Household.group)


def _has(*steps: RightStepKind) -> ColumnElement[bool]:
    return exists().where(RightStep.change_id == RightChange.id, RightStep.step.in_(steps))


def waiting(village_id: int, *, import_id: int | None = None, most: int = 300) -> Sequence[RightChange]:
    """Return the changes that were asked for and neither took effect nor ended, oldest first; or those of one roll."""
    query = select(RightChange).where(RightChange.village_id == village_id, ~_has(*OVER))
    if import_id is not None:
        query = query.where(RightChange.import_id == import_id)
    return db.session.scalars(query.options(_WITH_PERSON).order_by(RightChange.id).limit(most)).all()


def waiting_for(person_id: int) -> Sequence[RightChange]:
    """Return the changes about one person that were asked for and neither took effect nor ended, oldest first."""
    query = select(RightChange).where(RightChange.person_id == person_id, ~_has(*OVER))
    return db.session.scalars(query.options(_WITH_PERSON).order_by(RightChange.id)).all()


def settled(village_id: int, *, most: int = 30) -> Sequence[RightChange]:
    """Return the newest changes that took effect or ended, newest first."""
    query = select(RightChange).where(RightChange.village_id == village_id, _has(*OVER))
    return db.session.scalars(query.options(_WITH_PERSON).order_by(RightChange.id.desc()).limit(most)).all()


def offices_in_force(village_id: int, *, since: datetime) -> Sequence[RightChange]:
    """Return the changes of offices, and departures that ended some, which took effect since an instant, newest first."""
    applied = exists().where(
        RightStep.change_id == RightChange.id, RightStep.step == RightStepKind.APPLIED, RightStep.done_at >= since
    )
    query = select(RightChange).where(
        RightChange.village_id == village_id, RightChange.kind.in_((*OFFICE_KINDS, RightKind.DEPARTURE)), applied
    )
    return db.session.scalars(query.options(_WITH_PERSON).order_by(RightChange.id.desc()).limit(100)).all()


def of_household(household_id: int, kinds: Collection[RightKind], *, since: datetime) -> Sequence[RightChange]:
    """Return the changes of some kinds that concern people of a household, or bring somebody into it, newest first."""
    query = (
        select(RightChange)
        .join(Person, Person.id == RightChange.person_id)
        .where(RightChange.kind.in_(kinds), RightChange.asked_at >= since)
        .where((Person.household_id == household_id) | (RightChange.household_id == household_id))
        .order_by(RightChange.id.desc())
    )
    return db.session.scalars(query.options(_WITH_PERSON)).all()


def of_person(person_id: int, kinds: Collection[RightKind], *, since: datetime) -> Sequence[RightChange]:
    """Return the changes of some kinds about one person, newest first."""
    query = select(RightChange).where(
        RightChange.person_id == person_id, RightChange.kind.in_(kinds), RightChange.asked_at >= since
    )
    return db.session.scalars(query.options(_WITH_PERSON).order_by(RightChange.id.desc())).all()


def same_waiting(wanted: RightChange) -> RightChange | None:
    """Return a change that waits already and asks for the same."""
    same = [
        getattr(RightChange, name).is_not_distinct_from(getattr(wanted, name))
        for name in ("village_id", "kind", "person_id", "role", "group_id", "since", "until", "grant_id")
    ]
    same += [RightChange.departure.is_not_distinct_from(wanted.departure)]
    same += [
        RightChange.household_id.is_not_distinct_from(wanted.household_id),
        RightChange.relation == wanted.relation,
    ]
    same += [RightChange.collective.is_not_distinct_from(wanted.collective)]
    same += [RightChange.number_mark == wanted.number_mark, ~_has(*OVER)]
    return db.session.scalar(select(RightChange).where(*same).limit(1))


def offices_waiting(village_id: int) -> set[tuple[object, ...]]:
    """Return the new offices that wait in a village, as `office_asked_for` names them."""
    query = select(RightChange).where(
        RightChange.village_id == village_id, RightChange.kind == RightKind.OFFICE_GIVEN, ~_has(*OVER)
    )
    return {office_asked_for(change) for change in db.session.scalars(query)}


def office_asked_for(change: RightChange) -> tuple[object, ...]:
    """Return what two changes that give the same office have in common."""
    return change.person_id, change.role, change.group_id, change.since, change.until


def erasure_waiting(person_id: int) -> RightChange | None:
    """Return the erasure of a person's data that one officer agreed to and that is neither done nor ended."""
    query = select(RightChange).where(RightChange.person_id == person_id, RightChange.kind == RightKind.ERASURE)
    return db.session.scalar(query.where(~_has(*OVER)).limit(1))


def goes_with(ended: RightChange) -> Sequence[int]:
    """Return the ids of the waiting changes of the same roll that end with one that was stopped, dropped or lapsed.

    Of somebody who does not come onto the roll, all; of a household's heads, the other halves: also where the new head
    is the one who does not come.
    """
    if ended.import_id is None or ended.kind not in (RightKind.JOINED, RightKind.HEAD_CHANGED):
        return ()
    waiting = select(RightChange.id).where(RightChange.import_id == ended.import_id, ~_has(*OVER))
    waiting = waiting.where(RightChange.id != ended.id).order_by(RightChange.id)
    theirs = RightChange.person_id == ended.person_id
    home = select(Person.household_id).where(Person.id == ended.person_id).scalar_subquery()
    heads = (RightChange.kind == RightKind.HEAD_CHANGED) & _lives_in(home)
    if ended.kind is RightKind.HEAD_CHANGED:
        return db.session.scalars(waiting.where(heads)).all()
    comes_as_head = select(_comes_as_head(ended.person_id, ended.import_id))
    return db.session.scalars(waiting.where(or_(theirs, heads) if db.session.scalar(comes_as_head) else theirs)).all()


def _lives_in(household: ScalarSelect[int]) -> ColumnElement[bool]:
    return RightChange.person_id.in_(select(Person.id).where(Person.household_id == household))


def _comes_as_head(person_id: ColumnElement[int] | int, import_id: int | None) -> ColumnElement[bool]:
    """Return whether somebody would be head of a household once they count: as they are, or by the roll."""
    asked = aliased(RightChange)
    return or_(
        exists().where(Person.id == person_id, Person.relation == HEAD_OF_HOUSEHOLD),
        exists().where(asked.person_id == person_id, asked.import_id == import_id, asked.relation == HEAD_OF_HOUSEHOLD),
    )


def new_head_awaited(change: RightChange) -> bool:
    """Tell whether a change of a head waits for the new head, whom the same roll asks to let onto the roll."""
    if change.import_id is None or change.kind is not RightKind.HEAD_CHANGED:
        return False
    home = select(Person.household_id).where(Person.id == change.person_id).scalar_subquery()
    joining = select(RightChange.person_id).where(RightChange.import_id == change.import_id, ~_has(*OVER))
    joining = joining.where(RightChange.kind == RightKind.JOINED, _lives_in(home))
    people = db.session.scalars(joining).all()
    return any(db.session.scalar(select(_comes_as_head(one, change.import_id))) for one in people)


def joining(village_id: int) -> frozenset[int]:
    """Return the ids of the people whom somebody asked to let onto the roll, and who still wait for it."""
    query = select(RightChange.person_id).where(RightChange.village_id == village_id, ~_has(*OVER))
    return frozenset(db.session.scalars(query.where(RightChange.kind == RightKind.JOINED)))


def steps_of(change_ids: Collection[int]) -> dict[int, dict[RightStepKind, RightStep]]:
    """Return the steps of each of these changes."""
    found: dict[int, dict[RightStepKind, RightStep]] = {one: {} for one in change_ids}
    for step in db.session.scalars(select(RightStep).where(RightStep.change_id.in_(change_ids))):
        found[step.change_id][step.step] = step
    return found


def had_number(person_id: int) -> bool:
    """Tell whether a number of this person was ever changed: what comes then is not their first."""
    changed = exists().where(
        RightChange.person_id == person_id,
        RightChange.kind.in_((RightKind.NUMBER_CHANGED, RightKind.FIRST_NUMBER)),
        RightStep.change_id == RightChange.id,
        RightStep.step == RightStepKind.APPLIED,
    )
    return bool(db.session.scalar(select(changed)))


def any_of_import(import_id: int) -> bool:
    """Tell whether a roll asked for changes that wait."""
    return bool(db.session.scalar(select(exists().where(RightChange.import_id == import_id, ~_has(*OVER)))))


def any_to_confirm(import_id: int) -> bool:
    """Tell whether a change that a roll asked for still waits for a second person."""
    mine = (RightChange.import_id == import_id, RightChange.kind != RightKind.FIRST_NUMBER)
    return bool(db.session.scalar(select(exists().where(*mine, ~_has(*OVER, RightStepKind.CONFIRMED)))))


def card_is_for(card_id: int) -> int | None:
    """Return the id of the person a further card was made for; None for the first card of a household."""
    return db.session.scalar(select(RightStep.person_id).where(RightStep.card_id == card_id))


def further_cards(person_id: int) -> Select[tuple[int | None]]:
    """Return the select of the ids of the further cards that were made for a person."""
    return select(RightStep.card_id).where(RightStep.person_id == person_id, RightStep.card_id.is_not(None))


def due(asked_before: datetime) -> Sequence[int]:
    """Return the ids of changes that wait and were asked for before an instant."""
    query = select(RightChange.id).where(~_has(*OVER), RightChange.asked_at <= asked_before)
    return db.session.scalars(query.order_by(RightChange.id)).all()
