"""Selects about who is called to a meeting, who answered and who is here. They name people: for officers only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, bindparam, func, or_, select
from sqlalchemy.orm import joinedload

from consult.domain.meetings.check_ins import CheckInWay
from consult.domain.meetings.meetings import RsvpAnswer
from consult.domain.numbers import read_id
from consult.domain.people.households import HOUSEHOLD_UNIT, is_household
from consult.models.base import db
from consult.models.meetings.meetings import MeetingAddition, MeetingRollEntry, Rsvp
from consult.models.meetings.proceedings import CheckIn
from consult.models.people import household_queries, person_queries
from consult.models.people.villages import Group, Household, Person


@dataclass(frozen=True)
class NamedUnit:
    """A unit that is called, with the name of the person, or of who speaks for the household."""

    number: int
    unit: str
    person_id: int
    """The person; of a household, who spoke for it when the meeting was called."""
    household_id: int
    name: str
    code: str
    group: str
    group_id: int = 0
    attending_id: int | None = None
    way: CheckInWay | None = None


_PRESENCE = select(MeetingRollEntry.attending_id, MeetingRollEntry.way).where(
    MeetingRollEntry.meeting_id == bindparam("meeting_id"), MeetingRollEntry.number == bindparam("number")
)
_LOCKED_PRESENCE = _PRESENCE.with_for_update(read=True)
"""FOR SHARE: a check-out waits while the ballot is written."""


def presence(meeting_id: int, number: int, *, lock: bool) -> Row[Any] | None:
    """Return who attends for a unit now, and how they checked in; None if absent. Each ballot of a meeting asks it."""
    query = _LOCKED_PRESENCE if lock else _PRESENCE
    row = db.session.execute(query, {"meeting_id": meeting_id, "number": number}).first()
    return row if row is not None and row.attending_id is not None else None


def present_and_roll(meeting_id: int) -> tuple[int, int]:
    """Return how many units are here now, and how many are called."""
    query = select(func.count(MeetingRollEntry.attending_id), func.count()).where(
        MeetingRollEntry.meeting_id == meeting_id
    )
    here, roll = db.session.execute(query).one()
    return int(here), int(roll)


def present_by_way(meeting_id: int) -> dict[str, int]:
    query = select(MeetingRollEntry.way, func.count()).where(
        MeetingRollEntry.meeting_id == meeting_id, MeetingRollEntry.attending_id.is_not(None)
    )
    return {str(way): n for way, n in db.session.execute(query.group_by(MeetingRollEntry.way)).all()}


def present_numbers(meeting_id: int, *, in_room: bool = False) -> list[int]:
    """Return the roll numbers of the units that are here; `in_room`: without those that take part from away."""
    query = select(MeetingRollEntry.number).where(
        MeetingRollEntry.meeting_id == meeting_id, MeetingRollEntry.attending_id.is_not(None)
    )
    if in_room:
        query = query.where(MeetingRollEntry.way != CheckInWay.ONLINE)
    return list(db.session.scalars(query.order_by(MeetingRollEntry.number)))


def attending(meeting_id: int) -> set[int]:
    """Return the ids of the persons who are here for a unit now."""
    query = select(MeetingRollEntry.attending_id).where(MeetingRollEntry.meeting_id == meeting_id)
    return {one for one in db.session.scalars(query.where(MeetingRollEntry.attending_id.is_not(None))) if one}


def called_persons(meeting_id: int, *, on: date) -> set[int]:
    """Return the ids of the persons who are called, a household's by the one who speaks for it on a day."""
    query = select(
        MeetingRollEntry.village_id, MeetingRollEntry.unit, MeetingRollEntry.person_id, MeetingRollEntry.household_id
    )
    rows = db.session.execute(query.where(MeetingRollEntry.meeting_id == meeting_id)).all()
    houses = [row.household_id for row in rows if is_household(row.unit)]
    speaking = household_queries.speakers(rows[0].village_id, on=on) if houses else {}
    persons = {row.person_id for row in rows if not is_household(row.unit)}
    return persons | {speaking[house] for house in houses if house in speaking}


def roll(meeting_id: int, *, on: date | None, group_id: int | None = None, like: str = "") -> Sequence[NamedUnit]:
    """Return the units that are called, with names, in the order of their numbers. For officers only.

    `on`: name households by who speaks for them on a day; None: by who did when the meeting was called, for papers of
    what was.
    """
    query = (
        select(
            MeetingRollEntry.village_id,
            MeetingRollEntry.number,
            MeetingRollEntry.unit,
            MeetingRollEntry.attending_id,
            MeetingRollEntry.way,
            MeetingRollEntry.person_id,
            MeetingRollEntry.household_id,
            Person.name,
            Household.code,
            Group.name.label("group"),
            Group.id.label("group_id"),
        )
        .join(Person, Person.id == MeetingRollEntry.person_id)
        .join(Household, Household.id == MeetingRollEntry.household_id)
        .join(Group, Group.id == Household.group_id)
        .where(MeetingRollEntry.meeting_id == meeting_id)
        .order_by(MeetingRollEntry.number)
    )
    if group_id is not None:
        query = query.where(Household.group_id == group_id)
    if like:
        others = select(Person.household_id).where(Person.name.contains(like, autoescape=True))
        query = query.where(
            or_(
                Person.name.contains(like, autoescape=True),
                Household.code.contains(like, autoescape=True),
                MeetingRollEntry.number == (read_id(like) or 0),
                MeetingRollEntry.household_id.in_(others) & MeetingRollEntry.unit.startswith(HOUSEHOLD_UNIT),
            )
        )
    return _named(db.session.execute(query).all(), on)


def _named(rows: Sequence[Row[Any]], on: date | None) -> list[NamedUnit]:
    """Return units with the names of who speaks for the households among them on a day."""
    houses = {row.household_id for row in rows if is_household(row.unit)} if on is not None else set()
    speaking = household_queries.speakers(rows[0].village_id, on=on, household_ids=houses) if houses and on else {}
    names = person_queries.names(list(speaking.values()))
    found = []
    for row in rows:
        fields = {name: value for name, value in row._mapping.items() if name != "village_id"}
        if row.household_id in speaking and is_household(row.unit):
            fields["name"] = names[speaking[row.household_id]]
        found.append(NamedUnit(**fields))
    return found


def unit_of(meeting_id: int, person: Person, *, by_household: bool) -> MeetingRollEntry | None:
    mine = MeetingRollEntry.household_id if by_household else MeetingRollEntry.person_id
    wanted = person.household_id if by_household else person.id
    query = select(MeetingRollEntry).where(MeetingRollEntry.meeting_id == meeting_id, mine == wanted)
    return db.session.scalars(query).first()


def proxied_units(meeting_id: int, holder_id: int) -> Sequence[Row[Any]]:
    """Return the units for which a person holds a letter: (number, name of the giver)."""
    query = (
        select(MeetingRollEntry.number, Person.name)
        .join(Person, Person.id == MeetingRollEntry.person_id)
        .where(MeetingRollEntry.meeting_id == meeting_id, MeetingRollEntry.way == CheckInWay.PROXY)
        .where(MeetingRollEntry.attending_id == holder_id)
    )
    return db.session.execute(query).all()


def letter_of(meeting_id: int, number: int) -> str:
    """Return the photo's name of the newest letter that was brought for a unit; empty: none."""
    query = select(CheckIn.letter).where(
        CheckIn.meeting_id == meeting_id, CheckIn.roll_number == number, CheckIn.letter != ""
    )
    return db.session.scalar(query.order_by(CheckIn.number.desc()).limit(1)) or ""


def letter_taken_by(meeting_id: int, number: int) -> int | None:
    """Return who took in the newest letter that was brought for a unit; None: none was."""
    query = select(CheckIn.recorded_by).where(
        CheckIn.meeting_id == meeting_id, CheckIn.roll_number == number, CheckIn.letter != ""
    )
    return db.session.scalar(query.order_by(CheckIn.number.desc()).limit(1))


def lines(meeting_id: int, *, most: int | None = None) -> Sequence[Row[Any]]:
    """Return the lines of the check-in list, newest first, with the name of the person who is there for the unit."""
    query = (
        select(CheckIn, Person.name, Household.code)
        .outerjoin(Person, Person.id == CheckIn.person_id)
        .outerjoin(Household, Household.id == Person.household_id)
        .where(CheckIn.meeting_id == meeting_id)
        .order_by(CheckIn.number.desc())
    )
    return db.session.execute(query.limit(most) if most else query).all()


def _answered(meeting_id: int, since: datetime | None) -> list[ColumnElement[bool]]:
    """Tell which answers count: those about the day that is told now. `since` None: all."""
    return [Rsvp.meeting_id == meeting_id, *([Rsvp.answered_at >= since] if since is not None else [])]


def answers(meeting_id: int, *, since: datetime | None) -> dict[str, int]:
    """Return how many gave each answer. `since`: when another day was told last."""
    query = select(Rsvp.answer, func.count()).where(*_answered(meeting_id, since))
    return {answer: n for answer, n in db.session.execute(query.group_by(Rsvp.answer)).all()}


def away(meeting_id: int, *, since: datetime | None) -> set[int]:
    """Return the ids of those who said that they cannot come on the day that is told now. `since`: as in `answers`."""
    query = select(Rsvp.person_id).where(*_answered(meeting_id, since), Rsvp.answer == RsvpAnswer.NOT_COMING)
    return set(db.session.scalars(query))


def unanswered(
    meeting_id: int, *, on: date, since: datetime | None = None, group_id: int | None = None, most: int = 200
) -> Sequence[NamedUnit]:
    """Return the units without an answer to the call, in the order of the roll, named as on a day. `since`: as in `answers`."""
    counted = _answered(meeting_id, since)
    answered = select(Person.household_id).join(Rsvp, Rsvp.person_id == Person.id).where(*counted)
    persons = select(Rsvp.person_id).where(*counted)
    by_house = MeetingRollEntry.unit.startswith(HOUSEHOLD_UNIT)
    query = (
        select(
            MeetingRollEntry.village_id,
            MeetingRollEntry.number,
            MeetingRollEntry.unit,
            MeetingRollEntry.person_id,
            MeetingRollEntry.household_id,
            Person.name,
            Household.code,
            Group.name.label("group"),
        )
        .join(Person, Person.id == MeetingRollEntry.person_id)
        .join(Household, Household.id == MeetingRollEntry.household_id)
        .join(Group, Group.id == Household.group_id)
        .where(MeetingRollEntry.meeting_id == meeting_id)
        .where(
            or_(
                by_house & MeetingRollEntry.household_id.not_in(answered),
                ~by_house & MeetingRollEntry.person_id.not_in(persons),
            )
        )
        .order_by(MeetingRollEntry.number)
        .limit(most)
    )
    return _named(db.session.execute(query.where(Household.group_id == group_id) if group_id else query).all(), on)


def additions(meeting_id: int) -> Sequence[MeetingAddition]:
    query = select(MeetingAddition).where(MeetingAddition.meeting_id == meeting_id).order_by(MeetingAddition.id)
    return db.session.scalars(query.options(joinedload(MeetingAddition.person))).all()
