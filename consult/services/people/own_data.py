"""Count and export what the village holds about one person, and list who took the roll out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Table, func, literal, select, union_all

from consult.domain.audit import Tag
from consult.domain.people.own_data import Holding, holding_of, is_told
from consult.models import AuditEntry, Base, Person, db
from consult.services.core import crypto

OF_THE_ROLL = '"kind":"rolls.export"'
"""In the facts of a logged export: that it was of the roll."""
Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Taken:
    """A file with the roll that somebody took."""

    at: datetime
    by: str


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


def taken(village_id: int, *, most: int) -> Sequence[Taken]:
    """Return who took the roll out as a file, the newest first. Who opened a case stands with the case."""
    query = (
        select(AuditEntry.recorded_at, Person.name)
        .outerjoin(Person, Person.id == AuditEntry.actor_id)
        .where(AuditEntry.village_id == village_id, AuditEntry.tag == Tag.EXPORT_MADE.value)
        .where(AuditEntry.facts.contains(OF_THE_ROLL, autoescape=True))
        .order_by(AuditEntry.number.desc())
        .limit(most)
    )
    return [Taken(row.recorded_at, row.name or "") for row in db.session.execute(query)]


def _on_the_roll(person: Person) -> dict[str, Any]:
    row = {
        column.name: _plain(getattr(person, column.name))
        for column in Person.__table__.columns
        if is_told(column.name, Holding.ROLL)
    }
    household = person.household
    number = crypto.unseal(person.phone_cipher) if person.phone_cipher else None
    return row | {"phone": number, "household": household.code, "group": household.group.name}


def _is_person(column: Column[Any]) -> bool:
    return any(key.column.table.name == Person.__tablename__ for key in column.foreign_keys)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
