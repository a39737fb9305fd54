"""Write a roll in bulk, inside the unit of work of its confirmation."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlalchemy.orm import joinedload

from consult.domain.people.people import HEAD_OF_HOUSEHOLD
from consult.domain.people.roll.changes import Changes, Known
from consult.domain.people.roll.sheets import RollRow
from consult.models import Departure, Group, Household, Person, Village, db
from consult.services.core import crypto
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic

AT_ONCE = 1000
"""So many households are named in one statement; of more, all of the village are read."""


@dataclass(frozen=True)
class Written:
    """The effects of a roll that was written, for `rights` to go on with."""

    households: dict[str, int]
    """The ids of the households by their codes."""
    newcomers: list[RollRow]
    """New people with a number in a house that was there before: they may speak for it once they can sign in."""
    heads: list[RollRow]
    """New people whom the roll calls head of a house that was there before."""
    groups: dict[int, int]
    """The new groups of households that were there before, by the id of the household."""


@atomic
def write_roll(village: Village, rows: Sequence[RollRow], changes: Changes, act: Act, *, runs: bool = False) -> Written:
    """Add new groups, households and people and update the others; the operator also brings people back.

    By an officer, what decides who votes and for whom stays as it is, since it changes by `rights`: numbers, households,
    groups, heads and membership of people known before, and numbers and heads in houses that were there before.
    `runs`: the village runs, and nobody comes back by one officer.
    """
    groups, there = _groups(village.id, rows), _codes(village.id)
    by_officer = act.actor_id is not None
    households, moved = _households(village.id, rows, groups)
    if moved and not by_officer:
        _bulk_update(Household, [{"b_id": house, "group_id": group} for house, group in moved.items()])
    in_old_house = [row for row in changes.new if by_officer and row.household in there]
    newcomers = [row for row in in_old_house if row.phone]
    heads = [row for row in in_old_house if row.relation == HEAD_OF_HOUSEHOLD]
    kept_back = {"phone": {row.row for row in newcomers}, "relation": {row.row for row in heads}}
    _add_people(village.id, changes.new, households, act, without=kept_back)
    _change_people(changes.changed, by_officer=by_officer)
    back = [person.id for _, person, _ in changes.changed if person.departed]
    if back and not runs:
        db.session.execute(delete(Departure).where(Departure.person_id.in_(back)))
    db.session.expire_all()
    return Written(households, newcomers, heads, moved if by_officer else {})


def _codes(village_id: int) -> set[str]:
    return set(db.session.scalars(select(Household.code).where(Household.village_id == village_id)))


def _groups(village_id: int, rows: Sequence[RollRow]) -> dict[str, int]:
    have = select(Group.name, Group.id).where(Group.village_id == village_id)
    known = {name: id for name, id in db.session.execute(have)}
    fresh = [name for name in dict.fromkeys(row.group for row in rows) if name not in known]
    if fresh:
        rows_of_groups = [
            {"village_id": village_id, "name": n, "position": len(known) + i} for i, n in enumerate(fresh, 1)
        ]
        db.session.execute(insert(Group), rows_of_groups)
    return {name: id for name, id in db.session.execute(have)}


def _households(
    village_id: int, rows: Sequence[RollRow], groups: dict[str, int]
) -> tuple[dict[str, int], dict[int, int]]:
    """Add the new households. Return all by code, and of those known before the new group where it differs."""
    have = select(Household.code, Household.id, Household.group_id).where(Household.village_id == village_id)
    known = {code: (id, group_id) for code, id, group_id in db.session.execute(have)}
    wanted = {row.household: groups[row.group] for row in rows}
    fresh = [{"village_id": village_id, "code": c, "group_id": g} for c, g in wanted.items() if c not in known]
    if fresh:
        db.session.execute(insert(Household), fresh)
    moved = {known[c][0]: g for c, g in wanted.items() if c in known and known[c][1] != g}
    return {code: id for code, id, _ in db.session.execute(have)}, moved


def _add_people(
    village_id: int,
    rows: Sequence[RollRow],
    households: dict[str, int],
    act: Act,
    *,
    without: Mapping[str, Collection[int]],
) -> None:
    if not rows:
        return
    last = db.session.scalar(select(func.max(Person.roll_position)).where(Person.village_id == village_id)) or 0
    people = [
        {
            "village_id": village_id,
            "household_id": households[row.household],
            "roll_position": last + position,
            "name": row.name,
            "born": row.born,
            "relation": "" if row.row in without["relation"] else row.relation or "",
            "sex": row.sex or "",
            "residence": row.residence or "",
            "collective_member": bool(row.collective_member),
            **_phone(None if row.row in without["phone"] else row.phone, act),
        }
        for position, row in enumerate(rows, 1)
    ]
    table: Any = Person.__table__  # in one statement: the ORM would make one at each person without a number
    db.session.connection().execute(insert(table), people)


def _change_people(changed: Sequence[tuple[RollRow, Known, tuple[str, ...]]], *, by_officer: bool) -> None:
    columns = [
        {
            "b_id": person.id,
            "name": row.name,
            "born": row.born,
            "relation": person.relation
            if by_officer and changes_head(row, person)
            else _new(row.relation, person.relation),
            "sex": _new(row.sex, person.sex),
            "residence": _new(row.residence, person.residence),
            "collective_member": person.collective_member
            if by_officer
            else _new(row.collective_member, person.collective_member),
        }
        for row, person, _ in changed
    ]
    if columns:
        _bulk_update(Person, columns)


def changes_head(row: RollRow, person: Known) -> bool:
    """Tell whether a row makes somebody head of a household, or makes them head no more."""
    return row.relation is not None and (row.relation == HEAD_OF_HOUSEHOLD) != (person.relation == HEAD_OF_HOUSEHOLD)


def _new(value: Any, old: Any) -> Any:
    return old if value is None else value


def _phone(phone: str | None, act: Act) -> dict[str, Any]:
    if phone is None:
        return {"phone_cipher": None, "phone_mark": None, "number_since": None}
    return {"phone_cipher": crypto.seal(phone), "phone_mark": crypto.mark("phone", phone), "number_since": act.now}


def _bulk_update(model: Any, rows: Sequence[dict[str, Any]]) -> None:
    """Update rows of one table by id, `b_id`; all have the same columns."""
    table = model.__table__
    columns: dict[str, Any] = {name: bindparam(name) for name in rows[0] if name != "b_id"}
    db.session.connection().execute(update(table).where(table.c.id == bindparam("b_id")).values(columns), rows)


def by_key(village_id: int, codes: Collection[str]) -> dict[tuple[str, str, date], tuple[Person, int]]:
    """Return people and their groups by household code, name and birth."""
    query = (
        select(Person, Household.code, Household.group_id)
        .join(Household, Household.id == Person.household_id)
        .where(Person.village_id == village_id)
        .options(joinedload(Person.departure))
    )
    if len(codes) <= AT_ONCE:
        query = query.where(Household.code.in_(codes))
    return {(code, p.name, p.born): (p, group) for p, code, group in db.session.execute(query) if code in codes}
