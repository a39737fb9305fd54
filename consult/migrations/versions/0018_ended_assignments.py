"""Assignments to give out paper that were ended early; retries of sealed ballots; folders of keys

Revision ID: 0018
Revises: 0017
Create Date: 2026-11-30 21:00:00.000000

"""
from alembic import op
import sqlalchemy as sa

from consult.models.base import UTCDateTime
from consult.models.polls.sealing_triggers import statements_0018


# revision identifiers, used by Alembic.
revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('paper_ticker_ending',
    sa.Column('ticker_id', sa.Integer(), nullable=False),
    sa.Column('village_id', sa.Integer(), nullable=False),
    sa.Column('ended_by', sa.Integer(), nullable=False),
    sa.Column('ended_at', UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['ended_by'], ['person.id'], name=op.f('fk_paper_ticker_ending_ended_by_person')),
    sa.ForeignKeyConstraint(['ticker_id'], ['paper_ticker.id'], name=op.f('fk_paper_ticker_ending_ticker_id_paper_ticker')),
    sa.ForeignKeyConstraint(['village_id'], ['village.id'], name=op.f('fk_paper_ticker_ending_village_id_village')),
    sa.PrimaryKeyConstraint('ticker_id', name=op.f('pk_paper_ticker_ending'))
    )
    op.add_column('sealed_ballot', sa.Column('retry', sa.String(), server_default='', nullable=False))
    op.add_column('sealing_key', sa.Column('folder', sa.String(), server_default='', nullable=False))
    for statement in statements_0018(op.get_bind().dialect.name):
        op.execute(statement)


def downgrade():
    op.drop_column('sealing_key', 'folder')
    op.drop_column('sealed_ballot', 'retry')
    op.drop_table('paper_ticker_ending')
