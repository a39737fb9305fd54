"""Enforcement and lawsuit are states of a case; what went to court does not stand as ended without agreement

Revision ID: 0037
Revises: 0033
Create Date: 2026-12-01 08:40:00.000000

"""
from alembic import op

from consult.migrations import tables


# revision identifiers, used by Alembic.
revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

STATES = ["enforcement", "lawsuit"]
ACTS = ["enforcement_result", "tell_ways"]
ADDED = {("case_entry", "act"): ACTS, ("case_entry", "state"): STATES, ("mediation_case", "state"): STATES}
WENT = "EXISTS (SELECT 1 FROM case_entry e WHERE e.case_id = mediation_case.id AND e.act = '{act}')"


def upgrade():
    """Entries are never changed: those of the past keep the state they were written with, and are read anew by
    domain.cases.agreements.earlier_states. The case itself is moved to the state that it has."""
    tables.add_values(ADDED)
    for state, act in (("lawsuit", "sue"), ("enforcement", "enforce")):
        op.execute(
            f"UPDATE mediation_case SET state = '{state}', due_kind = '', due_on = NULL "
            f"WHERE state = 'terminated' AND {WENT.format(act=act)}"
        )


def downgrade():
    """What went to court has ended again. Entries of the new acts become notes."""
    op.execute(f"UPDATE mediation_case SET state = 'terminated' WHERE {tables.one_of('state', STATES)}")
    tables.without_triggers(
        ["case_entry"],
        [
            f"UPDATE case_entry SET state = 'terminated' WHERE {tables.one_of('state', STATES)}",
            f"UPDATE case_entry SET act = 'note' WHERE {tables.one_of('act', ACTS)}",
        ],
    )
    tables.remove_values(ADDED)
