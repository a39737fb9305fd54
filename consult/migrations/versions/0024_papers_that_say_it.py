"""The text resolved, its cost and its money on the items of an agenda; one notice of the results of a meeting

Revision ID: 0024
Revises: 0023
Create Date: 2026-12-01 01:10:00.000000

"""
from alembic import op
import sqlalchemy as sa

from consult.migrations import tables


# revision identifiers, used by Alembic.
revision = "0024"
down_revision = '0023'
branch_labels = None
depends_on = None

ADDED = {("notice", "tag"): ["meeting_results"]}
"""Values that a column may hold from this revision on, beside those it may hold already."""


def upgrade():
    tables.add_values(ADDED)
    op.add_column("agenda_item", sa.Column("resolution", sa.String(), server_default="", nullable=False))
    op.add_column("agenda_item", sa.Column("cost_fen", sa.BigInteger(), nullable=True))
    op.add_column("agenda_item", sa.Column("funding", sa.JSON(), server_default="[]", nullable=False))


def downgrade():
    for column in ("funding", "cost_fen", "resolution"):
        op.drop_column("agenda_item", column)
    results = f"SELECT id FROM notice WHERE {tables.one_of('tag', ADDED['notice', 'tag'])}"
    about = ["objection", "board_photo"]
    gone = [f"DELETE FROM {table} WHERE notice_id IN ({results})" for table in about]
    tables.without_triggers([*about, "notice"], [*gone, f"DELETE FROM notice WHERE id IN ({results})"])
    tables.remove_values(ADDED)
