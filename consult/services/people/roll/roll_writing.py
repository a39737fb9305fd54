"""Write a roll in bulk, inside the unit of work of its confirmation."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select, update

from consult.domain.people.roll_changes import Changes, Known
from consult.domain.people.roll_sheets import RollRow
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


@atomic
def write_roll(village: Village, rows: Sequence[RollRow], changes: Changes, act: Act) -> Written:
    """Add new groups, households and people and update the others; delete only the departure of a person who is back.

    Numbers and households of people known before stay as they are: they are ways in, which change by `rights`. So are
    the numbers of people whom an officer adds to a house that was there before.
    """
    groups, there = _groups(village.id, rows), _codes(village.id)
    households = _households(village.id, rows, groups)
    newcomers = [row for row in changes.new if act.actor_id is not None and row.phone and row.household in there]
    _add_people(village.id, changes.new, households, act, without_number={row.row for row in newcomers})
    _change_people(changes.changed)
    back = [person.id for _, person, _ in changes.changed if person.departed]
    if back:
        db.session.execute(delete(Departure).where(Departure.person_id.in_(back)))
    db.session.expire_all()
    return Written(households, newcomers)


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


def _households(village_id: int, rows: Sequence[RollRow], groups: dict[str, int]) -> dict[str, int]:
    have = select(Household.code, Household.id, Household.group_id).where(Household.village_id == village_id)
    known = {code: (id, group_id) for code, id, group_id in db.session.execute(have)}
    wanted = {row.household: groups[row.group] for row in rows}
    fresh = [{"village_id": village_id, "code": c, "group_id": g} for c, g in wanted.items() if c not in known]
    if fresh:
        db.session.execute(insert(Household), fresh)
    moved = [{"b_id": known[c][0], "group_id": g} for c, g in wanted.items() if c in known and known[c][1] != g]
    if moved:
        _bulk_update(Household, moved)
    return {code: id for code, id, _ in db.session.execute(have)}


def _add_people(
    village_id: int, rows: Sequence[RollRow], households: dict[str, int], act: Act, *, without_number: Collection[int]
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
            "relation": row.relation or "",
            "sex": row.sex or "",
            "residence": row.residence or "",
            "collective_member": bool(row.collective_member),
            **_phone(None if row.row in without_number else row.phone, act),
        }
        for position, row in enumerate(rows, 1)
    ]
    table: Any = Person.__table__  # in one statement: the ORM would make one at each person without a number
    db.session.connection().execute(insert(table), people)


def _change_people(changed: Sequence[tuple[RollRow, Known, tuple[str, ...]]]) -> None:
    columns = [
        {
            "b_id": person.id,
            "name": row.name,
            "born": row.born,
            "relation": _new(row.relation, person.relation),
            "sex": _new(row.sex, person.sex),
            "residence": _new(row.residence, person.residence),
            "collective_member": _new(row.collective_member, person.collective_member),
        }
        for row, person, _ in changed
    ]
    if columns:
        _bulk_update(Person, columns)


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
    )
    if len(codes) <= AT_ONCE:
        query = query.where(Household.code.in_(codes))
    return {(code, p.name, p.born): (p, group) for p, code, group in db.session.execute(query) if code in codes}
