"""Named selects about the ways of voting beside the phone. For officers: they name people."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Row, Select, and_, exists, func, select
from sqlalchemy.orm import aliased

from consult.domain.people.households import is_household
from consult.domain.polls.polls import Channel
from consult.models.base import db
from consult.models.people import household_queries, person_queries
from consult.models.people.villages import Departure, Group, Household, Person
from consult.models.polls.channels import (
    Assistance,
    AttendanceMark,
    BoxVisit,
    MarkUndoing,
    ProxyLetter,
    VoteDispute,
)
from consult.models.polls.polls import RollEntry

MOST_LATELY = 30
"""So many of the marks just made are listed with a way back."""


@dataclass(frozen=True)
class ListedUnit:
    """A unit as the printed roll names it."""

    number: int
    unit: str
    person_id: int
    """Who votes; of a unit for which nobody does any more, who would have when the roll was frozen."""
    name: str
    code: str
    group: str
    channel: Channel | None
    left: bool
    """Nobody votes for it: the person moved away or died, or no adult of the household is left."""


def voter_list(
    poll_id: int, *, on: date, group_id: int | None = None, number: int | None = None
) -> Sequence[ListedUnit]:
    """Return the roll as it is printed on a day."""
    query = (
        select(
            RollEntry.village_id,
            RollEntry.household_id,
            RollEntry.number,
            Person.id.label("person_id"),
            Person.name,
            Household.code,
            Group.name.label("group"),
            RollEntry.channel,
            RollEntry.unit,
            exists().where(Departure.person_id == RollEntry.person_id).label("left"),
        )
        .join(Household, Household.id == RollEntry.household_id)
        .join(Group, Group.id == Household.group_id)
        .join(Person, Person.id == RollEntry.person_id)
        .where(RollEntry.poll_id == poll_id)
        .order_by(RollEntry.number)
    )
    if group_id is not None:
        query = query.where(Household.group_id == group_id)
    if number is not None:
        query = query.where(RollEntry.number == number)
    return _named(db.session.execute(query).all(), on)


def _named(rows: Sequence[Row[Any]], on: date) -> list[ListedUnit]:
    """Return units of a roll, the households among them by who speaks for them on a day."""
    houses = {row.household_id for row in rows if is_household(row.unit)}
    speaking = household_queries.speakers(rows[0].village_id, on=on, household_ids=houses) if houses else {}
    names = person_queries.names(list(speaking.values()))
    found = []
    for row in rows:
        fields = {name: row._mapping[name] for name in ListedUnit.__dataclass_fields__}
        if is_household(row.unit):
            speaker = speaking.get(row.household_id)
            fields |= {"left": speaker is None}
            fields |= {"person_id": speaker, "name": names[speaker]} if speaker is not None else {}
        found.append(ListedUnit(**fields))
    return found


def is_undone() -> ColumnElement[bool]:
    """Return the condition that a mark was undone, for use inside other selects."""
    return exists().where(
        MarkUndoing.poll_id == AttendanceMark.poll_id,
        MarkUndoing.number == AttendanceMark.number,
        MarkUndoing.turn == AttendanceMark.turn,
    )


def standing_marks(poll_id: int | BindParameter[Any]) -> Select[tuple[int, Channel]]:
    """Select number and channel of the marks on paper and by hand that were not undone."""
    query = select(AttendanceMark.number, AttendanceMark.channel)
    return query.where(AttendanceMark.poll_id == poll_id, ~is_undone())


def turns_of(poll_id: int, numbers: Sequence[int]) -> dict[int, int]:
    """Return how often each of these units was marked, those never marked left out."""
    query = select(AttendanceMark.number, func.max(AttendanceMark.turn)).where(
        AttendanceMark.poll_id == poll_id, AttendanceMark.number.in_(numbers)
    )
    return {number: turn for number, turn in db.session.execute(query.group_by(AttendanceMark.number))}


def late_marks(poll_id: int, *, by_two: bool = False, numbers: Collection[int] | None = None) -> int:
    """Return how many units are marked that were marked after the close. `by_two`: those only that two persons confirmed.

    `numbers`: of these units alone.
    """
    late = AttendanceMark.late_id.is_not(None) if by_two else AttendanceMark.late.is_(True)
    query = standing_marks(poll_id).where(late).with_only_columns(func.count())
    query = query if numbers is None else query.where(AttendanceMark.number.in_(numbers))
    return db.session.scalar(query) or 0


def marked_lately(poll_id: int, person_id: int, *, since: datetime) -> Sequence[int]:
    """Return the roll numbers that a person has marked since an instant and nobody has undone, the newest first."""
    query = standing_marks(poll_id).where(AttendanceMark.marked_by == person_id, AttendanceMark.marked_at >= since)
    query = query.order_by(AttendanceMark.marked_at.desc(), AttendanceMark.number.desc()).limit(MOST_LATELY)
    return [row.number for row in db.session.execute(query)]


def marks_of_unit(poll_id: int, number: int) -> Sequence[Row[Any]]:
    """Return when one unit was marked, by whom, and whether it was undone and why: what the unit itself is told."""
    marker = aliased(Person)
    undone = and_(
        MarkUndoing.poll_id == AttendanceMark.poll_id,
        MarkUndoing.number == AttendanceMark.number,
        MarkUndoing.turn == AttendanceMark.turn,
    )
    query = (
        select(
            AttendanceMark.channel,
            AttendanceMark.marked_at,
            AttendanceMark.late,
            marker.name,
            MarkUndoing.undone_at,
            MarkUndoing.reason,
        )
        .join(marker, marker.id == AttendanceMark.marked_by)
        .outerjoin(MarkUndoing, undone)
        .where(AttendanceMark.poll_id == poll_id, AttendanceMark.number == number)
        .order_by(AttendanceMark.turn)
    )
    return db.session.execute(query).all()


def letters(poll_id: int) -> Sequence[Row[Any]]:
    giver, holder = aliased(Person), aliased(Person)
    query = (
        select(ProxyLetter.number, giver.name.label("giver"), holder.name.label("holder"), ProxyLetter.entered_at)
        .join(giver, giver.id == ProxyLetter.giver_id)
        .join(holder, holder.id == ProxyLetter.holder_id)
        .where(ProxyLetter.poll_id == poll_id)
        .order_by(ProxyLetter.number)
    )
    return db.session.execute(query).all()


def assistances(poll_id: int) -> Sequence[Row[Any]]:
    helper, witness = aliased(Person), aliased(Person)
    query = (
        select(
            Assistance.number,
            Assistance.rev,
            helper.name.label("helper"),
            witness.name.label("witness"),
            Assistance.helped_at,
        )
        .join(helper, helper.id == Assistance.helper_id)
        .join(witness, witness.id == Assistance.witness_id)
        .where(Assistance.poll_id == poll_id)
        .order_by(Assistance.number, Assistance.rev)
    )
    return db.session.execute(query).all()


def visits(poll_id: int) -> Sequence[Row[Any]]:
    first, second = aliased(Person), aliased(Person)
    reached = select(func.count()).where(AttendanceMark.visit_id == BoxVisit.id, ~is_undone()).scalar_subquery()
    query = (
        select(
            BoxVisit.id,
            BoxVisit.place,
            BoxVisit.visited_at,
            first.name.label("first"),
            second.name.label("second"),
            reached.label("reached"),
        )
        .join(first, first.id == BoxVisit.first_worker_id)
        .join(second, second.id == BoxVisit.second_worker_id)
        .where(BoxVisit.poll_id == poll_id)
        .order_by(BoxVisit.id)
    )
    return db.session.execute(query).all()


def visited(poll_id: int) -> dict[int, list[int]]:
    """Return the roll numbers that each box visit reached."""
    query = select(AttendanceMark.visit_id, AttendanceMark.number).where(
        AttendanceMark.poll_id == poll_id, AttendanceMark.visit_id.is_not(None), ~is_undone()
    )
    found: dict[int, list[int]] = {}
    for visit_id, number in db.session.execute(query.order_by(AttendanceMark.number)).all():
        found.setdefault(int(visit_id or 0), []).append(number)
    return found


def contests(poll_id: int) -> Sequence[Row[Any]]:
    query = (
        select(VoteDispute.number, VoteDispute.reason, VoteDispute.contested_at, Person.name)
        .join(Person, Person.id == VoteDispute.contested_by)
        .where(VoteDispute.poll_id == poll_id)
        .order_by(VoteDispute.number)
    )
    return db.session.execute(query).all()
