"""The village's own rule: after how many days the town is told that an answer is late; matters of a village by their order

Revision ID: 0035
Revises: 0033
Create Date: 2026-12-01 08:40:00.000000

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade():
    """A village without a number of its own goes by the one of owed.toml."""
    op.add_column("village", sa.Column("town_days", sa.Integer(), nullable=True))
    op.create_index(op.f("ix_consultation_village_id_id"), "consultation", ["village_id", "id"])


def downgrade():
    op.drop_index(op.f("ix_consultation_village_id_id"), table_name="consultation")
    op.drop_column("village", "town_days")
