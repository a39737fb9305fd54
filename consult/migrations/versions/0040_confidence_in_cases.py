"""Entries about confidence in a case: what the town reads, danger, who was told in person

Revision ID: 0040
Revises: 0038
Create Date: 2026-12-01 09:45:00.000000

"""
from consult.migrations import tables


# revision identifiers, used by Alembic.
revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

ADDED = {("case_entry", "act"): ["share", "town_talk", "note_danger", "told_in_person"]}


def upgrade():
    tables.add_values(ADDED)


def downgrade():
    """A schema before this one has no word for these: they go, and the office above keeps the copies that it has."""
    gone = f"DELETE FROM case_entry WHERE {tables.one_of('act', ADDED['case_entry', 'act'])}"
    tables.without_triggers(["case_entry"], [gone])
    tables.remove_values(ADDED)
