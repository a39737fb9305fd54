"""Reports that were handed in, rounds, and links of cases with consultations are only ever added

Revision ID: 0042
Revises: 0041
Create Date: 2026-12-01 12:50:00.000000

"""
from alembic import op

from consult.models.cases.case_triggers import removal_0042, statements_0042


# revision identifiers, used by Alembic.
revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade():
    for statement in statements_0042(op.get_bind().dialect.name):
        op.execute(statement)


def downgrade():
    for statement in removal_0042(op.get_bind().dialect.name):
        op.execute(statement)
