"""Named selects about the ways of voting beside the phone. For officers: they name people."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, case, func, select
from sqlalchemy.orm import aliased

from consult.models.base import db
from consult.models.people.villages import Group, Household, Person
from consult.models.polls.channels import Assistance, AttendanceMark, BoxVisit, ProxyLetter, VoteDispute
from consult.models.polls.polls import RollEntry


def voter_list(poll_id: int, *, group_id: int | None = None, number: int | None = None) -> Sequence[Row[Any]]:
    """Return the roll as it is printed: (number, name of who votes, household code, group, channel)."""
    speaker = func.coalesce(Household.representative_id, RollEntry.person_id)
    voter = case((RollEntry.unit.like("person:%"), RollEntry.person_id), else_=speaker)
    query = (
        select(
            RollEntry.number,
            Person.id.label("person_id"),
            Person.name,
            Household.code,
            Group.name.label("group"),
            RollEntry.channel,
            RollEntry.unit,
        )
        .join(Household, Household.id == RollEntry.household_id)
        .join(Group, Group.id == Household.group_id)
        .join(Person, Person.id == voter)
        .where(RollEntry.poll_id == poll_id)
        .order_by(RollEntry.number)
    )
    if group_id is not None:
        query = query.where(Household.group_id == group_id)
    if number is not None:
        query = query.where(RollEntry.number == number)
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
    reached = select(func.count()).where(AttendanceMark.visit_id == BoxVisit.id).scalar_subquery()
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
        AttendanceMark.poll_id == poll_id, AttendanceMark.visit_id.is_not(None)
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
