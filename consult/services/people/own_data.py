"""Count and export what the village holds about one person, and list who took it out as a file."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Table, func, literal, or_, select, union, union_all

from consult.domain import readings
from consult.domain.audit import Tag
from consult.domain.people.own_data import Holding, holding_of, is_told
from consult.domain.readings import Whereabouts
from consult.models import AuditEntry, Base, CheckIn, MeetingRollEntry, Person, RollEntry, db
from consult.services.people import ways_in

LOOKED_THROUGH = 1000
"""So many of the newest logged files are looked through for those that concern one person."""
Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Taken:
    """A file with a person in it that somebody took."""

    at: datetime
    by: str
    """Empty: the operator of the machine, by a command."""
    kind: str
    """One of domain.readings."""


def columns() -> Iterator[tuple[Table, Column[Any], Holding]]:
    """Yield every column that holds a person's id, and what such a row is to that person."""
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if any(key.column.table.name == Person.__tablename__ for key in column.foreign_keys):
                yield table, column, holding_of(f"{table.name}.{column.name}")


def counts(person: Person) -> dict[Holding, int]:
    """Return how many rows of each kind there are, asked in one statement. The entry on the roll itself counts as one."""
    asked = [
        select(literal(holding.value).label("holding"), func.count().label("n"))
        .select_from(table)
        .where(column == person.id)
        for table, column, holding in columns()
    ]
    found = dict.fromkeys(Holding, 0) | {Holding.ROLL: 1}
    for row in db.session.execute(union_all(*asked)):
        found[Holding(row.holding)] += row.n
    return found


def export(person: Person) -> dict[str, dict[str, Rows]]:
    """Return everything, by kind and table: one's own ids only, nothing encrypted, no key, no hash."""
    found: dict[str, dict[str, Rows]] = {holding.value: {} for holding in Holding}
    found[Holding.ROLL.value][Person.__tablename__] = [_on_the_roll(person)]
    for table, column, holding in columns():
        told = [one for one in table.columns if one is column or (is_told(one.name, holding) and not _is_person(one))]
        rows = db.session.execute(select(*told).where(column == person.id)).mappings()
        kept = [{name: _plain(value) for name, value in row.items()} for row in rows]
        if kept:
            found[holding.value][f"{table.name}.{column.name}"] = kept
    return found


def as_rows(content: dict[str, dict[str, Rows]]) -> list[tuple[str, ...]]:
    """Return an export as rows of a spreadsheet: kind, table, number of the row, field, value."""
    return [
        (kind, table, str(number), name, "" if value is None else str(value))
        for kind, tables in content.items()
        for table, rows in tables.items()
        for number, row in enumerate(rows, 1)
        for name, value in row.items()
    ]


def taken(person: Person, *, most: int) -> list[Taken]:
    """Return who took out files with this person in them, the newest first. Who opened a case stands with the case."""
    query = (
        select(AuditEntry.recorded_at, AuditEntry.actor_id, AuditEntry.facts, Person.name)
        .outerjoin(Person, Person.id == AuditEntry.actor_id)
        .where(AuditEntry.village_id == person.village_id, AuditEntry.tag == Tag.EXPORT_MADE.value)
        .order_by(AuditEntry.number.desc())
        .limit(LOOKED_THROUGH)
    )
    mine, found = _whereabouts(person), []
    for row in db.session.execute(query):
        facts = json.loads(row.facts)
        if readings.concerns(facts["kind"], facts.get("of", ""), row.actor_id, mine):
            found.append(Taken(row.recorded_at, row.name or "", facts["kind"]))
    return found[:most]


def _whereabouts(person: Person) -> Whereabouts:
    """Return on which rolls of meetings and votes a person stands, by themselves or by their house, or who spoke there."""
    house = person.household_id
    polls = select(RollEntry.poll_id.label("id"), literal("poll").label("what")).where(
        or_(RollEntry.person_id == person.id, RollEntry.household_id == house)
    )
    called = select(MeetingRollEntry.meeting_id, literal("meeting")).where(
        or_(MeetingRollEntry.person_id == person.id, MeetingRollEntry.household_id == house)
    )
    came = select(CheckIn.meeting_id, literal("meeting")).where(CheckIn.person_id == person.id)
    rows = db.session.execute(union(polls, called, came)).all()
    of = {what: frozenset(row.id for row in rows if row.what == what) for what in ("poll", "meeting")}
    group_id = person.household.group_id if person.household is not None else 0
    return Whereabouts(person.id, group_id, of["meeting"], of["poll"])


def _on_the_roll(person: Person) -> dict[str, Any]:
    row = {
        column.name: _plain(getattr(person, column.name))
        for column in Person.__table__.columns
        if is_told(column.name, Holding.ROLL)
    }
    number = ways_in.number_of(person) or None
    if person.household is None:
        return row | {"phone": number}
    return row | {"phone": number, "household": person.household.code, "group": person.household.group.name}


def _is_person(column: Column[Any]) -> bool:
    return any(key.column.table.name == Person.__tablename__ for key in column.foreign_keys)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
