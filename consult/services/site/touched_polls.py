"""The votes that run and that a change of the roll touches: who can vote no more, who speaks for a household from then on.

A frozen roll stays as it is: the unit keeps its number and counts in every base. What changes is who may vote for it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, Select, select

from consult.domain.audit import Tag
from consult.domain.messages.notifications import NotificationEvent
from consult.domain.people import households
from consult.domain.people.households import Member
from consult.domain.people.right_changes import RightKind
from consult.domain.people.roles import CHANGES_POLLS
from consult.models import MeetingPoll, Person, Poll, Proposal, RightChange, RollEntry, Village, db
from consult.models.people import household_queries, person_queries, role_queries
from consult.services.core import audit, sure_time
from consult.services.core.acts import Act
from consult.services.messages import notifications
from consult.services.people import right_effects, villages
from consult.services.people.roll import vote_port
from consult.services.people.roll.vote_port import Speakers
from consult.services.people.villages import local_day


class Touch(StrEnum):
    """The ways in which a change of the roll touches a vote."""

    VOTER_LEAVES = "voter_leaves"
    """The person stands on its roll and can vote no more."""
    SPEAKER_CHANGES = "speaker_changes"
    """Another person speaks for a household on its roll."""
    NOBODY_LEFT = "nobody_left"
    """No adult of a household on its roll is left."""


@dataclass(frozen=True)
class TouchedPoll:
    """A vote that runs, and how a change of the roll touches one of its units."""

    poll_id: int
    title: str
    language: str
    closes_at: datetime
    number: int
    """Of the unit on its roll."""
    touch: Touch
    speaker: str = ""
    """The name of who speaks for the household from then on."""


def of_changes(village_id: int, changes: Sequence[RightChange], *, now: datetime) -> dict[int, list[TouchedPoll]]:
    """Return the votes that each of these changes would touch, by its id. Where no vote runs it takes one statement."""
    if db.session.scalar(_running_polls(village_id, now).with_only_columns(Poll.id).limit(1)) is None:
        return {}
    return {change.id: of_change(change, now=now) for change in changes}


def of_change(change: RightChange, *, now: datetime) -> list[TouchedPoll]:
    """Return the votes that a change would touch if it held now."""
    person = db.session.get_one(Person, change.person_id)
    if person.household_id is None or person.born is None:  # off the roll: in no vote
        return []
    home = person.household_id
    if change.kind is RightKind.HOUSE_CHANGED:
        return _found(person, leaves=False, houses=_after_move(person, change.household_id, now), now=now)
    if change.kind is RightKind.HEAD_CHANGED:
        members = _with(person, change.relation)
        return _found(person, leaves=False, houses=_changed({home: members}, person, now), now=now)
    if change.kind is RightKind.CORRECTED:
        asked = right_effects.identity_asked(change)
        born = {person.id: asked.born} if asked is not None else {}
        members = households.with_births(household_queries.members(home), born)
        return _found(person, leaves=False, houses=_changed({home: members}, person, now), now=now)
    if change.kind is RightKind.JOINED:
        members = [*household_queries.members(person.household_id), _member(person)]
        return _found(person, leaves=False, houses=_changed({home: members}, person, now), now=now)
    return of_departure(person, now=now) if change.kind is RightKind.DEPARTURE else []


def of_departure(person: Person, *, now: datetime) -> list[TouchedPoll]:
    """Return the votes that are touched if a person moves away or dies now."""
    if person.household_id is None:
        return []
    rest = [one for one in household_queries.members(person.household_id) if one.id != person.id]
    return _found(person, leaves=True, houses=_changed({person.household_id: rest}, person, now), now=now)


def _after_move(person: Person, household_id: int | None, now: datetime) -> Speakers:
    old = [one for one in household_queries.members(person.household_id) if one.id != person.id]
    members = {} if person.household_id is None else {person.household_id: old}
    if household_id is not None:
        members[household_id] = [*household_queries.members(household_id), _member(person)]
    return _changed(members, person, now)


def _member(person: Person) -> Member:
    return Member(person.id, person.relation, villages.born_of(person))


def _with(person: Person, relation: str) -> list[Member]:
    return [
        Member(one.id, relation if one.id == person.id else one.relation, one.born)
        for one in household_queries.members(person.household_id)
    ]


def _changed(members: dict[int, list[Member]], person: Person, now: datetime) -> Speakers:
    """Return who would speak for the households for whom somebody else does now."""
    on = local_day(db.session.get_one(Village, person.village_id), now)
    before = household_queries.speakers(person.village_id, on=on, household_ids=list(members))
    after = {
        house: households.speaker(living, household_queries.chosen(house), on=on) for house, living in members.items()
    }
    return {house: one for house, one in after.items() if one != before.get(house)}


def _found(person: Person, *, leaves: bool, houses: Speakers, now: datetime) -> list[TouchedPoll]:
    units = {f"household:{house}" for house in houses} | ({f"person:{person.id}"} if leaves else set())
    names = person_queries.names([one for one in houses.values() if one is not None])
    found = []
    for row in _running(person.village_id, units, now=now):
        speaker = houses.get(row.household_id) if households.is_household(row.unit) else None
        found.append(
            TouchedPoll(
                poll_id=row.id,
                title=row.title,
                language=row.language,
                closes_at=row.closes_at,
                number=row.number,
                touch=_touch(row.unit, speaker),
                speaker=names.get(speaker or 0, ""),
            )
        )
    return found


def _touch(unit: str, speaker: int | None) -> Touch:
    if not households.is_household(unit):
        return Touch.VOTER_LEAVES
    return Touch.SPEAKER_CHANGES if speaker is not None else Touch.NOBODY_LEFT


def _running(village_id: int, units: Collection[str], *, now: datetime) -> Sequence[Row[Any]]:
    """Return the units of votes that run."""
    query = (
        _running_polls(village_id, now)
        .with_only_columns(
            Poll.id,
            Poll.closes_at,
            Poll.announced_by,
            Proposal.title,
            Proposal.language,
            RollEntry.number,
            RollEntry.unit,
            RollEntry.household_id,
        )
        .join(RollEntry, RollEntry.poll_id == Poll.id)
        .join(Proposal, Proposal.consultation_id == Poll.consultation_id)
        .where(RollEntry.unit.in_(sorted(units)))
        .order_by(Poll.closes_at, Poll.id, RollEntry.number)
    )
    return db.session.execute(query).all() if units else []


def _running_polls(village_id: int, now: datetime) -> Select[Any]:
    """Select votes that are announced and surely not over. Those of meetings go by who is in the room."""
    return select(Poll).where(
        Poll.village_id == village_id,
        Poll.stands,
        Poll.closes_at > sure_time.surely_past(village_id, now),
        Poll.id.not_in(select(MeetingPoll.poll_id)),
    )


class Votes:
    """The votes' side of the port of `services.people`."""

    def note(self, change: RightChange, before: Speakers, after: Speakers, act: Act) -> None:
        """Enter into the log of each vote that runs which unit is touched, and tell those who run it."""
        on = local_day(db.session.get_one(Village, act.village_id), act.now)
        leaves = change.kind is RightKind.DEPARTURE
        houses = {house for house, one in after.items() if one != before.get(house)}
        units = {f"household:{house}" for house in houses} | ({f"person:{change.person_id}"} if leaves else set())
        rows = _running(act.village_id, units, now=act.now)
        officers = role_queries.holders(act.village_id, CHANGES_POLLS, on=on) if rows else set[int]()
        for row in rows:
            people = {row.announced_by, *officers} - {act.actor_id, None}
            notifications.tell(
                {one for one in people if one is not None},
                NotificationEvent.DUTY,
                f"roll_touched:{change.id}:{row.id}",
                village_id=act.village_id,
                consultation_id=None,  # its row would be locked after the head of the log
                now=act.now,
                kind="roll_touched",
                title=row.title,
                number=str(row.number),
                poll=str(row.id),
            )
        for row in rows:
            speaker = after.get(row.household_id) if households.is_household(row.unit) else None
            touch = _touch(row.unit, speaker)
            facts = {"number": row.number, "touch": touch.value, "change": change.id}
            audit.record(Tag.POLL_TOUCHED, f"poll:{row.id}", act, **facts)


def fill() -> None:
    """Register votes with the people's port."""
    vote_port.fill(Votes())
