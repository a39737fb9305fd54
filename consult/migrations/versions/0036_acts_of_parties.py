"""Acts about the parties of a mediation case: many at once, representatives, organisations, who left and came back

Revision ID: 0036
Revises: 0033
Create Date: 2026-12-01 08:40:00.000000

"""
from consult.migrations import tables


# revision identifiers, used by Alembic.
revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

ADDED = {
    ("case_entry", "act"): [
        "add_parties",
        "add_guardian",
        "describe_party",
        "note_capacity",
        "elect_representative",
        "return_party",
        "indivisible",
    ]
}
"""Values that a column may hold from this revision on, beside those it may hold already."""


def upgrade():
    tables.add_values(ADDED)


def downgrade():
    acts = tables.one_of("act", ADDED["case_entry", "act"])
    tables.without_triggers(["case_entry"], [f"DELETE FROM case_entry WHERE {acts}"])
    tables.remove_values(ADDED)
