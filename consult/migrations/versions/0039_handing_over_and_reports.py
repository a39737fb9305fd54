"""Cases change hands and are opened again; the reports of mediation that were handed in; the office's closing day

Revision ID: 0039
Revises: 0038
Create Date: 2026-12-01 09:45:00.000000

"""
from alembic import op
import sqlalchemy as sa

from consult.migrations import tables
from consult.models.base import UTCDateTime


# revision identifiers, used by Alembic.
revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

ADDED = {("case_entry", "act"): ["hand_over", "reopen", "note_difficulty"]}


def upgrade():
    """A village without a closing day of its own reports by the calendar's months."""
    tables.add_values(ADDED)
    op.add_column("village", sa.Column("report_closing_day", sa.Integer(), nullable=True))
    op.create_table(
        "case_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("village_id", sa.Integer(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("figures", sa.String(), nullable=False),
        sa.Column("handed_in_by", sa.Integer(), nullable=False),
        sa.Column("handed_in_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("request_key", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["handed_in_by"], ["person.id"], name=op.f("fk_case_report_handed_in_by_person")),
        sa.ForeignKeyConstraint(["village_id"], ["village.id"], name=op.f("fk_case_report_village_id_village")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_report")),
        sa.UniqueConstraint("request_key", name=op.f("uq_case_report_request_key")),
        sa.UniqueConstraint("village_id", "period", name=op.f("uq_case_report_village_id_period")),
    )


def downgrade():
    op.drop_table("case_report")
    op.drop_column("village", "report_closing_day")
    tables.without_triggers(
        ["case_entry"], [f"DELETE FROM case_entry WHERE {tables.one_of('act', ADDED['case_entry', 'act'])}"]
    )
    tables.remove_values(ADDED)
