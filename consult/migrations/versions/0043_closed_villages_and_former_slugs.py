"""Villages that are closed, and the addresses that villages had before

Revision ID: 0043
Revises: 0042
Create Date: 2026-12-01 21:40:00.000000

"""
from alembic import op
import sqlalchemy as sa

from consult.models.base import UTCDateTime


# revision identifiers, used by Alembic.
revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("village", sa.Column("closed_at", UTCDateTime(timezone=True), nullable=True))
    op.create_table(
        "former_slug",
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("village_id", sa.Integer(), nullable=False),
        sa.Column("left_at", UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["village_id"], ["village.id"], name=op.f("fk_former_slug_village_id_village")),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_former_slug")),
    )
    op.create_index(op.f("ix_former_slug_village_id"), "former_slug", ["village_id"])


def downgrade():
    op.drop_index(op.f("ix_former_slug_village_id"), table_name="former_slug")
    op.drop_table("former_slug")
    op.drop_column("village", "closed_at")
