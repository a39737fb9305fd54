"""Requests of people about their own data

Revision ID: 0015
Revises: 0014
Create Date: 2026-11-30 14:30:00.000000

"""
from alembic import op
import sqlalchemy as sa

from consult.models.base import UTCDateTime


# revision identifiers, used by Alembic.
revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('data_request',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('village_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('words', sa.String(), nullable=False),
    sa.Column('request_key', sa.String(), nullable=False),
    sa.Column('asked_at', UTCDateTime(timezone=True), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('answered_by', sa.Integer(), nullable=True),
    sa.Column('answered_at', UTCDateTime(timezone=True), nullable=True),
    sa.Column('granted', sa.Boolean(), nullable=True),
    sa.Column('answer', sa.String(), server_default='', nullable=False),
    sa.CheckConstraint("kind IN ('correction', 'erasure')", name=op.f('ck_data_request_kind_known')),
    sa.ForeignKeyConstraint(['answered_by'], ['person.id'], name=op.f('fk_data_request_answered_by_person')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_data_request_person_id_person')),
    sa.ForeignKeyConstraint(['village_id'], ['village.id'], name=op.f('fk_data_request_village_id_village')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_data_request')),
    sa.UniqueConstraint('person_id', 'request_key', name=op.f('uq_data_request_person_id_request_key'))
    )
    op.create_index(op.f('ix_data_request_village_id_answered_at'), 'data_request', ['village_id', 'answered_at'])


def downgrade():
    op.drop_table('data_request')
