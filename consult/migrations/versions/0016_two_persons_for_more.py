"""More takes two persons: heads, groups, membership, who is new; a formal basis; and the database holds the others to it

Revision ID: 0016
Revises: 0015
Create Date: 2026-11-30 20:50:00.000000

"""
import re

from alembic import op
import sqlalchemy as sa

from consult.models.base import UTCDateTime
from consult.models.people.two_person_triggers import removal, restored, statements


# revision identifiers, used by Alembic.
revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None

KINDS = ["group_changed", "head_changed", "member_changed", "joined"]
ADDED = {
    "right_change": {"kind": KINDS, "departure": ["awaited"]},
    "right_step": {"step": ["lapsed"]},
    "departure": {"kind": ["awaited"]},
}
"""Values that a column may hold from this revision on, beside those it may hold already."""
COLUMNS = {
    "right_change": ("relation VARCHAR DEFAULT '' NOT NULL", "collective BOOLEAN"),
    "household_card": (
        "withdrawn_by INTEGER CONSTRAINT fk_household_card_withdrawn_by_person REFERENCES person (id)",
        "withdrawn_why VARCHAR DEFAULT '' NOT NULL",
        "returned_at {instant}",
        "returned_by INTEGER CONSTRAINT fk_household_card_returned_by_person REFERENCES person (id)",
    ),
    "factor_request": ("lapsed_at {instant}",),
}
GUARDED = ("right_step", "right_change", "departure")
"""Tables whose rows of later kinds go, or become what this schema lacks words for, on the way back."""


def upgrade():
    change_checks({table: {column: (values, []) for column, values in of.items()} for table, of in ADDED.items()})
    instant = "DATETIME" if op.get_bind().dialect.name == "sqlite" else "TIMESTAMP WITH TIME ZONE"
    for table, columns in COLUMNS.items():
        for column in columns:
            op.execute(f"ALTER TABLE {table} ADD COLUMN {column.format(instant=instant)}")
    op.create_table(
        "standing_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("village_id", sa.Integer(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("asked_office", sa.String(), nullable=False),
        sa.Column("asked_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.Integer(), nullable=True),
        sa.Column("confirmed_office", sa.String(), nullable=True),
        sa.Column("confirmed_at", UTCDateTime(timezone=True), nullable=True),
        sa.Column("ended_at", UTCDateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("confirmed_by IS NULL OR confirmed_by <> asked_by", name=op.f("ck_standing_change_two_persons")),
        sa.CheckConstraint(
            "confirmed_office IS NULL OR confirmed_office <> asked_office", name=op.f("ck_standing_change_two_offices")
        ),
        sa.CheckConstraint(
            "confirmed_at IS NULL OR (confirmed_by IS NOT NULL AND confirmed_office IS NOT NULL AND ended_at IS NULL)",
            name=op.f("ck_standing_change_confirmed_by_somebody"),
        ),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_standing_change_{column}_{table}"))
            for column, table in (
                ("village_id", "village"),
                ("asked_by", "person"),
                ("confirmed_by", "person"),
                ("ended_by", "person"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standing_change")),
    )
    op.create_index(op.f("ix_standing_change_village_id_body"), "standing_change", ["village_id", "body"])
    for statement in statements(op.get_bind().dialect.name):
        op.execute(statement)


def downgrade():
    dialect = op.get_bind().dialect.name
    for statement in removal(dialect):
        op.execute(statement)
    for statement in restored(dialect):
        op.execute(statement)
    op.drop_table("standing_change")
    with_rows_open(
        [
            f"DELETE FROM right_step WHERE change_id IN (SELECT c.id FROM right_change c WHERE {one_of('c.kind', KINDS)})",
            f"DELETE FROM right_change WHERE {one_of('kind', KINDS)}",
            "UPDATE right_step SET step = 'dropped' WHERE step = 'lapsed'",
            "UPDATE departure SET kind = 'moved' WHERE kind = 'awaited'",
        ]
    )
    for table, columns in COLUMNS.items():
        for column in columns:
            op.execute(f"ALTER TABLE {table} DROP COLUMN {column.split()[0]}")
    change_checks({table: {column: ([], values) for column, values in of.items()} for table, of in ADDED.items()})


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
    for table, columns in changes.items():
        for column, change in columns.items():
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
    for table, columns in changes.items():
        new = next(row.sql for row in objects if row.type == "table" and row.name == table)
        for column, change in columns.items():
            check = re.search(rf"CONSTRAINT ck_{table}_{column}_known CHECK \(({column} IN \([^)]*\))\)", new)
            new = new.replace(check[0], check[0].replace(check[1], one_of(column, known(check[1], change))))
        names = ", ".join(f'"{row[1]}"' for row in connection.exec_driver_sql(f"PRAGMA table_info({table})"))
        connection.exec_driver_sql(re.sub(r'^CREATE TABLE "?\w+"?', f'CREATE TABLE "new_{table}"', new))
        connection.exec_driver_sql(f'INSERT INTO "new_{table}" ({names}) SELECT {names} FROM "{table}"')
        connection.exec_driver_sql(f'DROP TABLE "{table}"')
        connection.exec_driver_sql("PRAGMA legacy_alter_table=ON")  # nothing else that names the table is touched
        connection.exec_driver_sql(f'ALTER TABLE "new_{table}" RENAME TO "{table}"')
        connection.exec_driver_sql("PRAGMA legacy_alter_table=OFF")
        for index in (row for row in objects if row.type == "index" and row.tbl_name == table):
            connection.exec_driver_sql(index.sql)
    for trigger in triggers:
        connection.exec_driver_sql(trigger.sql)
