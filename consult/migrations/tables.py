"""Change tables in a migration: known values of columns, rows that triggers keep, whole tables on SQLite."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import partial

import sqlalchemy as sa
from alembic import op

Place = tuple[str, str]
"""A table and its column."""
Values = Mapping[Place, Collection[str]]


def one_of(column: str, values: Iterable[str]) -> str:
    """Return the SQL that a column holds one of these values."""
    quoted = ", ".join(f"'{value}'" for value in values)
    return f"{column} IN ({quoted})"


def add_values(added: Values) -> None:
    """Let columns hold these values beside those that their CHECK knows already."""
    _change_known({place: partial(_with, new) for place, new in added.items()})


def remove_values(removed: Values) -> None:
    """Let columns hold these values no more. Rows that hold them must be gone."""
    _change_known({place: partial(_without, old) for place, old in removed.items()})


def without_triggers(tables: Sequence[str], statements: Iterable[str]) -> None:
    """Run statements on tables whose triggers refuse them, and leave the triggers as they were."""
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        for table in tables:
            connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for statement in statements:
            connection.exec_driver_sql(statement)
        for table in tables:
            connection.exec_driver_sql(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        return
    triggers = [row for row in _objects("trigger") if row.tbl_name in tables]
    _drop(triggers)
    for statement in statements:
        connection.exec_driver_sql(statement)
    _make(triggers)


def rebuild(changes: Mapping[str, Callable[[str], str]]) -> None:
    """Make tables of SQLite anew as its manual describes, with their indexes and with every trigger of the database.

    `changes` give the new CREATE TABLE for the one that is there. Columns that both have keep what they hold; foreign keys
    rest meanwhile (`env.py`).
    """
    connection, triggers = op.get_bind(), _objects("trigger")
    _drop(triggers)
    for table, change in changes.items():
        old = next(row.sql for row in _objects("table") if row.name == table)
        new = change(old)
        if new == old:
            raise RuntimeError(f"nothing to change in {table}: {old}")
        indexes = [row for row in _objects("index") if row.tbl_name == table]
        connection.exec_driver_sql(re.sub(r'^CREATE TABLE "?\w+"?', f'CREATE TABLE "new_{table}"', new))
        there = _columns(f"new_{table}")
        kept = ", ".join(f'"{name}"' for name in _columns(table) if name in there)
        connection.exec_driver_sql(f'INSERT INTO "new_{table}" ({kept}) SELECT {kept} FROM "{table}"')  # noqa: S608 - names of the schema
        connection.exec_driver_sql(f'DROP TABLE "{table}"')
        connection.exec_driver_sql("PRAGMA legacy_alter_table=ON")  # nothing else that names the table is touched
        connection.exec_driver_sql(f'ALTER TABLE "new_{table}" RENAME TO "{table}"')
        connection.exec_driver_sql("PRAGMA legacy_alter_table=OFF")
        _make(indexes)
    _make(triggers)


Change = Callable[[Sequence[str]], Collection[str]]


def _change_known(changes: Mapping[Place, Change]) -> None:
    if op.get_bind().dialect.name == "sqlite":
        rebuild({table: _with_known(table, changes) for table, _ in changes})
        return
    found = sa.text(
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE conname = :name AND conrelid = CAST(:table AS regclass)"
    )
    for (table, column), change in changes.items():
        name = f"ck_{table}_{column}_known"
        before = op.get_bind().execute(found, {"name": name, "table": table}).scalar_one()
        op.drop_constraint(op.f(name), table, type_="check")
        op.create_check_constraint(op.f(name), table, sa.text(one_of(column, change(_known(before)))))


def _with_known(table: str, changes: Mapping[Place, Change]) -> Callable[[str], str]:
    """Return what gives the CREATE TABLE with the changed CHECK of each of its columns."""

    def changed(made: str) -> str:
        for column, change in ((place[1], change) for place, change in changes.items() if place[0] == table):
            check = re.search(rf"CONSTRAINT ck_{table}_{column}_known CHECK \(({column} IN \([^)]*\))\)", made)
            if check is None:
                raise RuntimeError(f"{table}.{column} has no CHECK of known values")
            known = one_of(column, change(_known(check[1])))
            made = f"{made[: check.start(1)]}{known}{made[check.end(1) :]}"
        return made

    return changed


def _with(new: Collection[str], known: Sequence[str]) -> list[str]:
    return [*known, *(value for value in new if value not in known)]


def _without(old: Collection[str], known: Sequence[str]) -> list[str]:
    return [value for value in known if value not in old]


def _known(check: str) -> list[str]:
    return re.findall(r"'(\w*)'", check)


def _objects(kind: str) -> Sequence[sa.Row[tuple[str, str, str]]]:
    query = sa.text("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = :kind AND sql IS NOT NULL")
    return op.get_bind().execute(query, {"kind": kind}).all()


def _columns(table: str) -> list[str]:
    return [row[1] for row in op.get_bind().exec_driver_sql(f'PRAGMA table_info("{table}")')]


def _drop(triggers: Iterable[sa.Row[tuple[str, str, str]]]) -> None:
    for trigger in triggers:
        op.get_bind().exec_driver_sql(f"DROP TRIGGER {trigger.name}")


def _make(objects: Iterable[sa.Row[tuple[str, str, str]]]) -> None:
    for one in objects:
        op.get_bind().exec_driver_sql(one.sql)
