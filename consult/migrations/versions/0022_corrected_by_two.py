"""Names and dates of birth are corrected by two persons

Revision ID: 0022
Revises: 0021
Create Date: 2026-12-01 01:10:00.000000

"""
from consult.migrations import tables


# revision identifiers, used by Alembic.
revision = "0022"
down_revision = '0021'
branch_labels = None
depends_on = None

ADDED = {("right_change", "kind"): ["corrected"]}
"""Values that a column may hold from this revision on, beside those it may hold already."""


def upgrade():
    tables.add_values(ADDED)


def downgrade():
    tables.without_triggers(
        ["right_step", "right_change"],
        [
            "DELETE FROM right_step WHERE change_id IN (SELECT c.id FROM right_change c WHERE c.kind = 'corrected')",
            "DELETE FROM right_change WHERE kind = 'corrected'",
        ],
    )
    tables.remove_values(ADDED)
