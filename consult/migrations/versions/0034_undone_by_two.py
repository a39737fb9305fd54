"""Marks are undone by two after the close; whether the paper of a contested mark is in the box; matters with the same words

Revision ID: 0034
Revises: 0033
Create Date: 2026-12-01 08:30:00.000000

"""
import re

from alembic import op
import sqlalchemy as sa

from consult.migrations.tables import add_values, rebuild, remove_values, without_triggers
from consult.models.base import UTCDateTime
from consult.models.site.undoing_triggers import removal, statements


# revision identifiers, used by Alembic.
revision = "0034"
down_revision = '0033'
branch_labels = None
depends_on = None

UNDOING = "mark_undoing"
LATE_ID = f"fk_{UNDOING}_late_id_late_marks_confirmation"
ADDED = {("further_vote", "ground"): ["contested"]}
LATE_FK = f"CONSTRAINT {LATE_ID} FOREIGN KEY(late_id) REFERENCES late_marks_confirmation (request_id)"


def upgrade():
    """Rulings on marks took them back until now, so no paper of theirs was said to be in the box."""
    dialect = op.get_bind().dialect.name
    op.add_column("late_marks", sa.Column("undoes", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("late_marks", sa.Column("reason", sa.String(), server_default="", nullable=False))
    for table in ("contest_opinion", "contest_ruling"):
        op.add_column(table, sa.Column("in_box", sa.Boolean(), server_default=sa.false(), nullable=False))
    if dialect == "sqlite":
        rebuild({UNDOING: with_late_id})
    else:
        op.add_column(UNDOING, sa.Column("late_id", sa.Integer(), nullable=True))
        op.create_foreign_key(op.f(LATE_ID), UNDOING, "late_marks_confirmation", ["late_id"], ["request_id"])
    add_values(ADDED)
    op.create_table(
        "matter_comparison",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("village_id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("earlier_id", sa.Integer(), nullable=False),
        sa.Column("same", sa.Boolean(), nullable=False),
        sa.Column("words", sa.String(), server_default="", nullable=False),
        sa.Column("said_by", sa.Integer(), nullable=False),
        sa.Column("office", sa.String(), nullable=False),
        sa.Column("said_at", UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("same OR words <> ''", name=op.f("ck_matter_comparison_another_with_a_reason")),
        *foreign_keys(
            "matter_comparison",
            village_id="village",
            consultation_id="consultation",
            earlier_id="poll",
            said_by="person",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matter_comparison")),
        sa.UniqueConstraint(
            "consultation_id", "earlier_id", name=op.f("uq_matter_comparison_consultation_id_earlier_id")
        ),
    )
    op.create_index(op.f("ix_matter_comparison_earlier_id"), "matter_comparison", ["earlier_id"])
    for statement in statements(dialect):
        op.execute(statement)


def downgrade():
    """Undoings by two stay, without the request: the schema before took them by one. Requests that undo go."""
    dialect = op.get_bind().dialect.name
    for statement in removal(dialect):
        op.execute(statement)
    op.drop_table("matter_comparison")
    if dialect == "sqlite":
        rebuild({UNDOING: without_late_id})
    else:
        op.drop_constraint(op.f(LATE_ID), UNDOING, type_="foreignkey")
        op.drop_column(UNDOING, "late_id")
    without_triggers(["further_vote"], ["DELETE FROM further_vote WHERE ground = 'contested'"])
    remove_values(ADDED)
    asked = "SELECT id FROM late_marks WHERE undoes"
    without_triggers(
        ["late_marks", "late_marks_confirmation", "late_marks_end"],
        [
            f"DELETE FROM late_marks_confirmation WHERE request_id IN ({asked})",
            f"DELETE FROM late_marks_end WHERE request_id IN ({asked})",
            "DELETE FROM late_marks WHERE undoes",
        ],
    )
    for table, columns in {
        "late_marks": ["undoes", "reason"],
        "contest_opinion": ["in_box"],
        "contest_ruling": ["in_box"],
    }.items():
        for column in columns:
            op.drop_column(table, column)


def with_late_id(made):
    made = made.replace("undone_by INTEGER", "late_id INTEGER, \n\tundone_by INTEGER", 1)
    end = made.rindex(")")
    return f"{made[:end].rstrip()}, \n\t{LATE_FK}\n{made[end:]}"


def without_late_id(made):
    made = re.sub(r"late_id INTEGER,\s*", "", made)
    return re.sub(r",\s*" + re.escape(LATE_FK), "", made)


def foreign_keys(table, **targets):
    return [
        sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"))
        for column, target in targets.items()
    ]
