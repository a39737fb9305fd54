"""Rights by two persons

Revision ID: 0008
Revises: 0007
Create Date: 2026-11-30 06:00:00.000000

"""
import re

from alembic import op
import sqlalchemy as sa

from consult.models.base import UTCDateTime
from consult.models.people.right_triggers import removal, statements


# revision identifiers, used by Alembic.
revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None

ADDED = {
    ("notification", "event"): ["rights"],
    ("notification_switch", "event"): ["rights"],
    ("role_grant", "role"): ["collective_supervisor"],
}
"""Values that a column may hold from this revision on, beside those it may hold already."""
KINDS = ["office_given", "office_changed", "office_ended", "number_changed", "first_number", "house_changed", "further_card", "departure"]
STEPS = ["confirmed", "dropped", "stopped", "applied"]
ROLES = (
    "villager representative group_head council_member committee_member branch_secretary party_member supervisor grid_worker "
    "mediator head_of_mediation clerk county_operator collective_representative collective_director collective_supervisor "
    "justice_office"
).split()


def upgrade():
    change_checks({place: (values, []) for place, values in ADDED.items()})
    op.add_column("person", sa.Column("number_since", UTCDateTime(timezone=True), nullable=True))
    op.add_column("roll_entry", sa.Column("new_way", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_table(
        "right_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("village_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=True),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("grant_id", sa.Integer(), nullable=True),
        sa.Column("departure", sa.String(), nullable=True),
        sa.Column("number_cipher", sa.String(), nullable=False),
        sa.Column("number_mark", sa.String(), nullable=False),
        sa.Column("household_id", sa.Integer(), nullable=True),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.Column("present_id", sa.Integer(), nullable=True),
        sa.Column("request_key", sa.String(), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("asked_office", sa.String(), nullable=False),
        sa.Column("asked_at", UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("asked_by <> person_id", name=op.f("ck_right_change_not_for_oneself")),
        sa.CheckConstraint("present_id IS NULL OR present_id <> asked_by", name=op.f("ck_right_change_present_is_another")),
        sa.CheckConstraint(one_of("kind", KINDS), name=op.f("ck_right_change_kind_known")),
        sa.CheckConstraint(one_of("role", ROLES), name=op.f("ck_right_change_role_known")),
        sa.CheckConstraint(one_of("departure", ["moved", "deceased"]), name=op.f("ck_right_change_departure_known")),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_right_change_{column}_{table}"))
            for column, table in (
                ("village_id", "village"),
                ("person_id", "person"),
                ("group_id", "village_group"),
                ("grant_id", "role_grant"),
                ("household_id", "household"),
                ("import_id", "roll_import"),
                ("present_id", "person"),
                ("asked_by", "person"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_right_change")),
        sa.UniqueConstraint(
            "id", "asked_by", "asked_office", "person_id", name=op.f("uq_right_change_id_asked_by_asked_office_person_id")
        ),
        sa.UniqueConstraint("request_key", name=op.f("uq_right_change_request_key")),
    )
    op.create_index(op.f("ix_right_change_village_id_asked_at"), "right_change", ["village_id", "asked_at"])
    op.create_index(op.f("ix_right_change_person_id"), "right_change", ["person_id"])
    op.create_table(
        "right_step",
        sa.Column("change_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("village_id", sa.Integer(), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("asked_office", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("done_by", sa.Integer(), nullable=True),
        sa.Column("done_office", sa.String(), nullable=False),
        sa.Column("at_desk", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("done_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("grant_id", sa.Integer(), nullable=True),
        sa.Column("card_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "step <> 'confirmed' OR (done_by IS NOT NULL AND done_by <> asked_by AND done_by <> person_id)",
            name=op.f("ck_right_step_two_persons"),
        ),
        sa.CheckConstraint("step <> 'confirmed' OR done_office <> asked_office", name=op.f("ck_right_step_two_offices")),
        sa.CheckConstraint(one_of("step", STEPS), name=op.f("ck_right_step_step_known")),
        sa.ForeignKeyConstraint(
            ["change_id", "asked_by", "asked_office", "person_id"],
            ["right_change.id", "right_change.asked_by", "right_change.asked_office", "right_change.person_id"],
            name="fk_right_step_change",
        ),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_right_step_{column}_{table}"))
            for column, table in (
                ("village_id", "village"),
                ("done_by", "person"),
                ("grant_id", "role_grant"),
                ("card_id", "household_card"),
            )
        ),
        sa.PrimaryKeyConstraint("change_id", "step", name=op.f("pk_right_step")),
    )
    op.create_index(op.f("ix_right_step_village_id"), "right_step", ["village_id"])
    for statement in statements(op.get_bind().dialect.name):
        op.execute(statement)


def downgrade():
    for statement in removal(op.get_bind().dialect.name):
        op.execute(statement)
    op.drop_table("right_step")
    op.drop_table("right_change")
    op.drop_column("roll_entry", "new_way")
    op.drop_column("person", "number_since")
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
