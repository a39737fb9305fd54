"""Rolls that ask: answers to the questions of a staged roll, long readings, words assigned once

Revision ID: 0021
Revises: 0020
Create Date: 2026-12-01 01:20:00.000000

"""
from alembic import op
import sqlalchemy as sa

from consult.migrations.tables import one_of
from consult.models.base import UTCDateTime


# revision identifiers, used by Alembic.
revision = "0021"
down_revision = '0020'
branch_labels = None
depends_on = None

WORDS = ["office_word", "party_word", "member_word", "head_word"]


def upgrade():
    op.add_column("roll_import", sa.Column("answers_cipher", sa.String(), server_default="", nullable=False))
    op.add_column("roll_import", sa.Column("people_read", sa.Integer(), server_default="0", nullable=False))
    op.add_column("roll_import", sa.Column("reading_seen_at", UTCDateTime(timezone=True), nullable=True))
    op.add_column("roll_import", sa.Column("problems", sa.JSON(), server_default="[]", nullable=False))
    # rows staged before were settled when they were read: the clerk uploads such a file once more
    op.execute("UPDATE roll_import SET rows_cipher = '' WHERE confirmed_at IS NULL")
    op.create_table(
        "roll_word",
        sa.Column("village_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("word", sa.String(), nullable=False),
        sa.Column("meaning", sa.String(), nullable=False),
        sa.Column("set_by", sa.Integer(), nullable=True),
        sa.Column("set_at", UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(one_of("kind", WORDS), name=op.f("ck_roll_word_kind_known")),
        sa.ForeignKeyConstraint(["village_id"], ["village.id"], name=op.f("fk_roll_word_village_id_village")),
        sa.ForeignKeyConstraint(["set_by"], ["person.id"], name=op.f("fk_roll_word_set_by_person")),
        sa.PrimaryKeyConstraint("village_id", "kind", "word", name=op.f("pk_roll_word")),
    )


def downgrade():
    op.drop_table("roll_word")
    op.execute("UPDATE roll_import SET rows_cipher = '' WHERE confirmed_at IS NULL")
    for column in ("problems", "reading_seen_at", "people_read", "answers_cipher"):
        op.drop_column("roll_import", column)
