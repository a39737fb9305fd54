"""Which runner took which due time of a periodic job

Revision ID: 0006
Revises: 0005
Create Date: 2026-11-29 23:40:00.000000

"""
from alembic import op
import sqlalchemy as sa

from consult.models.base import UTCDateTime


# revision identifiers, used by Alembic.
revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('job_run',
    sa.Column('job', sa.String(), nullable=False),
    sa.Column('due_at', UTCDateTime(timezone=True), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('claimed_until', UTCDateTime(timezone=True), nullable=False),
    sa.Column('finished_at', UTCDateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('job', 'due_at', name=op.f('pk_job_run'))
    )


def downgrade():
    op.drop_table('job_run')
