"""Tries at PINs by browser, codes that were sent, digits of a PIN

Revision ID: 0019
Revises: 0018
Create Date: 2026-11-30 20:45:00.000000

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None


def upgrade():
    op.add_column('attempt', sa.Column('what', sa.String(), server_default='', nullable=False))
    op.add_column('attempt', sa.Column('asker_mark', sa.String(), server_default='', nullable=False))
    op.add_column('attempt', sa.Column('lane', sa.String(), server_default='', nullable=False))
    op.create_index('ix_attempt_what_tried_at', 'attempt', ['what', 'tried_at'])
    op.add_column('one_time_code', sa.Column('sent', sa.Boolean(), server_default=sa.true(), nullable=False))
    op.add_column('household_card', sa.Column('pin_digits', sa.Integer(), nullable=True))


def downgrade():
    op.drop_column('household_card', 'pin_digits')
    op.drop_column('one_time_code', 'sent')
    op.drop_index('ix_attempt_what_tried_at', 'attempt')
    op.drop_column('attempt', 'lane')
    op.drop_column('attempt', 'asker_mark')
    op.drop_column('attempt', 'what')
