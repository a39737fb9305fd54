"""Tasks corrected and withdrawn, ends of requests to change a vote, lines of the inbox that are over

Revision ID: 0025
Revises: 0024
Create Date: 2026-12-01 01:00:00.000000

"""
from alembic import op
import sqlalchemy as sa

from consult.models.base import UTCDateTime
from consult.models.site.waiting_triggers import removal, statements


# revision identifiers, used by Alembic.
revision = "0025"
down_revision = '0024'
branch_labels = None
depends_on = None

OPEN_QUESTION = sa.text("stance = 'question' AND parent_id IS NULL AND answered_at IS NULL")


def upgrade():
    op.add_column("notification", sa.Column("over_at", UTCDateTime(timezone=True), nullable=True))
    op.add_column("task", sa.Column("withdrawn_at", UTCDateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_comment_open_question",
        "comment",
        ["village_id"],
        sqlite_where=OPEN_QUESTION,
        postgresql_where=OPEN_QUESTION,
    )
    op.create_table(
        "poll_change_end",
        sa.Column("change_id", sa.Integer(), nullable=False),
        sa.Column("village_id", sa.Integer(), nullable=False),
        sa.Column("ended_by", sa.Integer(), nullable=True),
        sa.Column("ended_at", UTCDateTime(timezone=True), nullable=False),
        *foreign_keys("poll_change_end", change_id="poll_change", village_id="village", ended_by="person"),
        sa.PrimaryKeyConstraint("change_id", name=op.f("pk_poll_change_end")),
    )
    op.create_table(
        "task_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("village_id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("budget_fen", sa.BigInteger(), nullable=True),
        sa.Column("old_owner_id", sa.Integer(), nullable=False),
        sa.Column("old_due_on", sa.Date(), nullable=False),
        sa.Column("old_budget_fen", sa.BigInteger(), nullable=True),
        sa.Column("needs_second", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("request_key", sa.String(), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("asked_office", sa.String(), nullable=False),
        sa.Column("asked_at", UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('correction', 'withdrawal')", name=op.f("ck_task_change_kind_known")),
        *foreign_keys(
            "task_change",
            village_id="village",
            task_id="task",
            owner_id="person",
            old_owner_id="person",
            asked_by="person",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_change")),
        sa.UniqueConstraint("request_key", name=op.f("uq_task_change_request_key")),
        sa.UniqueConstraint("id", "asked_by", "asked_office", name=op.f("uq_task_change_id_asked_by_asked_office")),
    )
    op.create_index(op.f("ix_task_change_task_id"), "task_change", ["task_id"])
    op.create_index(op.f("ix_task_change_village_id_asked_at"), "task_change", ["village_id", "asked_at"])
    op.create_table(
        "task_change_step",
        sa.Column("change_id", sa.Integer(), nullable=False),
        sa.Column("village_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("asked_office", sa.String(), nullable=False),
        sa.Column("done_by", sa.Integer(), nullable=True),
        sa.Column("done_office", sa.String(), server_default="", nullable=False),
        sa.Column("done_at", UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "step IN ('confirmed', 'dropped', 'lapsed')", name=op.f("ck_task_change_step_step_known")
        ),
        sa.CheckConstraint(
            "step <> 'confirmed' OR (done_by IS NOT NULL AND done_by <> asked_by AND done_office <> asked_office)",
            name=op.f("ck_task_change_step_two_persons"),
        ),
        sa.ForeignKeyConstraint(
            ["change_id", "asked_by", "asked_office"],
            ["task_change.id", "task_change.asked_by", "task_change.asked_office"],
            name="fk_task_change_step_change",
        ),
        *foreign_keys("task_change_step", village_id="village", done_by="person"),
        sa.PrimaryKeyConstraint("change_id", name=op.f("pk_task_change_step")),
    )
    for statement in statements(op.get_bind().dialect.name):
        op.execute(statement)


def downgrade():
    for statement in removal(op.get_bind().dialect.name):
        op.execute(statement)
    op.drop_table("task_change_step")
    op.drop_table("task_change")
    op.drop_table("poll_change_end")
    op.drop_index("ix_comment_open_question", table_name="comment")
    op.drop_column("task", "withdrawn_at")
    op.drop_column("notification", "over_at")


def foreign_keys(table, **targets):
    return [
        sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"))
        for column, target in targets.items()
    ]
