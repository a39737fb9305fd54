"""Collective organisations of groups and townships, papers beside a vote, rules of one's own

Revision ID: 0020
Revises: 0019
Create Date: 2026-11-30 21:00:00.000000

"""
import re

from alembic import op
import sqlalchemy as sa

from consult.models.base import UTCDateTime
from consult.models.law.law_triggers import removal, statements


# revision identifiers, used by Alembic.
revision = "0020"
down_revision = '0019'
branch_labels = None
depends_on = None

ADDED = {("role_grant", "role"): ["branch_member"], ("right_change", "role"): ["branch_member"]}
"""Values that a column may hold from this revision on, beside those it may hold already."""
PAPERS = ["authorisation", "household_signatures", "town_check", "town_filing", "town_approval", "publicity"]
GROUP_OF = {"person": "collective_group_id", "matter_choice": "group_id"}
"""Columns that name a group, by their table."""


def upgrade():
    change_checks({place: (values, []) for place, values in ADDED.items()})
    op.add_column("village", sa.Column("collective", sa.String(), server_default="", nullable=False))
    op.add_column("village", sa.Column("is_township", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("village_group", sa.Column("collective", sa.String(), server_default="", nullable=False))
    op.add_column("person", sa.Column("lives_by_own_labour", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("person", sa.Column("lacks_capacity", sa.Boolean(), server_default=sa.false(), nullable=False))
    for table, column in GROUP_OF.items():
        name = f"fk_{table}_{column}_village_group"
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column} INTEGER CONSTRAINT {name} REFERENCES village_group (id)")
    # a village whose roll has members, or whose collective has officers, has an organisation; its name was not kept so far
    op.execute(
        "UPDATE village SET collective = name || '集体经济组织' WHERE id IN "
        "(SELECT village_id FROM person WHERE collective_member) OR id IN (SELECT village_id FROM role_grant "
        "WHERE role IN ('collective_director', 'collective_representative', 'collective_supervisor'))"
    )
    op.create_table(
        "matter_paper",
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("village_id", sa.Integer(), nullable=False),
        sa.Column("paper", sa.String(), nullable=False),
        sa.Column("dated", sa.Date(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("households", sa.Integer(), nullable=False),
        sa.Column("signed", sa.Integer(), nullable=False),
        sa.Column("picture", sa.String(), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.Column("recorded_at", UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(one_of("paper", PAPERS), name=op.f("ck_matter_paper_paper_known")),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name=op.f("fk_matter_paper_consultation_id_consultation")
        ),
        sa.ForeignKeyConstraint(["village_id"], ["village.id"], name=op.f("fk_matter_paper_village_id_village")),
        sa.ForeignKeyConstraint(["recorded_by"], ["person.id"], name=op.f("fk_matter_paper_recorded_by_person")),
        sa.PrimaryKeyConstraint("consultation_id", "number", name=op.f("pk_matter_paper")),
    )
    op.create_table(
        "rule_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("village_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("body", sa.String(), server_default="", nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("request_key", sa.String(), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("asked_office", sa.String(), nullable=False),
        sa.Column("asked_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.Integer(), nullable=True),
        sa.Column("confirmed_office", sa.String(), server_default="", nullable=False),
        sa.Column("confirmed_at", UTCDateTime(timezone=True), nullable=True),
        sa.Column("dropped_by", sa.Integer(), nullable=True),
        sa.Column("dropped_at", UTCDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(one_of("kind", ["charter", "collective", "voter"]), name=op.f("ck_rule_change_kind_known")),
        sa.CheckConstraint("person_id IS NULL OR person_id <> asked_by", name=op.f("ck_rule_change_not_for_oneself")),
        sa.CheckConstraint(
            "confirmed_by IS NULL OR (confirmed_by <> asked_by AND confirmed_office <> asked_office "
            "AND (person_id IS NULL OR person_id <> confirmed_by))",
            name=op.f("ck_rule_change_two_persons"),
        ),
        sa.CheckConstraint("confirmed_by IS NULL OR dropped_by IS NULL", name=op.f("ck_rule_change_one_end")),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_rule_change_{column}_{table}"))
            for column, table in (
                ("village_id", "village"),
                ("group_id", "village_group"),
                ("person_id", "person"),
                ("asked_by", "person"),
                ("confirmed_by", "person"),
                ("dropped_by", "person"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_change")),
        sa.UniqueConstraint("request_key", name=op.f("uq_rule_change_request_key")),
    )
    op.create_index(op.f("ix_rule_change_village_id_kind"), "rule_change", ["village_id", "kind"])
    for statement in statements(op.get_bind().dialect.name):
        op.execute(statement)


def downgrade():
    for statement in removal(op.get_bind().dialect.name):
        op.execute(statement)
    op.drop_table("rule_change")
    op.drop_table("matter_paper")
    for table, column in GROUP_OF.items():
        op.drop_column(table, column)
    op.drop_column("person", "lacks_capacity")
    op.drop_column("person", "lives_by_own_labour")
    op.drop_column("village_group", "collective")
    op.drop_column("village", "is_township")
    op.drop_column("village", "collective")
    for (table, column), values in ADDED.items():
        op.execute(f"DELETE FROM {table} WHERE {one_of(column, values)}")
    change_checks({place: ([], values) for place, values in ADDED.items()})


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
