"""Locks on a person's data, and erasures that take two officers and a day

Revision ID: 0017
Revises: 0016
Create Date: 2026-11-30 21:00:00.000000

"""
import re

from alembic import op
import sqlalchemy as sa

from consult.models.base import UTCDateTime
from consult.models.people.data_triggers import removal, statements


# revision identifiers, used by Alembic.
revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None

ADDED = {
    ("right_change", "kind"): ["erasure"],
    ("data_request", "kind"): ["lock"],
}
"""Values that a column may hold from this revision on, beside those it may hold already."""
GUARDED = ("right_step", "right_change", "data_request")
"""Tables whose rows of later kinds go on the way back: this schema lacks words for them."""


def upgrade():
    change_checks({place: (values, []) for place, values in ADDED.items()})
    op.create_table('data_lock',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('village_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('begun_by', sa.Integer(), nullable=False),
    sa.Column('begun_at', UTCDateTime(timezone=True), nullable=False),
    sa.Column('ended_at', UTCDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['begun_by'], ['person.id'], name=op.f('fk_data_lock_begun_by_person')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_data_lock_person_id_person')),
    sa.ForeignKeyConstraint(['village_id'], ['village.id'], name=op.f('fk_data_lock_village_id_village')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_data_lock'))
    )
    op.create_index(op.f('ix_data_lock_village_id_ended_at'), 'data_lock', ['village_id', 'ended_at'])
    where = sa.text("ended_at IS NULL")
    op.create_index('uq_data_lock_in_force', 'data_lock', ['person_id'], unique=True, sqlite_where=where, postgresql_where=where)
    for statement in statements(op.get_bind().dialect.name):
        op.execute(statement)


def downgrade():
    for statement in removal(op.get_bind().dialect.name):
        op.execute(statement)
    op.drop_table('data_lock')
    with_rows_open(
        [
            "DELETE FROM right_step WHERE change_id IN (SELECT c.id FROM right_change c WHERE c.kind = 'erasure')",
            "DELETE FROM right_change WHERE kind = 'erasure'",
            "DELETE FROM data_request WHERE kind = 'lock'",
        ]
    )
    change_checks({place: ([], values) for place, values in ADDED.items()})


def with_rows_open(changes):
    """Run statements on tables whose triggers refuse them, and leave the triggers as they were."""
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        for table in GUARDED:
            op.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for change in changes:
            op.execute(change)
        for table in GUARDED:
            op.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        return
    names = ", ".join(f"'{table}'" for table in GUARDED)
    found = sa.text(f"SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN ({names})")
    triggers = connection.execute(found).all()
    for trigger in triggers:
        connection.exec_driver_sql(f"DROP TRIGGER {trigger.name}")
    for change in changes:
        op.execute(change)
    for trigger in triggers:
        connection.exec_driver_sql(trigger.sql)


def one_of(column, values):
    return "%s IN (%s)" % (column, ", ".join(f"'{value}'" for value in values))


def change_checks(changes):
    """Add values to, and take values from, the CHECK of known values of columns; the others stay as they are."""
    if op.get_bind().dialect.name == "sqlite":
        rebuild_sqlite(changes)
        return
    for (table, column), change in changes.items():
        name = f"ck_{table}_{column}_known"
        found = sa.text(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = :name AND conrelid = CAST(:table AS regclass)"
        )
        before = op.get_bind().execute(found, {"name": name, "table": table}).scalar_one()
        op.drop_constraint(op.f(name), table, type_="check")
        op.create_check_constraint(op.f(name), table, sa.text(one_of(column, known(before, change))))


def known(text, change):
    added, taken = change
    return [value for value in re.findall(r"'(\w*)'", text) if value not in taken] + added


def rebuild_sqlite(changes):
    """Make each table anew as SQLite's manual describes, with its indexes and with every trigger of the database."""
    connection = op.get_bind()
    master = sa.text("SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL")
    objects = connection.execute(master).all()
    triggers = [row for row in objects if row.type == "trigger"]
    for trigger in triggers:
        connection.exec_driver_sql(f"DROP TRIGGER {trigger.name}")
    for (table, column), change in changes.items():
        old = next(row.sql for row in objects if row.type == "table" and row.name == table)
        check = re.search(rf"CONSTRAINT ck_{table}_{column}_known CHECK \(({column} IN \([^)]*\))\)", old)
        new = old.replace(check[1], one_of(column, known(check[1], change)))
        columns = ", ".join(f'"{row[1]}"' for row in connection.exec_driver_sql(f"PRAGMA table_info({table})"))
        connection.exec_driver_sql(re.sub(r'^CREATE TABLE "?\w+"?', f'CREATE TABLE "new_{table}"', new))
        connection.exec_driver_sql(f'INSERT INTO "new_{table}" ({columns}) SELECT {columns} FROM "{table}"')
        connection.exec_driver_sql(f'DROP TABLE "{table}"')
        connection.exec_driver_sql("PRAGMA legacy_alter_table=ON")  # nothing else that names the table is touched
        connection.exec_driver_sql(f'ALTER TABLE "new_{table}" RENAME TO "{table}"')
        connection.exec_driver_sql("PRAGMA legacy_alter_table=OFF")
        for index in (row for row in objects if row.type == "index" and row.tbl_name == table):
            connection.exec_driver_sql(index.sql)
    for trigger in triggers:
        connection.exec_driver_sql(trigger.sql)
