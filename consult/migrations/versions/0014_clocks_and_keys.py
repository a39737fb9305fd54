"""A close that was seen stays; leaps of the clock and who settled them; the check of the data key

Revision ID: 0014
Revises: 0013
Create Date: 2026-11-30 14:00:00.000000

"""
from alembic import op
import sqlalchemy as sa

from consult.models.base import UTCDateTime


# revision identifiers, used by Alembic.
revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('clock_tick',
    sa.Column('boot', sa.String(), nullable=False),
    sa.Column('running_us', sa.BigInteger(), nullable=False),
    sa.Column('seen_at', UTCDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('boot', name=op.f('pk_clock_tick'))
    )
    op.create_table('clock_doubt',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('village_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('trusted_at', UTCDateTime(timezone=True), nullable=False),
    sa.Column('shown_at', UTCDateTime(timezone=True), nullable=False),
    sa.Column('boot', sa.String(), nullable=False),
    sa.Column('running_us', sa.BigInteger(), nullable=False),
    sa.Column('entry', sa.Integer(), nullable=False),
    sa.Column('persons_needed', sa.Integer(), nullable=False),
    sa.Column('settled_at', UTCDateTime(timezone=True), nullable=True),
    sa.CheckConstraint("kind IN ('forward', 'backward', 'silence')", name=op.f('ck_clock_doubt_kind_known')),
    sa.ForeignKeyConstraint(['village_id'], ['village.id'], name=op.f('fk_clock_doubt_village_id_village')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_clock_doubt'))
    )
    op.create_index(op.f('ix_clock_doubt_village_id_settled_at'), 'clock_doubt', ['village_id', 'settled_at'])
    op.create_table('clock_confirmation',
    sa.Column('doubt_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('village_id', sa.Integer(), nullable=False),
    sa.Column('office', sa.String(), nullable=False),
    sa.Column('confirmed_at', UTCDateTime(timezone=True), nullable=False),
    sa.Column('boot', sa.String(), nullable=False),
    sa.Column('running_us', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['doubt_id'], ['clock_doubt.id'], name=op.f('fk_clock_confirmation_doubt_id_clock_doubt')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_clock_confirmation_person_id_person')),
    sa.ForeignKeyConstraint(['village_id'], ['village.id'], name=op.f('fk_clock_confirmation_village_id_village')),
    sa.PrimaryKeyConstraint('doubt_id', 'person_id', name=op.f('pk_clock_confirmation'))
    )
    op.create_index(op.f('ix_clock_confirmation_village_id'), 'clock_confirmation', ['village_id'])
    op.create_table('installation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key_check', sa.String(), nullable=False),
    sa.Column('mark_key_cipher', sa.String(), nullable=False),
    sa.Column('witnesses', sa.String(), server_default='', nullable=False),
    sa.Column('rotated_to', sa.String(), server_default='', nullable=False),
    sa.CheckConstraint('id = 1', name=op.f('ck_installation_one_row')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_installation'))
    )
    # SQLite adds and drops these columns in place: no table is rebuilt, and no trigger is lost
    op.add_column('poll', sa.Column('closing_seen_at', UTCDateTime(timezone=True), nullable=True))
    op.add_column('village', sa.Column('clock_trusted_at', UTCDateTime(timezone=True), nullable=True))
    op.execute(
        "UPDATE poll SET closing_seen_at = closes_at WHERE announced_at IS NOT NULL AND closes_at <= "
        "(SELECT v.clock_mark FROM village v WHERE v.id = poll.village_id)"
    )
    op.execute("ALTER TABLE village DROP COLUMN clock_mark")


def downgrade():
    founded = "founded_at"
    if op.get_bind().dialect.name == "sqlite":
        op.execute("ALTER TABLE village ADD COLUMN clock_mark DATETIME NOT NULL DEFAULT '1970-01-01 00:00:00.000000'")
    else:
        op.add_column('village', sa.Column('clock_mark', UTCDateTime(timezone=True), nullable=True))
    op.execute(
        f"UPDATE village SET clock_mark = coalesce((SELECT max(p.closes_at) FROM poll p WHERE p.village_id = village.id "
        f"AND p.closing_seen_at IS NOT NULL), {founded})"
    )
    if op.get_bind().dialect.name != "sqlite":
        op.alter_column('village', 'clock_mark', nullable=False)
    op.execute("ALTER TABLE village DROP COLUMN clock_trusted_at")
    op.execute("ALTER TABLE poll DROP COLUMN closing_seen_at")
    op.drop_table('installation')
    op.drop_table('clock_confirmation')
    op.drop_table('clock_doubt')
    op.drop_table('clock_tick')
