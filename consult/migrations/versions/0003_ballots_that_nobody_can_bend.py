"""Ballots that nobody can bend

Revision ID: 0003
Revises: 0002
Create Date: 2026-11-25 02:37:59.343276

"""
from alembic import op
import sqlalchemy as sa

from consult.models.base import UTCDateTime
from consult.models.triggers import for_channels, for_channels_removal


# revision identifiers, used by Alembic.
revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('box_visit',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('village_id', sa.Integer(), nullable=False),
    sa.Column('poll_id', sa.Integer(), nullable=False),
    sa.Column('place', sa.String(), nullable=False),
    sa.Column('first_worker_id', sa.Integer(), nullable=False),
    sa.Column('second_worker_id', sa.Integer(), nullable=False),
    sa.Column('visited_at', UTCDateTime(timezone=True), nullable=False),
    sa.Column('request_key', sa.String(), nullable=False),
    sa.Column('noted_by', sa.Integer(), nullable=False),
    sa.Column('noted_at', UTCDateTime(timezone=True), nullable=False),
    sa.CheckConstraint('first_worker_id <> second_worker_id', name=op.f('ck_box_visit_two_workers')),
    sa.ForeignKeyConstraint(['first_worker_id'], ['person.id'], name=op.f('fk_box_visit_first_worker_id_person')),
    sa.ForeignKeyConstraint(['noted_by'], ['person.id'], name=op.f('fk_box_visit_noted_by_person')),
    sa.ForeignKeyConstraint(['poll_id'], ['poll.id'], name=op.f('fk_box_visit_poll_id_poll')),
    sa.ForeignKeyConstraint(['second_worker_id'], ['person.id'], name=op.f('fk_box_visit_second_worker_id_person')),
    sa.ForeignKeyConstraint(['village_id'], ['village.id'], name=op.f('fk_box_visit_village_id_village')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_box_visit')),
    sa.UniqueConstraint('request_key', name=op.f('uq_box_visit_request_key'))
    )
    with op.batch_alter_table('box_visit', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_box_visit_poll_id'), ['poll_id'], unique=False)

    op.create_table('count_sheet',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('village_id', sa.Integer(), nullable=False),
    sa.Column('poll_id', sa.Integer(), nullable=False),
    sa.Column('channel', sa.String(), nullable=False),
    sa.Column('place', sa.String(), nullable=False),
    sa.Column('corrects_id', sa.Integer(), nullable=True),
    sa.Column('request_key', sa.String(), nullable=False),
    sa.Column('opened_by', sa.Integer(), nullable=False),
    sa.Column('opened_at', UTCDateTime(timezone=True), nullable=False),
    sa.CheckConstraint("channel IN ('paper', 'hands')", name=op.f('ck_count_sheet_paper_or_hands')),
    sa.ForeignKeyConstraint(['corrects_id'], ['count_sheet.id'], name=op.f('fk_count_sheet_corrects_id_count_sheet')),
    sa.ForeignKeyConstraint(['opened_by'], ['person.id'], name=op.f('fk_count_sheet_opened_by_person')),
    sa.ForeignKeyConstraint(['poll_id'], ['poll.id'], name=op.f('fk_count_sheet_poll_id_poll')),
    sa.ForeignKeyConstraint(['village_id'], ['village.id'], name=op.f('fk_count_sheet_village_id_village')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_count_sheet')),
    sa.UniqueConstraint('corrects_id', name=op.f('uq_count_sheet_corrects_id')),
    sa.UniqueConstraint('request_key', name=op.f('uq_count_sheet_request_key'))
    )
    with op.batch_alter_table('count_sheet', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_count_sheet_poll_id'), ['poll_id'], unique=False)

    op.create_table('poll_change',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('village_id', sa.Integer(), nullable=False),
    sa.Column('poll_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('closes_at', UTCDateTime(timezone=True), nullable=True),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('request_key', sa.String(), nullable=False),
    sa.Column('asked_by', sa.Integer(), nullable=False),
    sa.Column('asked_office', sa.String(), nullable=False),
    sa.Column('asked_at', UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['asked_by'], ['person.id'], name=op.f('fk_poll_change_asked_by_person')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_poll_change_person_id_person')),
    sa.ForeignKeyConstraint(['poll_id'], ['poll.id'], name=op.f('fk_poll_change_poll_id_poll')),
    sa.ForeignKeyConstraint(['village_id'], ['village.id'], name=op.f('fk_poll_change_village_id_village')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_poll_change')),
    sa.UniqueConstraint('id', 'asked_by', 'asked_office', name=op.f('uq_poll_change_id_asked_by_asked_office')),
    sa.UniqueConstraint('request_key', name=op.f('uq_poll_change_request_key'))
    )
    with op.batch_alter_table('poll_change', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_poll_change_poll_id'), ['poll_id'], unique=False)

    op.create_table('secret_ballot',
    sa.Column('poll_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('village_id', sa.Integer(), nullable=False),
    sa.Column('choice', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['poll_id'], ['poll.id'], name=op.f('fk_secret_ballot_poll_id_poll')),
    sa.ForeignKeyConstraint(['village_id'], ['village.id'], name=op.f('fk_secret_ballot_village_id_village')),
    sa.PrimaryKeyConstraint('poll_id', 'key', name=op.f('pk_secret_ballot')),
    sqlite_with_rowid=False
    )
    op.create_table('assistance',
    sa.Column('poll_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('rev', sa.Integer(), nullable=False),
    sa.Column('village_id', sa.Integer(), nullable=False),
    sa.Column('voter_id', sa.Integer(), nullable=False),
    sa.Column('helper_id', sa.Integer(), nullable=False),
    sa.Column('witness_id', sa.Integer(), nullable=False),
    sa.Column('helped_at', UTCDateTime(timezone=True), nullable=False),
    sa.CheckConstraint('helper_id <> voter_id AND witness_id <> voter_id', name=op.f('ck_assistance_voter_is_neither')),
    sa.CheckConstraint('helper_id <> witness_id', name=op.f('ck_assistance_helper_is_not_the_witness')),
    sa.ForeignKeyConstraint(['helper_id'], ['person.id'], name=op.f('fk_assistance_helper_id_person')),
    sa.ForeignKeyConstraint(['poll_id', 'number'], ['roll_entry.poll_id', 'roll_entry.number'], name=op.f('fk_assistance_poll_id_number_roll_entry')),
    sa.ForeignKeyConstraint(['village_id'], ['village.id'], name=op.f('fk_assistance_village_id_village')),
    sa.ForeignKeyConstraint(['voter_id'], ['person.id'], name=op.f('fk_assistance_voter_id_person')),
    sa.ForeignKeyConstraint(['witness_id'], ['person.id'], name=op.f('fk_assistance_witness_id_person')),
    sa.PrimaryKeyConstraint('poll_id', 'number', 'rev', name=op.f('pk_assistance'))
    )
    with op.batch_alter_table('assistance', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_assistance_poll_id_helper_id'), ['poll_id', 'helper_id'], unique=False)

    op.create_table('attendance_mark',
    sa.Column('poll_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('village_id', sa.Integer(), nullable=False),
    sa.Column('channel', sa.String(), nullable=False),
    sa.Column('visit_id', sa.Integer(), nullable=True),
    sa.Column('late', sa.Boolean(), nullable=False),
    sa.Column('marked_by', sa.Integer(), nullable=False),
    sa.Column('marked_at', UTCDateTime(timezone=True), nullable=False),
    sa.CheckConstraint("channel IN ('paper', 'hands')", name=op.f('ck_attendance_mark_paper_or_hands')),
    sa.ForeignKeyConstraint(['marked_by'], ['person.id'], name=op.f('fk_attendance_mark_marked_by_person')),
    sa.ForeignKeyConstraint(['poll_id', 'number'], ['roll_entry.poll_id', 'roll_entry.number'], name=op.f('fk_attendance_mark_poll_id_number_roll_entry')),
    sa.ForeignKeyConstraint(['village_id'], ['village.id'], name=op.f('fk_attendance_mark_village_id_village')),
    sa.ForeignKeyConstraint(['visit_id'], ['box_visit.id'], name=op.f('fk_attendance_mark_visit_id_box_visit')),
    sa.PrimaryKeyConstraint('poll_id', 'number', name=op.f('pk_attendance_mark'))
    )
    op.create_table('contest',
    sa.Column('poll_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('contested_by', sa.Integer(), nullable=False),
    sa.Column('village_id', sa.Integer(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('contested_at', UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['contested_by'], ['person.id'], name=op.f('fk_contest_contested_by_person')),
    sa.ForeignKeyConstraint(['poll_id', 'number'], ['roll_entry.poll_id', 'roll_entry.number'], name=op.f('fk_contest_poll_id_number_roll_entry')),
    sa.ForeignKeyConstraint(['village_id'], ['village.id'], name=op.f('fk_contest_village_id_village')),
    sa.PrimaryKeyConstraint('poll_id', 'number', 'contested_by', name=op.f('pk_contest'))
    )
    op.create_table('poll_change_confirmation',
    sa.Column('change_id', sa.Integer(), nullable=False),
    sa.Column('village_id', sa.Integer(), nullable=False),
    sa.Column('poll_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('closes_at', UTCDateTime(timezone=True), nullable=True),
    sa.Column('asked_by', sa.Integer(), nullable=False),
    sa.Column('asked_office', sa.String(), nullable=False),
    sa.Column('confirmed_by', sa.Integer(), nullable=False),
    sa.Column('confirmed_office', sa.String(), nullable=False),
    sa.Column('confirmed_at', UTCDateTime(timezone=True), nullable=False),
    sa.Column('fingerprint', sa.String(), nullable=False),
    sa.CheckConstraint('asked_by <> confirmed_by', name=op.f('ck_poll_change_confirmation_two_persons')),
    sa.CheckConstraint('asked_office <> confirmed_office', name=op.f('ck_poll_change_confirmation_two_offices')),
    sa.ForeignKeyConstraint(['change_id', 'asked_by', 'asked_office'], ['poll_change.id', 'poll_change.asked_by', 'poll_change.asked_office'], name='fk_poll_change_confirmation_change'),
    sa.ForeignKeyConstraint(['confirmed_by'], ['person.id'], name=op.f('fk_poll_change_confirmation_confirmed_by_person')),
    sa.ForeignKeyConstraint(['poll_id'], ['poll.id'], name=op.f('fk_poll_change_confirmation_poll_id_poll')),
    sa.ForeignKeyConstraint(['village_id'], ['village.id'], name=op.f('fk_poll_change_confirmation_village_id_village')),
    sa.PrimaryKeyConstraint('change_id', name=op.f('pk_poll_change_confirmation'))
    )
    with op.batch_alter_table('poll_change_confirmation', schema=None) as batch_op:
        batch_op.create_index('uq_poll_change_confirmation_once', ['poll_id', 'kind'], unique=True, sqlite_where=sa.text("kind <> 'addition'"), postgresql_where=sa.text("kind <> 'addition'"))

    op.create_table('proxy_letter',
    sa.Column('poll_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('village_id', sa.Integer(), nullable=False),
    sa.Column('giver_id', sa.Integer(), nullable=False),
    sa.Column('holder_id', sa.Integer(), nullable=False),
    sa.Column('picture', sa.String(), nullable=False),
    sa.Column('entered_at', UTCDateTime(timezone=True), nullable=False),
    sa.CheckConstraint('giver_id <> holder_id', name=op.f('ck_proxy_letter_nobody_is_their_own_proxy')),
    sa.ForeignKeyConstraint(['giver_id'], ['person.id'], name=op.f('fk_proxy_letter_giver_id_person')),
    sa.ForeignKeyConstraint(['holder_id'], ['person.id'], name=op.f('fk_proxy_letter_holder_id_person')),
    sa.ForeignKeyConstraint(['poll_id', 'number'], ['roll_entry.poll_id', 'roll_entry.number'], name=op.f('fk_proxy_letter_poll_id_number_roll_entry')),
    sa.ForeignKeyConstraint(['village_id'], ['village.id'], name=op.f('fk_proxy_letter_village_id_village')),
    sa.PrimaryKeyConstraint('poll_id', 'number', name=op.f('pk_proxy_letter'))
    )
    with op.batch_alter_table('proxy_letter', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_proxy_letter_poll_id_holder_id'), ['poll_id', 'holder_id'], unique=True)

    op.create_table('sheet_entry',
    sa.Column('sheet_id', sa.Integer(), nullable=False),
    sa.Column('entered_by', sa.Integer(), nullable=False),
    sa.Column('village_id', sa.Integer(), nullable=False),
    sa.Column('figures', sa.String(), nullable=False),
    sa.Column('picture', sa.String(), nullable=False),
    sa.Column('entered_at', UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['entered_by'], ['person.id'], name=op.f('fk_sheet_entry_entered_by_person')),
    sa.ForeignKeyConstraint(['sheet_id'], ['count_sheet.id'], name=op.f('fk_sheet_entry_sheet_id_count_sheet')),
    sa.ForeignKeyConstraint(['village_id'], ['village.id'], name=op.f('fk_sheet_entry_village_id_village')),
    sa.PrimaryKeyConstraint('sheet_id', 'entered_by', name=op.f('pk_sheet_entry')),
    sa.UniqueConstraint('sheet_id', 'entered_by', 'figures', name=op.f('uq_sheet_entry_sheet_id_entered_by_figures'))
    )
    op.create_table('sheet_confirmation',
    sa.Column('sheet_id', sa.Integer(), nullable=False),
    sa.Column('village_id', sa.Integer(), nullable=False),
    sa.Column('figures', sa.String(), nullable=False),
    sa.Column('first_id', sa.Integer(), nullable=False),
    sa.Column('second_id', sa.Integer(), nullable=False),
    sa.Column('confirmed_at', UTCDateTime(timezone=True), nullable=False),
    sa.CheckConstraint('first_id <> second_id', name=op.f('ck_sheet_confirmation_two_persons')),
    sa.ForeignKeyConstraint(['sheet_id', 'first_id', 'figures'], ['sheet_entry.sheet_id', 'sheet_entry.entered_by', 'sheet_entry.figures'], name='fk_sheet_confirmation_first_entry'),
    sa.ForeignKeyConstraint(['sheet_id', 'second_id', 'figures'], ['sheet_entry.sheet_id', 'sheet_entry.entered_by', 'sheet_entry.figures'], name='fk_sheet_confirmation_second_entry'),
    sa.ForeignKeyConstraint(['sheet_id'], ['count_sheet.id'], name=op.f('fk_sheet_confirmation_sheet_id_count_sheet')),
    sa.ForeignKeyConstraint(['village_id'], ['village.id'], name=op.f('fk_sheet_confirmation_village_id_village')),
    sa.PrimaryKeyConstraint('sheet_id', name=op.f('pk_sheet_confirmation'))
    )
    with op.batch_alter_table('notice', schema=None) as batch_op:
        batch_op.add_column(sa.Column('change_id', sa.Integer(), server_default='0', nullable=False))
        batch_op.drop_constraint(batch_op.f('uq_notice_poll_id_tag'), type_='unique')
        batch_op.create_unique_constraint(batch_op.f('uq_notice_poll_id_tag_change_id'), ['poll_id', 'tag', 'change_id'])

    # not in a batch, and defaults as plain words: a rebuilt table would lose its triggers
    op.add_column('poll', sa.Column('secret', sa.Boolean(), server_default='0', nullable=False))
    op.add_column('poll', sa.Column('paper', sa.Boolean(), server_default='0', nullable=False))
    op.add_column('poll', sa.Column('hands', sa.Boolean(), server_default='0', nullable=False))
    op.add_column('poll', sa.Column('turnout_shown', sa.Boolean(), server_default='1', nullable=False))
    op.add_column('poll', sa.Column('cancelled_at', UTCDateTime(timezone=True), nullable=True))
    op.add_column('roll_entry', sa.Column('salt', sa.String(), server_default='', nullable=False))

    for statement in for_channels(op.get_bind().dialect.name):
        op.execute(statement)


def downgrade():
    """Plain DROP COLUMN where a rebuilt table would lose its triggers."""
    for statement in for_channels_removal(op.get_bind().dialect.name):
        op.execute(statement)
    op.execute("ALTER TABLE roll_entry DROP COLUMN salt")
    for column in ("cancelled_at", "turnout_shown", "hands", "paper", "secret"):
        op.execute(f"ALTER TABLE poll DROP COLUMN {column}")
    op.execute("DELETE FROM notice WHERE change_id > 0")

    with op.batch_alter_table('notice', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('uq_notice_poll_id_tag_change_id'), type_='unique')
        batch_op.create_unique_constraint(batch_op.f('uq_notice_poll_id_tag'), ['poll_id', 'tag'])
        batch_op.drop_column('change_id')

    op.drop_table('sheet_confirmation')
    op.drop_table('sheet_entry')
    with op.batch_alter_table('proxy_letter', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_proxy_letter_poll_id_holder_id'))

    op.drop_table('proxy_letter')
    with op.batch_alter_table('poll_change_confirmation', schema=None) as batch_op:
        batch_op.drop_index('uq_poll_change_confirmation_once', sqlite_where=sa.text("kind <> 'addition'"), postgresql_where=sa.text("kind <> 'addition'"))

    op.drop_table('poll_change_confirmation')
    op.drop_table('contest')
    op.drop_table('attendance_mark')
    with op.batch_alter_table('assistance', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_assistance_poll_id_helper_id'))

    op.drop_table('assistance')
    op.drop_table('secret_ballot')
    with op.batch_alter_table('poll_change', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_poll_change_poll_id'))

    op.drop_table('poll_change')
    with op.batch_alter_table('count_sheet', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_count_sheet_poll_id'))

    op.drop_table('count_sheet')
    with op.batch_alter_table('box_visit', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_box_visit_poll_id'))

    op.drop_table('box_visit')
