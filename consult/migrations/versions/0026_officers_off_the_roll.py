"""Officers who stand on no roll, accounts of several villages, where offices come from

Revision ID: 0026
Revises: 0025
Create Date: 2026-12-01 01:00:00.000000

"""
from datetime import UTC, datetime

from alembic import op
import sqlalchemy as sa

from consult.migrations.tables import rebuild
from consult.models.base import UTCDateTime
from consult.models.people.account_triggers import removal, statements


# revision identifiers, used by Alembic.
revision = "0026"
down_revision = '0025'
branch_labels = None
depends_on = None

OF_ROLL = {"household_id": "INTEGER", "born": "DATE"}
"""Columns of person that only somebody on the roll has."""
CHECK = (
    "(household_id IS NOT NULL AND born IS NOT NULL AND account_id IS NULL) OR "
    "(household_id IS NULL AND born IS NULL AND phone_mark IS NULL AND relation = '' "
    "AND collective_group_id IS NULL AND NOT collective_member)"
)
NAME = "ck_person_on_the_roll_or_off_it"
ONCE = "uq_person_account_id_village_id"
ADDED = f", \n\tCONSTRAINT {NAME} CHECK ({CHECK}), \n\tCONSTRAINT {ONCE} UNIQUE (account_id, village_id)"
SOURCES = "'elected', 'by_election', 'appointed'"


def upgrade():
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("phone_cipher", sa.String(), nullable=True),
        sa.Column("phone_mark", sa.String(), nullable=True),
        sa.Column("number_since", UTCDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("phone_mark", name=op.f("uq_account_phone_mark")),
    )
    op.execute(
        "ALTER TABLE person ADD COLUMN account_id INTEGER CONSTRAINT fk_person_account_id_account REFERENCES account (id)"
    )
    op.add_column("person", sa.Column("organisation", sa.String(), server_default="", nullable=False))
    for table in ("role_grant", "right_change"):
        known = f"CONSTRAINT ck_{table}_source_known CHECK (source IN ({SOURCES}))"
        op.execute(f"ALTER TABLE {table} ADD COLUMN source VARCHAR {known}")
        op.add_column(table, sa.Column("source_on", sa.Date(), nullable=True))
        op.add_column(table, sa.Column("source_words", sa.String(), server_default="", nullable=False))
    if op.get_bind().dialect.name == "sqlite":
        rebuild({"person": loosened})
    else:
        for column in OF_ROLL:
            op.alter_column("person", column, nullable=True)
        op.create_check_constraint(op.f(NAME), "person", sa.text(CHECK))
        op.create_unique_constraint(op.f(ONCE), "person", ["account_id", "village_id"])
    for statement in statements(op.get_bind().dialect.name):
        op.execute(statement)


def downgrade():
    for statement in removal(op.get_bind().dialect.name):
        op.execute(statement)
    put_on_the_roll_as_moved()
    if op.get_bind().dialect.name == "sqlite":
        rebuild({"person": tightened})
    else:
        op.drop_constraint(op.f(NAME), "person", type_="check")
        op.drop_constraint(op.f(ONCE), "person", type_="unique")
        for column in OF_ROLL:
            op.alter_column("person", column, nullable=False)
    for table in ("role_grant", "right_change"):
        if op.get_bind().dialect.name == "sqlite":
            rebuild({table: without_check(table)})
        for column in ("source_words", "source_on", "source"):
            op.drop_column(table, column)
    op.drop_column("person", "organisation")
    op.drop_column("person", "account_id")
    op.drop_table("account")


def put_on_the_roll_as_moved():
    """Keep officers off the roll as the schema before can: of a house of their own, moved away, without offices."""
    bind, now = op.get_bind(), datetime.now(UTC)
    at = sa.bindparam("at", type_=UTCDateTime)
    for person, village in bind.execute(sa.text("SELECT id, village_id FROM person WHERE household_id IS NULL")).all():
        known = {"person": person, "village": village, "code": f"off-{person}", "at": now}
        for statement in (
            "INSERT INTO household (village_id, group_id, code) "
            "SELECT :village, min(id), :code FROM village_group WHERE village_id = :village",
            "UPDATE person SET account_id = NULL, born = '1900-01-01', household_id = "
            "(SELECT id FROM household WHERE village_id = :village AND code = :code) WHERE id = :person",
            "DELETE FROM departure WHERE person_id = :person",
            "INSERT INTO departure (person_id, village_id, kind, noted_at) VALUES (:person, :village, 'moved', :at)",
            "UPDATE role_grant SET ended_at = :at WHERE person_id = :person AND ended_at IS NULL",
        ):
            found = sa.text(statement)
            bind.execute(found.bindparams(at) if ":at" in statement else found, {n: v for n, v in known.items() if f":{n}" in statement})


def loosened(made):
    for column, kind in OF_ROLL.items():
        made = made.replace(f"{column} {kind} NOT NULL", f"{column} {kind}")
    return f"{made.rstrip().removesuffix(')').rstrip()}{ADDED}\n)"


def tightened(made):
    made = made.replace(ADDED, "")
    for column, kind in OF_ROLL.items():
        made = made.replace(f"{column} {kind}", f"{column} {kind} NOT NULL")
    return made


def without_check(table):
    known = f" CONSTRAINT ck_{table}_source_known CHECK (source IN ({SOURCES}))"
    return lambda made: made.replace(known, "")
