"""Entries of cases that correct others, and their second looks

Revision ID: 0038
Revises: 0033
Create Date: 2026-12-01 08:40:00.000000

"""
from consult.migrations import tables


# revision identifiers, used by Alembic.
revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

ADDED = {("case_entry", "act"): ["correct_entry", "confirm_correction"]}


def upgrade():
    tables.add_values(ADDED)


def downgrade():
    """What was corrected says its old words again: a schema before this one has no place for corrections."""
    gone = f"DELETE FROM case_entry WHERE {tables.one_of('act', ADDED['case_entry', 'act'])}"
    tables.without_triggers(["case_entry"], [gone])
    tables.remove_values(ADDED)
