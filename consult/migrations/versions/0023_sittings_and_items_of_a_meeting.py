"""Meetings that go on another day, exceptions of one item alone, counts entered by PIN on another's phone

Revision ID: 0023
Revises: 0022
Create Date: 2026-12-01 01:00:00.000000

"""
from alembic import op
import sqlalchemy as sa

from consult.migrations import tables
from consult.models.base import UTCDateTime


# revision identifiers, used by Alembic.
revision = "0023"
down_revision = '0022'
branch_labels = None
depends_on = None

ADDED = {("proceeding", "step"): ["adjourned", "resumed"], ("meeting_change", "kind"): ["adjourned"]}
"""Values that a column may hold from this revision on, beside those it may hold already."""


def upgrade():
    tables.add_values(ADDED)
    op.add_column("meeting", sa.Column("adjourned_at", UTCDateTime(timezone=True), nullable=True))
    op.add_column("agenda_item", sa.Column("short_notice_reason", sa.String(), server_default="", nullable=False))
    op.add_column("agenda_item", sa.Column("authorisation", sa.String(), server_default="", nullable=False))
    name = "fk_sheet_entry_device_of_person"
    op.execute(f"ALTER TABLE sheet_entry ADD COLUMN device_of INTEGER CONSTRAINT {name} REFERENCES person (id)")


def downgrade():
    op.drop_column("sheet_entry", "device_of")
    op.drop_column("agenda_item", "authorisation")
    op.drop_column("agenda_item", "short_notice_reason")
    op.drop_column("meeting", "adjourned_at")
    for table, column in ADDED:  # append-only: what this schema has no word for cannot be taken back one by one
        tables.without_triggers([table], [f"DELETE FROM {table} WHERE {tables.one_of(column, ADDED[table, column])}"])
    tables.remove_values(ADDED)
