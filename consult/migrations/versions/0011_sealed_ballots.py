"""Secret ballots are sealed until the count, and polls that do not add up are set aside

Revision ID: 0011
Revises: 0010
Create Date: 2026-11-30 14:00:00.000000

"""
from alembic import op
import sqlalchemy as sa

from consult.models.base import UTCDateTime
from consult.models.polls.sealing_triggers import removal, statements


# revision identifiers, used by Alembic.
revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('sealing_key',
    sa.Column('public_key', sa.String(), nullable=False),
    sa.Column('mac_key_cipher', sa.String(), nullable=False),
    sa.Column('made_at', UTCDateTime(timezone=True), nullable=False),
    sa.Column('village_id', sa.Integer(), nullable=True),
    sa.Column('poll_id', sa.Integer(), nullable=True),
    sa.Column('opened_at', UTCDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['poll_id'], ['poll.id'], name=op.f('fk_sealing_key_poll_id_poll')),
    sa.ForeignKeyConstraint(['village_id'], ['village.id'], name=op.f('fk_sealing_key_village_id_village')),
    sa.PrimaryKeyConstraint('public_key', name=op.f('pk_sealing_key')),
    sa.UniqueConstraint('poll_id', name=op.f('uq_sealing_key_poll_id'))
    )
    op.create_table('sealed_ballot',
    sa.Column('poll_id', sa.Integer(), nullable=False),
    sa.Column('slot', sa.String(), nullable=False),
    sa.Column('village_id', sa.Integer(), nullable=False),
    sa.Column('box', sa.LargeBinary(), nullable=False),
    sa.Column('mac', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['poll_id'], ['poll.id'], name=op.f('fk_sealed_ballot_poll_id_poll')),
    sa.ForeignKeyConstraint(['village_id'], ['village.id'], name=op.f('fk_sealed_ballot_village_id_village')),
    sa.PrimaryKeyConstraint('poll_id', 'slot', name=op.f('pk_sealed_ballot')),
    sqlite_with_rowid=False
    )
    op.create_table('poll_fault',
    sa.Column('poll_id', sa.Integer(), nullable=False),
    sa.Column('village_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('noted_at', UTCDateTime(timezone=True), nullable=False),
    sa.CheckConstraint("kind IN ('counts_differ', 'ballot_changed', 'key_missing')", name=op.f('ck_poll_fault_kind_known')),
    sa.ForeignKeyConstraint(['poll_id'], ['poll.id'], name=op.f('fk_poll_fault_poll_id_poll')),
    sa.ForeignKeyConstraint(['village_id'], ['village.id'], name=op.f('fk_poll_fault_village_id_village')),
    sa.PrimaryKeyConstraint('poll_id', name=op.f('pk_poll_fault'))
    )
    op.create_table('paper_ticker',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('village_id', sa.Integer(), nullable=False),
    sa.Column('poll_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('until', UTCDateTime(timezone=True), nullable=False),
    sa.Column('assigned_by', sa.Integer(), nullable=False),
    sa.Column('assigned_at', UTCDateTime(timezone=True), nullable=False),
    sa.Column('request_key', sa.String(), nullable=False),
    sa.CheckConstraint('person_id <> assigned_by', name=op.f('ck_paper_ticker_by_another')),
    sa.ForeignKeyConstraint(['assigned_by'], ['person.id'], name=op.f('fk_paper_ticker_assigned_by_person')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_paper_ticker_person_id_person')),
    sa.ForeignKeyConstraint(['poll_id'], ['poll.id'], name=op.f('fk_paper_ticker_poll_id_poll')),
    sa.ForeignKeyConstraint(['village_id'], ['village.id'], name=op.f('fk_paper_ticker_village_id_village')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_paper_ticker')),
    sa.UniqueConstraint('request_key', name=op.f('uq_paper_ticker_request_key'))
    )
    op.create_index(op.f('ix_paper_ticker_poll_id_person_id'), 'paper_ticker', ['poll_id', 'person_id'], unique=False)
    for statement in statements(op.get_bind().dialect.name):
        op.execute(statement)


def downgrade():
    """An older schema has no place for sealed ballots: those of open polls would be lost, so it is refused."""
    connection = op.get_bind()
    if connection.scalar(sa.text("SELECT count(*) FROM sealed_ballot")):
        raise RuntimeError("there are sealed ballots that are not counted: close or cancel these polls first")
    for statement in removal(connection.dialect.name):
        op.execute(statement)
    op.drop_index(op.f('ix_paper_ticker_poll_id_person_id'), table_name='paper_ticker')
    op.drop_table('paper_ticker')
    op.drop_table('poll_fault')
    op.drop_table('sealed_ballot')
    op.drop_table('sealing_key')
