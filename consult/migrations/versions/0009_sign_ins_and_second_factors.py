"""Sign-ins that end by themselves, codes bound to who asked, second factors

Revision ID: 0009
Revises: 0008
Create Date: 2026-11-30 14:00:00.000000

"""
from alembic import op
import sqlalchemy as sa

from consult.models.base import UTCDateTime


# revision identifiers, used by Alembic.
revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None

def added():
    return {
        "sign_in": (
            sa.Column('device', sa.String(), server_default='other', nullable=False),
            sa.Column('shared', sa.Boolean(), server_default=sa.false(), nullable=False),
            sa.Column('used_on', sa.Date(), nullable=True),
            sa.Column('proven_at', UTCDateTime(timezone=True), nullable=True),
            sa.Column('second_at', UTCDateTime(timezone=True), nullable=True),
            sa.Column('renewed_at', UTCDateTime(timezone=True), nullable=True),
            sa.Column('earlier_hash', sa.String(), nullable=True),
        ),
        "one_time_code": (
            sa.Column('asker_mark', sa.String(), server_default='', nullable=False),
            sa.Column('known', sa.Boolean(), server_default=sa.false(), nullable=False),
            sa.Column('length', sa.Integer(), server_default='6', nullable=False),
            sa.Column('tries', sa.Integer(), server_default='0', nullable=False),
        ),
        "village": (
            sa.Column('codes_capped_at', UTCDateTime(timezone=True), nullable=True),
            sa.Column('second_factor_needed', sa.Boolean(), server_default=sa.false(), nullable=False),
        ),
    }


def upgrade():
    for table, columns in added().items():
        for column in columns:
            op.add_column(table, column)
    op.create_index('ix_one_time_code_sent_at', 'one_time_code', ['sent_at'])
    op.create_index('ix_sign_in_earlier_hash', 'sign_in', ['earlier_hash'])
    op.create_table('second_factor',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('village_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('secret_cipher', sa.String(), nullable=True),
    sa.Column('last_step', sa.Integer(), nullable=False),
    sa.Column('credential_id', sa.String(), nullable=True),
    sa.Column('public_key', sa.String(), nullable=True),
    sa.Column('sign_count', sa.Integer(), nullable=False),
    sa.Column('made_at', UTCDateTime(timezone=True), nullable=False),
    sa.Column('ended_at', UTCDateTime(timezone=True), nullable=True),
    sa.CheckConstraint("kind IN ('app', 'passkey')", name=op.f('ck_second_factor_kind_known')),
    sa.ForeignKeyConstraint(['village_id'], ['village.id'], name=op.f('fk_second_factor_village_id_village')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_second_factor_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_second_factor')),
    sa.UniqueConstraint('credential_id', name=op.f('uq_second_factor_credential_id'))
    )
    op.create_index('ix_second_factor_person_id', 'second_factor', ['person_id'])
    op.create_table('recovery_code',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('village_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('code_mark', sa.String(), nullable=False),
    sa.Column('made_at', UTCDateTime(timezone=True), nullable=False),
    sa.Column('used_at', UTCDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['village_id'], ['village.id'], name=op.f('fk_recovery_code_village_id_village')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_recovery_code_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recovery_code'))
    )
    op.create_index('ix_recovery_code_person_id', 'recovery_code', ['person_id'])
    op.create_table('factor_request',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('village_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('asked_by', sa.Integer(), nullable=False),
    sa.Column('asked_office', sa.String(), nullable=False),
    sa.Column('asked_at', UTCDateTime(timezone=True), nullable=False),
    sa.Column('confirmed_by', sa.Integer(), nullable=True),
    sa.Column('confirmed_office', sa.String(), nullable=True),
    sa.Column('confirmed_at', UTCDateTime(timezone=True), nullable=True),
    sa.CheckConstraint("kind IN ('reset', 'require', 'release')", name=op.f('ck_factor_request_kind_known')),
    sa.ForeignKeyConstraint(['village_id'], ['village.id'], name=op.f('fk_factor_request_village_id_village')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_factor_request_person_id_person')),
    sa.ForeignKeyConstraint(['asked_by'], ['person.id'], name=op.f('fk_factor_request_asked_by_person')),
    sa.ForeignKeyConstraint(['confirmed_by'], ['person.id'], name=op.f('fk_factor_request_confirmed_by_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_factor_request'))
    )
    op.create_index('ix_factor_request_village_id_asked_at', 'factor_request', ['village_id', 'asked_at'])


def downgrade():
    for table in ("factor_request", "recovery_code", "second_factor"):
        op.drop_table(table)
    op.drop_index('ix_one_time_code_sent_at', 'one_time_code')
    op.drop_index('ix_sign_in_earlier_hash', 'sign_in')
    for table, columns in added().items():
        for column in columns:
            op.drop_column(table, column.name)
