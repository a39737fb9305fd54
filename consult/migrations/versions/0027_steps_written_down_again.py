"""A step of the four deliberations can be written down again, for words or a kind that changed since

Revision ID: 0027
Revises: 0026
Create Date: 2026-12-01 01:40:00.000000

"""
import re

from alembic import op
import sqlalchemy as sa

from consult.migrations.tables import rebuild, without_triggers


# revision identifiers, used by Alembic.
revision = "0027"
down_revision = '0026'
branch_labels = None
depends_on = None

TABLE = "deliberation_step"
KEY = "consultation_id, step"


def upgrade():
    if op.get_bind().dialect.name == "sqlite":
        rebuild({TABLE: numbered})
        return
    op.add_column(TABLE, sa.Column("number", sa.Integer(), server_default="1", nullable=False))
    op.drop_constraint(op.f(f"pk_{TABLE}"), TABLE, type_="primary")
    op.create_primary_key(op.f(f"pk_{TABLE}"), TABLE, ["consultation_id", "step", "number"])


def downgrade():
    """Steps that were written down again go: the schema before knows one of each."""
    without_triggers([TABLE], [f"DELETE FROM {TABLE} WHERE number > 1"])
    if op.get_bind().dialect.name == "sqlite":
        rebuild({TABLE: not_numbered})
        return
    op.drop_constraint(op.f(f"pk_{TABLE}"), TABLE, type_="primary")
    op.drop_column(TABLE, "number")
    op.create_primary_key(op.f(f"pk_{TABLE}"), TABLE, ["consultation_id", "step"])


def numbered(made):
    made = made.replace(f"PRIMARY KEY ({KEY})", f"PRIMARY KEY ({KEY}, number)")
    return made.replace("village_id INTEGER", "number INTEGER DEFAULT '1' NOT NULL, \n\tvillage_id INTEGER", 1)


def not_numbered(made):
    made = re.sub(r"number INTEGER DEFAULT '1' NOT NULL,\s*", "", made)
    return made.replace(f"PRIMARY KEY ({KEY}, number)", f"PRIMARY KEY ({KEY})")
