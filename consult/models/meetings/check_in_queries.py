"""Selects about who is called to a meeting, who answered and who is here. They name people: for officers only."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, bindparam, func, or_, select
from sqlalchemy.orm import joinedload

from consult.domain.meetings.check_ins import CheckInWay
from consult.domain.numbers import read_id
from consult.models.base import db
from consult.models.meetings.meetings import MeetingAddition, MeetingRollEntry, Rsvp
from consult.models.meetings.proceedings import CheckIn
from consult.models.people.villages import Group, Household, Person

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


def called_persons(meeting_id: int) -> Sequence[int]:
    """Return the ids of the persons who are called, a household's by the one who speaks for it."""
    return db.session.scalars(select(MeetingRollEntry.person_id).where(MeetingRollEntry.meeting_id == meeting_id)).all()


def roll(meeting_id: int, *, group_id: int | None = None, like: str = "") -> Sequence[Row[Any]]:
    """Return the units that are called, with names, in the order of their numbers. For officers only."""
    query = (
        select(
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
                MeetingRollEntry.household_id.in_(others) & MeetingRollEntry.unit.startswith("household:"),
            )
        )
    return db.session.execute(query).all()


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


def answers(meeting_id: int) -> dict[str, int]:
    query = select(Rsvp.answer, func.count()).where(Rsvp.meeting_id == meeting_id)
    return {answer: n for answer, n in db.session.execute(query.group_by(Rsvp.answer)).all()}


def unanswered(meeting_id: int, *, group_id: int | None = None, most: int = 200) -> Sequence[Row[Any]]:
    """Return the units without an answer to the call, in the order of the roll."""
    answered = select(Person.household_id).join(Rsvp, Rsvp.person_id == Person.id).where(Rsvp.meeting_id == meeting_id)
    persons = select(Rsvp.person_id).where(Rsvp.meeting_id == meeting_id)
    by_house = MeetingRollEntry.unit.startswith("household:")
    query = (
        select(MeetingRollEntry.number, Person.name, Household.code, Group.name.label("group"))
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
    return db.session.execute(query.where(Household.group_id == group_id) if group_id else query).all()


def additions(meeting_id: int) -> Sequence[MeetingAddition]:
    query = select(MeetingAddition).where(MeetingAddition.meeting_id == meeting_id).order_by(MeetingAddition.id)
    return db.session.scalars(query.options(joinedload(MeetingAddition.person))).all()
