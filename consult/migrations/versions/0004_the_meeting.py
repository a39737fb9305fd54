"""The meeting

Revision ID: 0004
Revises: 0003
Create Date: 2026-11-27 21:05:50.874238

"""
from alembic import op
import sqlalchemy as sa

from consult.models.base import UTCDateTime
from consult.models.meetings.meeting_triggers import removal, statements


# revision identifiers, used by Alembic.
revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


ABOUT_ONE_THING = (
    "(poll_id IS NOT NULL AND meeting_id IS NULL AND consultation_id IS NULL) OR "
    "(poll_id IS NULL AND meeting_id IS NOT NULL AND consultation_id IS NULL) OR "
    "(poll_id IS NULL AND meeting_id IS NULL AND consultation_id IS NOT NULL)"
)


def upgrade():
    op.create_table('petition',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('village_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('words', sa.String(), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('of', sa.Integer(), nullable=False),
    sa.Column('needed', sa.Integer(), nullable=False),
    sa.Column('request_key', sa.String(), nullable=False),
    sa.Column('opened_by', sa.Integer(), nullable=False),
    sa.Column('opened_at', UTCDateTime(timezone=True), nullable=False),
    sa.Column('reached_at', UTCDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['opened_by'], ['person.id'], name=op.f('fk_petition_opened_by_person')),
    sa.ForeignKeyConstraint(['village_id'], ['village.id'], name=op.f('fk_petition_village_id_village')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_petition')),
    sa.UniqueConstraint('request_key', name=op.f('uq_petition_request_key'))
    )
    with op.batch_alter_table('petition', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_petition_village_id_opened_at'), ['village_id', 'opened_at'], unique=False)

    op.create_table('matter_choice',
    sa.Column('consultation_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('village_id', sa.Integer(), nullable=False),
    sa.Column('matter', sa.String(), nullable=False),
    sa.Column('chosen_by', sa.Integer(), nullable=False),
    sa.Column('chosen_at', UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['chosen_by'], ['person.id'], name=op.f('fk_matter_choice_chosen_by_person')),
    sa.ForeignKeyConstraint(['consultation_id'], ['consultation.id'], name=op.f('fk_matter_choice_consultation_id_consultation')),
    sa.ForeignKeyConstraint(['village_id'], ['village.id'], name=op.f('fk_matter_choice_village_id_village')),
    sa.PrimaryKeyConstraint('consultation_id', 'number', name=op.f('pk_matter_choice'))
    )
    op.create_table('meeting',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('village_id', sa.Integer(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('body', sa.String(), nullable=False),
    sa.Column('group_id', sa.Integer(), nullable=True),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('place', sa.String(), nullable=False),
    sa.Column('starts_at', UTCDateTime(timezone=True), nullable=False),
    sa.Column('speech_minutes', sa.Integer(), nullable=False),
    sa.Column('petition_id', sa.Integer(), nullable=True),
    sa.Column('drafted_by', sa.Integer(), nullable=False),
    sa.Column('drafted_at', UTCDateTime(timezone=True), nullable=False),
    sa.Column('request_key', sa.String(), nullable=False),
    sa.Column('called_by', sa.Integer(), nullable=True),
    sa.Column('called_at', UTCDateTime(timezone=True), nullable=True),
    sa.Column('short_notice_reason', sa.String(), server_default='', nullable=False),
    sa.Column('study_exception', sa.String(), server_default='', nullable=False),
    sa.Column('authorisation', sa.String(), server_default='', nullable=False),
    sa.Column('frozen', sa.JSON(), nullable=True),
    sa.Column('fingerprint', sa.String(), nullable=True),
    sa.Column('opened_at', UTCDateTime(timezone=True), nullable=True),
    sa.Column('closed_at', UTCDateTime(timezone=True), nullable=True),
    sa.Column('cancelled_at', UTCDateTime(timezone=True), nullable=True),
    sa.Column('pulse', sa.Integer(), server_default='0', nullable=False),
    sa.ForeignKeyConstraint(['called_by'], ['person.id'], name=op.f('fk_meeting_called_by_person')),
    sa.ForeignKeyConstraint(['drafted_by'], ['person.id'], name=op.f('fk_meeting_drafted_by_person')),
    sa.ForeignKeyConstraint(['group_id'], ['village_group.id'], name=op.f('fk_meeting_group_id_village_group')),
    sa.ForeignKeyConstraint(['petition_id'], ['petition.id'], name=op.f('fk_meeting_petition_id_petition')),
    sa.ForeignKeyConstraint(['village_id'], ['village.id'], name=op.f('fk_meeting_village_id_village')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_meeting')),
    sa.UniqueConstraint('request_key', name=op.f('uq_meeting_request_key')),
    sa.UniqueConstraint('village_id', 'year', 'number', name=op.f('uq_meeting_village_id_year_number'))
    )
    with op.batch_alter_table('meeting', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_meeting_village_id_starts_at'), ['village_id', 'starts_at'], unique=False)

    op.create_table('motion_check',
    sa.Column('consultation_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('village_id', sa.Integer(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('answers', sa.JSON(), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('checked_by', sa.Integer(), nullable=False),
    sa.Column('checked_at', UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['checked_by'], ['person.id'], name=op.f('fk_motion_check_checked_by_person')),
    sa.ForeignKeyConstraint(['consultation_id'], ['consultation.id'], name=op.f('fk_motion_check_consultation_id_consultation')),
    sa.ForeignKeyConstraint(['village_id'], ['village.id'], name=op.f('fk_motion_check_village_id_village')),
    sa.PrimaryKeyConstraint('consultation_id', 'number', name=op.f('pk_motion_check'))
    )
    op.create_table('petition_signature',
    sa.Column('petition_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('village_id', sa.Integer(), nullable=False),
    sa.Column('signed_at', UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_petition_signature_person_id_person')),
    sa.ForeignKeyConstraint(['petition_id'], ['petition.id'], name=op.f('fk_petition_signature_petition_id_petition')),
    sa.ForeignKeyConstraint(['village_id'], ['village.id'], name=op.f('fk_petition_signature_village_id_village')),
    sa.PrimaryKeyConstraint('petition_id', 'person_id', name=op.f('pk_petition_signature'))
    )
    op.create_table('agenda_item',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('village_id', sa.Integer(), nullable=False),
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('consultation_id', sa.Integer(), nullable=True),
    sa.Column('reason', sa.String(), server_default='', nullable=False),
    sa.Column('request_key', sa.String(), nullable=False),
    sa.Column('added_by', sa.Integer(), nullable=False),
    sa.Column('added_at', UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['added_by'], ['person.id'], name=op.f('fk_agenda_item_added_by_person')),
    sa.ForeignKeyConstraint(['consultation_id'], ['consultation.id'], name=op.f('fk_agenda_item_consultation_id_consultation')),
    sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_agenda_item_meeting_id_meeting')),
    sa.ForeignKeyConstraint(['village_id'], ['village.id'], name=op.f('fk_agenda_item_village_id_village')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agenda_item')),
    sa.UniqueConstraint('meeting_id', 'number', name=op.f('uq_agenda_item_meeting_id_number')),
    sa.UniqueConstraint('request_key', name=op.f('uq_agenda_item_request_key'))
    )
    with op.batch_alter_table('agenda_item', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_agenda_item_consultation_id'), ['consultation_id'], unique=False)

    op.create_table('arrival',
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('village_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('roll_number', sa.Integer(), nullable=True),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('way', sa.String(), nullable=True),
    sa.Column('guest', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('letter', sa.String(), nullable=False),
    sa.Column('undoes', sa.Integer(), nullable=True),
    sa.Column('late', sa.Boolean(), nullable=False),
    sa.Column('recorded_by', sa.Integer(), nullable=False),
    sa.Column('recorded_at', UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_arrival_meeting_id_meeting')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_arrival_person_id_person')),
    sa.ForeignKeyConstraint(['recorded_by'], ['person.id'], name=op.f('fk_arrival_recorded_by_person')),
    sa.ForeignKeyConstraint(['village_id'], ['village.id'], name=op.f('fk_arrival_village_id_village')),
    sa.PrimaryKeyConstraint('meeting_id', 'number', name=op.f('pk_arrival'))
    )
    with op.batch_alter_table('arrival', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_arrival_meeting_id_roll_number'), ['meeting_id', 'roll_number'], unique=False)

    op.create_table('meeting_addition',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('village_id', sa.Integer(), nullable=False),
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('request_key', sa.String(), nullable=False),
    sa.Column('asked_by', sa.Integer(), nullable=False),
    sa.Column('asked_office', sa.String(), nullable=False),
    sa.Column('asked_at', UTCDateTime(timezone=True), nullable=False),
    sa.Column('confirmed_by', sa.Integer(), nullable=True),
    sa.Column('confirmed_office', sa.String(), nullable=True),
    sa.Column('confirmed_at', UTCDateTime(timezone=True), nullable=True),
    sa.Column('number', sa.Integer(), nullable=True),
    sa.CheckConstraint('confirmed_by IS NULL OR confirmed_by <> asked_by', name=op.f('ck_meeting_addition_two_persons')),
    sa.CheckConstraint('confirmed_office IS NULL OR confirmed_office <> asked_office', name=op.f('ck_meeting_addition_two_offices')),
    sa.ForeignKeyConstraint(['asked_by'], ['person.id'], name=op.f('fk_meeting_addition_asked_by_person')),
    sa.ForeignKeyConstraint(['confirmed_by'], ['person.id'], name=op.f('fk_meeting_addition_confirmed_by_person')),
    sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_meeting_addition_meeting_id_meeting')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_meeting_addition_person_id_person')),
    sa.ForeignKeyConstraint(['village_id'], ['village.id'], name=op.f('fk_meeting_addition_village_id_village')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_meeting_addition')),
    sa.UniqueConstraint('request_key', name=op.f('uq_meeting_addition_request_key'))
    )
    with op.batch_alter_table('meeting_addition', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_meeting_addition_meeting_id'), ['meeting_id'], unique=False)

    op.create_table('meeting_change',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('village_id', sa.Integer(), nullable=False),
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('place', sa.String(), nullable=False),
    sa.Column('starts_at', UTCDateTime(timezone=True), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('request_key', sa.String(), nullable=False),
    sa.Column('changed_by', sa.Integer(), nullable=False),
    sa.Column('changed_at', UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['changed_by'], ['person.id'], name=op.f('fk_meeting_change_changed_by_person')),
    sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_meeting_change_meeting_id_meeting')),
    sa.ForeignKeyConstraint(['village_id'], ['village.id'], name=op.f('fk_meeting_change_village_id_village')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_meeting_change')),
    sa.UniqueConstraint('request_key', name=op.f('uq_meeting_change_request_key'))
    )
    with op.batch_alter_table('meeting_change', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_meeting_change_meeting_id'), ['meeting_id'], unique=False)

    op.create_table('meeting_roll_entry',
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('village_id', sa.Integer(), nullable=False),
    sa.Column('unit', sa.String(), nullable=False),
    sa.Column('household_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('salt', sa.String(), nullable=False),
    sa.Column('attending_id', sa.Integer(), nullable=True),
    sa.Column('way', sa.String(), nullable=True),
    sa.ForeignKeyConstraint(['attending_id'], ['person.id'], name=op.f('fk_meeting_roll_entry_attending_id_person')),
    sa.ForeignKeyConstraint(['household_id'], ['household.id'], name=op.f('fk_meeting_roll_entry_household_id_household')),
    sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_meeting_roll_entry_meeting_id_meeting')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_meeting_roll_entry_person_id_person')),
    sa.ForeignKeyConstraint(['village_id'], ['village.id'], name=op.f('fk_meeting_roll_entry_village_id_village')),
    sa.PrimaryKeyConstraint('meeting_id', 'number', name=op.f('pk_meeting_roll_entry')),
    sa.UniqueConstraint('meeting_id', 'unit', name=op.f('uq_meeting_roll_entry_meeting_id_unit'))
    )
    with op.batch_alter_table('meeting_roll_entry', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_meeting_roll_entry_household_id_meeting_id'), ['household_id', 'meeting_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_meeting_roll_entry_person_id_meeting_id'), ['person_id', 'meeting_id'], unique=False)

    op.create_table('minutes_confirmation',
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('village_id', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(), nullable=False),
    sa.Column('confirmed_by', sa.Integer(), nullable=False),
    sa.Column('confirmed_at', UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['confirmed_by'], ['person.id'], name=op.f('fk_minutes_confirmation_confirmed_by_person')),
    sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_minutes_confirmation_meeting_id_meeting')),
    sa.ForeignKeyConstraint(['village_id'], ['village.id'], name=op.f('fk_minutes_confirmation_village_id_village')),
    sa.PrimaryKeyConstraint('meeting_id', 'number', name=op.f('pk_minutes_confirmation'))
    )
    op.create_table('proceeding',
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('village_id', sa.Integer(), nullable=False),
    sa.Column('step', sa.String(), nullable=False),
    sa.Column('item', sa.Integer(), nullable=True),
    sa.Column('facts', sa.JSON(), nullable=False),
    sa.Column('request_key', sa.String(), nullable=False),
    sa.Column('actor_id', sa.Integer(), nullable=False),
    sa.Column('recorded_at', UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['actor_id'], ['person.id'], name=op.f('fk_proceeding_actor_id_person')),
    sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_proceeding_meeting_id_meeting')),
    sa.ForeignKeyConstraint(['village_id'], ['village.id'], name=op.f('fk_proceeding_village_id_village')),
    sa.PrimaryKeyConstraint('meeting_id', 'number', name=op.f('pk_proceeding')),
    sa.UniqueConstraint('request_key', name=op.f('uq_proceeding_request_key'))
    )
    op.create_table('rsvp',
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('village_id', sa.Integer(), nullable=False),
    sa.Column('answer', sa.String(), nullable=False),
    sa.Column('answered_at', UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_rsvp_meeting_id_meeting')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_rsvp_person_id_person')),
    sa.ForeignKeyConstraint(['village_id'], ['village.id'], name=op.f('fk_rsvp_village_id_village')),
    sa.PrimaryKeyConstraint('meeting_id', 'person_id', name=op.f('pk_rsvp'))
    )
    op.create_table('signed_page',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('village_id', sa.Integer(), nullable=False),
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(), nullable=False),
    sa.Column('request_key', sa.String(), nullable=False),
    sa.Column('added_by', sa.Integer(), nullable=False),
    sa.Column('added_at', UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['added_by'], ['person.id'], name=op.f('fk_signed_page_added_by_person')),
    sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_signed_page_meeting_id_meeting')),
    sa.ForeignKeyConstraint(['village_id'], ['village.id'], name=op.f('fk_signed_page_village_id_village')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_signed_page')),
    sa.UniqueConstraint('request_key', name=op.f('uq_signed_page_request_key'))
    )
    with op.batch_alter_table('signed_page', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_signed_page_meeting_id'), ['meeting_id'], unique=False)

    op.create_table('board_photo',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('village_id', sa.Integer(), nullable=False),
    sa.Column('notice_id', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(), nullable=False),
    sa.Column('request_key', sa.String(), nullable=False),
    sa.Column('taken_by', sa.Integer(), nullable=False),
    sa.Column('taken_at', UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['notice_id'], ['notice.id'], name=op.f('fk_board_photo_notice_id_notice')),
    sa.ForeignKeyConstraint(['taken_by'], ['person.id'], name=op.f('fk_board_photo_taken_by_person')),
    sa.ForeignKeyConstraint(['village_id'], ['village.id'], name=op.f('fk_board_photo_village_id_village')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_board_photo')),
    sa.UniqueConstraint('request_key', name=op.f('uq_board_photo_request_key'))
    )
    with op.batch_alter_table('board_photo', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_board_photo_notice_id'), ['notice_id'], unique=False)

    op.create_table('deliberation_step',
    sa.Column('consultation_id', sa.Integer(), nullable=False),
    sa.Column('step', sa.String(), nullable=False),
    sa.Column('village_id', sa.Integer(), nullable=False),
    sa.Column('held_on', sa.Date(), nullable=False),
    sa.Column('place', sa.String(), nullable=False),
    sa.Column('expected', sa.Integer(), nullable=False),
    sa.Column('present', sa.Integer(), nullable=False),
    sa.Column('support', sa.Integer(), nullable=False),
    sa.Column('oppose', sa.Integer(), nullable=False),
    sa.Column('abstain', sa.Integer(), nullable=False),
    sa.Column('words', sa.String(), nullable=False),
    sa.Column('exception', sa.String(), nullable=False),
    sa.Column('picture', sa.String(), nullable=False),
    sa.Column('meeting_id', sa.Integer(), nullable=True),
    sa.Column('poll_id', sa.Integer(), nullable=True),
    sa.Column('notice_id', sa.Integer(), nullable=True),
    sa.Column('recorded_by', sa.Integer(), nullable=False),
    sa.Column('recorded_at', UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['consultation_id'], ['consultation.id'], name=op.f('fk_deliberation_step_consultation_id_consultation')),
    sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_deliberation_step_meeting_id_meeting')),
    sa.ForeignKeyConstraint(['notice_id'], ['notice.id'], name=op.f('fk_deliberation_step_notice_id_notice')),
    sa.ForeignKeyConstraint(['poll_id'], ['poll.id'], name=op.f('fk_deliberation_step_poll_id_poll')),
    sa.ForeignKeyConstraint(['recorded_by'], ['person.id'], name=op.f('fk_deliberation_step_recorded_by_person')),
    sa.ForeignKeyConstraint(['village_id'], ['village.id'], name=op.f('fk_deliberation_step_village_id_village')),
    sa.PrimaryKeyConstraint('consultation_id', 'step', name=op.f('pk_deliberation_step'))
    )
    op.create_table('meeting_poll',
    sa.Column('poll_id', sa.Integer(), nullable=False),
    sa.Column('village_id', sa.Integer(), nullable=False),
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('item_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['item_id'], ['agenda_item.id'], name=op.f('fk_meeting_poll_item_id_agenda_item')),
    sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_meeting_poll_meeting_id_meeting')),
    sa.ForeignKeyConstraint(['poll_id'], ['poll.id'], name=op.f('fk_meeting_poll_poll_id_poll')),
    sa.ForeignKeyConstraint(['village_id'], ['village.id'], name=op.f('fk_meeting_poll_village_id_village')),
    sa.PrimaryKeyConstraint('poll_id', name=op.f('pk_meeting_poll'))
    )
    with op.batch_alter_table('meeting_poll', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_meeting_poll_meeting_id'), ['meeting_id'], unique=False)

    op.create_table('objection',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('village_id', sa.Integer(), nullable=False),
    sa.Column('notice_id', sa.Integer(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('request_key', sa.String(), nullable=False),
    sa.Column('made_by', sa.Integer(), nullable=False),
    sa.Column('made_at', UTCDateTime(timezone=True), nullable=False),
    sa.Column('answer', sa.String(), nullable=False),
    sa.Column('answered_by', sa.Integer(), nullable=True),
    sa.Column('answered_at', UTCDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['answered_by'], ['person.id'], name=op.f('fk_objection_answered_by_person')),
    sa.ForeignKeyConstraint(['made_by'], ['person.id'], name=op.f('fk_objection_made_by_person')),
    sa.ForeignKeyConstraint(['notice_id'], ['notice.id'], name=op.f('fk_objection_notice_id_notice')),
    sa.ForeignKeyConstraint(['village_id'], ['village.id'], name=op.f('fk_objection_village_id_village')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_objection')),
    sa.UniqueConstraint('request_key', name=op.f('uq_objection_request_key'))
    )
    with op.batch_alter_table('objection', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_objection_notice_id'), ['notice_id'], unique=False)

    op.create_table('poll_ending',
    sa.Column('poll_id', sa.Integer(), nullable=False),
    sa.Column('village_id', sa.Integer(), nullable=False),
    sa.Column('ended_at', UTCDateTime(timezone=True), nullable=False),
    sa.Column('ended_by', sa.Integer(), nullable=True),
    sa.Column('present', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['ended_by'], ['person.id'], name=op.f('fk_poll_ending_ended_by_person')),
    sa.ForeignKeyConstraint(['poll_id'], ['meeting_poll.poll_id'], name=op.f('fk_poll_ending_poll_id_meeting_poll')),
    sa.ForeignKeyConstraint(['village_id'], ['village.id'], name=op.f('fk_poll_ending_village_id_village')),
    sa.PrimaryKeyConstraint('poll_id', name=op.f('pk_poll_ending'))
    )
    with op.batch_alter_table('notice', schema=None) as batch_op:
        batch_op.add_column(sa.Column('meeting_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('consultation_id', sa.Integer(), nullable=True))
        batch_op.create_unique_constraint(batch_op.f('uq_notice_consultation_id_tag_change_id'), ['consultation_id', 'tag', 'change_id'])
        batch_op.create_unique_constraint(batch_op.f('uq_notice_meeting_id_tag_change_id'), ['meeting_id', 'tag', 'change_id'])
        batch_op.create_foreign_key(batch_op.f('fk_notice_meeting_id_meeting'), 'meeting', ['meeting_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_notice_consultation_id_consultation'), 'consultation', ['consultation_id'], ['id'])
        batch_op.create_check_constraint(batch_op.f('ck_notice_about_one_thing'), ABOUT_ONE_THING)
    with op.batch_alter_table('search_entry', schema=None) as batch_op:
        batch_op.alter_column('consultation_id', existing_type=sa.Integer(), nullable=True)

    for statement in statements(op.get_bind().dialect.name):
        op.execute(statement)



def downgrade():
    """An older schema has no place for meetings: they go, with the notices about them."""
    for statement in removal(op.get_bind().dialect.name):
        op.execute(statement)
    op.drop_table('poll_ending')
    with op.batch_alter_table('objection', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_objection_notice_id'))

    op.drop_table('objection')
    with op.batch_alter_table('meeting_poll', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_meeting_poll_meeting_id'))

    op.drop_table('meeting_poll')
    op.drop_table('deliberation_step')
    with op.batch_alter_table('board_photo', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_board_photo_notice_id'))

    op.drop_table('board_photo')
    op.execute("DELETE FROM search_pair WHERE entry_id IN (SELECT id FROM search_entry WHERE consultation_id IS NULL)")
    op.execute("DELETE FROM search_entry WHERE consultation_id IS NULL")
    with op.batch_alter_table('search_entry', schema=None) as batch_op:
        batch_op.alter_column('consultation_id', existing_type=sa.Integer(), nullable=False)
    op.execute("DELETE FROM notice WHERE poll_id IS NULL")
    with op.batch_alter_table('notice', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_notice_about_one_thing'), type_='check')
        batch_op.drop_constraint(batch_op.f('fk_notice_consultation_id_consultation'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_notice_meeting_id_meeting'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('uq_notice_meeting_id_tag_change_id'), type_='unique')
        batch_op.drop_constraint(batch_op.f('uq_notice_consultation_id_tag_change_id'), type_='unique')
        batch_op.drop_column('consultation_id')
        batch_op.drop_column('meeting_id')

    with op.batch_alter_table('signed_page', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_signed_page_meeting_id'))

    op.drop_table('signed_page')
    op.drop_table('rsvp')
    op.drop_table('proceeding')
    op.drop_table('minutes_confirmation')
    with op.batch_alter_table('meeting_roll_entry', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_meeting_roll_entry_person_id_meeting_id'))
        batch_op.drop_index(batch_op.f('ix_meeting_roll_entry_household_id_meeting_id'))

    op.drop_table('meeting_roll_entry')
    with op.batch_alter_table('meeting_change', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_meeting_change_meeting_id'))

    op.drop_table('meeting_change')
    with op.batch_alter_table('meeting_addition', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_meeting_addition_meeting_id'))

    op.drop_table('meeting_addition')
    with op.batch_alter_table('arrival', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_arrival_meeting_id_roll_number'))

    op.drop_table('arrival')
    with op.batch_alter_table('agenda_item', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_agenda_item_consultation_id'))

    op.drop_table('agenda_item')
    op.drop_table('petition_signature')
    op.drop_table('motion_check')
    with op.batch_alter_table('meeting', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_meeting_village_id_starts_at'))

    op.drop_table('meeting')
    op.drop_table('matter_choice')
    with op.batch_alter_table('petition', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_petition_village_id_opened_at'))

    op.drop_table('petition')
