"""Marks on paper can be undone, and after the close take two persons

Revision ID: 0028
Revises: 0027
Create Date: 2026-12-01 05:00:00.000000

"""
import re

from alembic import op
import sqlalchemy as sa

from consult.migrations.tables import rebuild, without_triggers
from consult.models.base import UTCDateTime
from consult.models.polls.mark_triggers import removal, statements


# revision identifiers, used by Alembic.
revision = "0028"
down_revision = '0027'
branch_labels = None
depends_on = None

MARK = "attendance_mark"
KEY = "poll_id, number"
LATE_ID = f"fk_{MARK}_late_id_late_marks_confirmation"
LATE_FK = f"CONSTRAINT {LATE_ID} FOREIGN KEY(late_id) REFERENCES late_marks_confirmation (request_id)"


def upgrade():
    dialect = op.get_bind().dialect.name
    op.create_table(
        "late_marks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("village_id", sa.Integer(), nullable=False),
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("numbers", sa.JSON(), nullable=False),
        sa.Column("picture", sa.String(), nullable=False),
        sa.Column("request_key", sa.String(), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("asked_office", sa.String(), nullable=False),
        sa.Column("asked_at", UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("channel IN ('paper', 'hands')", name=op.f("ck_late_marks_paper_or_hands")),
        sa.CheckConstraint(
            "channel IN ('phone', 'assisted', 'paper', 'hands', 'proxy')", name=op.f("ck_late_marks_channel_known")
        ),
        sa.CheckConstraint("picture <> ''", name=op.f("ck_late_marks_with_a_photo")),
        *foreign_keys("late_marks", village_id="village", poll_id="poll", asked_by="person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_late_marks")),
        sa.UniqueConstraint("request_key", name=op.f("uq_late_marks_request_key")),
        sa.UniqueConstraint("id", "asked_by", "asked_office", name=op.f("uq_late_marks_id_asked_by_asked_office")),
    )
    op.create_index(op.f("ix_late_marks_poll_id"), "late_marks", ["poll_id"])
    op.create_table(
        "late_marks_confirmation",
        sa.Column("request_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("village_id", sa.Integer(), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("asked_office", sa.String(), nullable=False),
        sa.Column("confirmed_by", sa.Integer(), nullable=False),
        sa.Column("confirmed_office", sa.String(), nullable=False),
        sa.Column("confirmed_at", UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("asked_by <> confirmed_by", name=op.f("ck_late_marks_confirmation_two_persons")),
        sa.CheckConstraint("asked_office <> confirmed_office", name=op.f("ck_late_marks_confirmation_two_offices")),
        sa.ForeignKeyConstraint(
            ["request_id", "asked_by", "asked_office"],
            ["late_marks.id", "late_marks.asked_by", "late_marks.asked_office"],
            name="fk_late_marks_confirmation_request",
        ),
        *foreign_keys("late_marks_confirmation", village_id="village", confirmed_by="person"),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_late_marks_confirmation")),
    )
    op.create_table(
        "late_marks_end",
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("village_id", sa.Integer(), nullable=False),
        sa.Column("ended_by", sa.Integer(), nullable=True),
        sa.Column("ended_at", UTCDateTime(timezone=True), nullable=False),
        *foreign_keys("late_marks_end", request_id="late_marks", village_id="village", ended_by="person"),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_late_marks_end")),
    )
    if dialect == "sqlite":
        rebuild({MARK: with_turns})
    else:
        op.add_column(MARK, sa.Column("turn", sa.Integer(), server_default="1", nullable=False))
        op.add_column(MARK, sa.Column("late_id", sa.Integer(), nullable=True))
        op.create_foreign_key(op.f(LATE_ID), MARK, "late_marks_confirmation", ["late_id"], ["request_id"])
        op.drop_constraint(op.f(f"pk_{MARK}"), MARK, type_="primary")
        op.create_primary_key(op.f(f"pk_{MARK}"), MARK, ["poll_id", "number", "turn"])
    op.create_table(
        "mark_undoing",
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("turn", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("village_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("undone_by", sa.Integer(), nullable=False),
        sa.Column("undone_at", UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["poll_id", "number", "turn"],
            ["attendance_mark.poll_id", "attendance_mark.number", "attendance_mark.turn"],
            name="fk_mark_undoing_mark",
        ),
        *foreign_keys("mark_undoing", village_id="village", undone_by="person"),
        sa.PrimaryKeyConstraint("poll_id", "number", "turn", name=op.f("pk_mark_undoing")),
    )
    for statement in statements(dialect):
        op.execute(statement)


def downgrade():
    """What was undone goes, with its marks: the schema before knows one mark of each unit, which stays."""
    dialect = op.get_bind().dialect.name
    for statement in removal(dialect):
        op.execute(statement)
    same = f"u.poll_id = {MARK}.poll_id AND u.number = {MARK}.number AND u.turn = {MARK}.turn"
    op.execute("CREATE TEMPORARY TABLE undone AS SELECT poll_id, number, turn FROM mark_undoing")
    op.drop_table("mark_undoing")
    without_triggers([MARK], [f"DELETE FROM {MARK} WHERE EXISTS (SELECT 1 FROM undone u WHERE {same})", f"UPDATE {MARK} SET late_id = NULL, turn = 1"])
    op.execute("DROP TABLE undone")
    if dialect == "sqlite":
        rebuild({MARK: without_turns})
    else:
        op.drop_constraint(op.f(f"pk_{MARK}"), MARK, type_="primary")
        op.drop_constraint(op.f(LATE_ID), MARK, type_="foreignkey")
        op.drop_column(MARK, "late_id")
        op.drop_column(MARK, "turn")
        op.create_primary_key(op.f(f"pk_{MARK}"), MARK, ["poll_id", "number"])
    op.drop_table("late_marks_end")
    op.drop_table("late_marks_confirmation")
    op.drop_table("late_marks")


def with_turns(made):
    made = made.replace(f"PRIMARY KEY ({KEY})", f"PRIMARY KEY ({KEY}, turn)")
    made = made.replace("village_id INTEGER", "turn INTEGER DEFAULT '1' NOT NULL, \n\tvillage_id INTEGER", 1)
    made = made.replace("marked_by INTEGER", "late_id INTEGER, \n\tmarked_by INTEGER", 1)
    end = made.rindex(")")
    return f"{made[:end].rstrip()}, \n\t{LATE_FK}\n{made[end:]}"


def without_turns(made):
    made = re.sub(r"turn INTEGER DEFAULT '1' NOT NULL,\s*", "", made)
    made = re.sub(r"late_id INTEGER,\s*", "", made)
    made = made.replace(f"PRIMARY KEY ({KEY}, turn)", f"PRIMARY KEY ({KEY})")
    return re.sub(r",\s*" + re.escape(LATE_FK), "", made)


def foreign_keys(table, **targets):
    return [
        sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"))
        for column, target in targets.items()
    ]
