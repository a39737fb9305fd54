"""Stored files belong to a village and a person; the day's use of each person is counted

Revision ID: 0012
Revises: 0011
Create Date: 2026-11-30 14:00:00.000000

"""
import json

from alembic import op
import sqlalchemy as sa

from consult.models.base import UTCDateTime


# revision identifiers, used by Alembic.
revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None

RENAMED = ("picture", "recording", "signed_page", "board_photo")
"""Their column `digest` is the name of a file, and need be no digest any more."""
NAMED_IN = (
    ("picture", "file_name", "pictures", "NULL", None),
    ("recording", "file_name", "recordings", "recorded_by", "recorded_at"),
    ("signed_page", "file_name", "pictures", "added_by", "added_at"),
    ("board_photo", "file_name", "pictures", "taken_by", "taken_at"),
    ("sheet_entry", "picture", "pictures", "entered_by", "entered_at"),
    ("proxy_letter", "picture", "pictures", "holder_id", "entered_at"),
    ("arrival", "letter", "pictures", "recorded_by", "recorded_at"),
    ("deliberation_step", "picture", "pictures", "recorded_by", "recorded_at"),
)
"""Table and column that name a stored file, its folder, who sent it and when."""


def upgrade():
    op.create_table('stored_file',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('village_id', sa.Integer(), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=True),
    sa.Column('folder', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('salt', sa.String(), nullable=False),
    sa.Column('digest', sa.String(), nullable=False),
    sa.Column('seconds', sa.Integer(), nullable=True),
    sa.Column('stored_at', UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['owner_id'], ['person.id'], name=op.f('fk_stored_file_owner_id_person')),
    sa.ForeignKeyConstraint(['village_id'], ['village.id'], name=op.f('fk_stored_file_village_id_village')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stored_file')),
    sa.UniqueConstraint('village_id', 'name', name=op.f('uq_stored_file_village_id_name'))
    )
    op.create_index(op.f('ix_stored_file_owner_id'), 'stored_file', ['owner_id'])
    op.create_table('allowance',
    sa.Column('mark', sa.String(), nullable=False),
    sa.Column('village_id', sa.Integer(), nullable=False),
    sa.Column('used', sa.BigInteger(), nullable=False),
    sa.Column('counted_on', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['village_id'], ['village.id'], name=op.f('fk_allowance_village_id_village')),
    sa.PrimaryKeyConstraint('mark', name=op.f('pk_allowance'))
    )
    op.create_index(op.f('ix_allowance_counted_on'), 'allowance', ['counted_on'])
    for table in RENAMED:
        op.execute(f"ALTER TABLE {table} RENAME COLUMN digest TO file_name")
    for table, column, folder, owner, at in NAMED_IN:
        instant = at or "CURRENT_TIMESTAMP"
        _take_over(table, column, folder, owner, instant)
    _take_over_drafts()


def _take_over(table, column, folder, owner, at):
    """Note the files that a table names. Their names are their digests, which the log holds without a salt."""
    lone_owner = "NULL" if owner == "NULL" else f"min({owner})"
    op.execute(
        f"INSERT INTO stored_file (village_id, owner_id, folder, name, salt, digest, seconds, stored_at) "
        f"SELECT village_id, {lone_owner}, '{folder}', {column}, '', {column}, NULL, min({at}) FROM {table} "
        f"WHERE {column} <> '' AND NOT EXISTS (SELECT 1 FROM stored_file s WHERE s.village_id = {table}.village_id "
        f"AND s.name = {table}.{column}) GROUP BY village_id, {column}"
    )


def _take_over_drafts():
    """Note the pictures of proposals that are still being written."""
    connection = op.get_bind()
    drafts = connection.execute(sa.text("SELECT village_id, person_id, fields, written_at FROM proposal_draft")).all()
    for village_id, person_id, fields, written_at in drafts:
        known = json.loads(fields) if isinstance(fields, str) else fields
        for name in {known.get("kept") or "", (known.get("picture") or [""])[0]} - {""}:
            there = sa.text("SELECT 1 FROM stored_file WHERE village_id = :village AND name = :name")
            row = {"village": village_id, "name": name, "owner": person_id, "at": written_at}
            if connection.execute(there, row).first() is None:
                connection.execute(
                    sa.text(
                        "INSERT INTO stored_file (village_id, owner_id, folder, name, salt, digest, stored_at) "
                        "VALUES (:village, :owner, 'pictures', :name, '', :name, :at)"
                    ),
                    row,
                )


def downgrade():
    for table in RENAMED:
        op.execute(f"ALTER TABLE {table} RENAME COLUMN file_name TO digest")
    op.drop_table('allowance')
    op.drop_table('stored_file')
