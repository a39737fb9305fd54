"""The log tells no names: entries of a second form, whose person and instant are committed with salt

Revision ID: 0010
Revises: 0009
Create Date: 2026-11-30 14:00:00.000000

Entries that stand there keep their form and their hash. Going back drops the salts: entries of the second form stay,
but their hashes cannot be recomputed any more.
"""
import secrets

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None

COLUMNS = (("audit_entry", "form"), ("audit_entry", "salt"), ("audit_head", "key"), ("notice", "assets"))


def upgrade():
    # not in a batch: a rebuilt table would lose its triggers
    op.add_column("audit_entry", sa.Column("form", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("audit_entry", sa.Column("salt", sa.String(), nullable=False, server_default=""))
    op.add_column("audit_head", sa.Column("key", sa.String(), nullable=False, server_default=""))
    op.add_column("notice", sa.Column("assets", sa.String(), nullable=False, server_default=""))
    connection = op.get_bind()
    for village in connection.execute(sa.text("SELECT village_id FROM audit_head")).scalars().all():
        values = {"key": secrets.token_hex(32), "village": village}
        connection.execute(sa.text("UPDATE audit_head SET key = :key WHERE village_id = :village"), values)


def downgrade():
    for table, column in COLUMNS:
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
