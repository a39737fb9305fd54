"""Acts in the council's name stand on two officers or on a meeting; a rating can be given anew after work was sent back

Revision ID: 0031
Revises: 0027
Create Date: 2026-12-01 05:10:00.000000

"""
import re

from alembic import op
import sqlalchemy as sa

from consult.migrations import tables
from consult.models.base import UTCDateTime
from consult.models.talk.council_triggers import removal, statements


# revision identifiers, used by Alembic.
revision = "0031"
down_revision = '0030'
branch_labels = None
depends_on = None

ADDED = {("official_answer", "state"): ["withdrawn"]}
POINTS = (
    ("official_answer", "request_id", "council_request"),
    ("official_answer", "item_id", "agenda_item"),
    ("phase_entry", "request_id", "council_request"),
)
KEY = "task_id, person_id"


def upgrade():
    tables.add_values(ADDED)
    op.create_table(
        "council_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("village_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=True),
        sa.Column("objection_id", sa.Integer(), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("request_key", sa.String(), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("asked_office", sa.String(), nullable=False),
        sa.Column("asked_at", UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('answer', 'move', 'objection', 'endorsement_rule', 'extension')",
            name=op.f("ck_council_request_kind_known"),
        ),
        *foreign_keys(
            "council_request",
            village_id="village",
            consultation_id="consultation",
            objection_id="objection",
            asked_by="person",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_council_request")),
        sa.UniqueConstraint("request_key", name=op.f("uq_council_request_request_key")),
        sa.UniqueConstraint(
            "id", "asked_by", "asked_office", name=op.f("uq_council_request_id_asked_by_asked_office")
        ),
    )
    op.create_index(op.f("ix_council_request_village_id_asked_at"), "council_request", ["village_id", "asked_at"])
    op.create_index(op.f("ix_council_request_consultation_id"), "council_request", ["consultation_id"])
    op.create_table(
        "council_request_step",
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("village_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("asked_office", sa.String(), nullable=False),
        sa.Column("done_by", sa.Integer(), nullable=True),
        sa.Column("done_office", sa.String(), server_default="", nullable=False),
        sa.Column("done_at", UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "step IN ('confirmed', 'dropped', 'lapsed')", name=op.f("ck_council_request_step_step_known")
        ),
        sa.CheckConstraint(
            "step <> 'confirmed' OR (done_by IS NOT NULL AND done_by <> asked_by AND done_office <> asked_office)",
            name=op.f("ck_council_request_step_two_persons"),
        ),
        sa.ForeignKeyConstraint(
            ["request_id", "asked_by", "asked_office"],
            ["council_request.id", "council_request.asked_by", "council_request.asked_office"],
            name="fk_council_request_step_request",
        ),
        *foreign_keys("council_request_step", village_id="village", done_by="person"),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_council_request_step")),
    )
    for table, column, target in POINTS:
        point_to(table, column, target)
    if op.get_bind().dialect.name == "sqlite":
        tables.rebuild({"rating": numbered})
    else:
        op.add_column("rating", sa.Column("number", sa.Integer(), server_default="1", nullable=False))
        op.drop_constraint(op.f("pk_rating"), "rating", type_="primary")
        op.create_primary_key(op.f("pk_rating"), "rating", ["task_id", "person_id", "number"])
    for statement in statements(op.get_bind().dialect.name):
        op.execute(statement)


def downgrade():
    """Ratings that were given anew go, and answers that were taken back: the schema before knows neither."""
    for statement in removal(op.get_bind().dialect.name):
        op.execute(statement)
    gone = [
        "DELETE FROM rating WHERE number > 1",
        f"DELETE FROM official_answer WHERE {tables.one_of('state', ADDED['official_answer', 'state'])}",
    ]
    tables.without_triggers(["rating", "official_answer"], gone)
    if op.get_bind().dialect.name == "sqlite":
        tables.rebuild({"rating": not_numbered})
    else:
        op.drop_constraint(op.f("pk_rating"), "rating", type_="primary")
        op.drop_column("rating", "number")
        op.create_primary_key(op.f("pk_rating"), "rating", ["task_id", "person_id"])
    for table, column, _ in reversed(POINTS):
        op.drop_column(table, column)
    op.drop_table("council_request_step")
    op.drop_table("council_request")
    tables.remove_values(ADDED)


def numbered(made):
    made = made.replace(f"PRIMARY KEY ({KEY})", f"PRIMARY KEY ({KEY}, number)")
    return made.replace("village_id INTEGER", "number INTEGER DEFAULT '1' NOT NULL, \n\tvillage_id INTEGER", 1)


def not_numbered(made):
    made = re.sub(r"number INTEGER DEFAULT '1' NOT NULL,\s*", "", made)
    return made.replace(f"PRIMARY KEY ({KEY}, number)", f"PRIMARY KEY ({KEY})")


def point_to(table, column, target):
    name = f"fk_{table}_{column}_{target}"
    op.execute(f"ALTER TABLE {table} ADD COLUMN {column} INTEGER CONSTRAINT {name} REFERENCES {target} (id)")


def foreign_keys(table, **targets):
    return [
        sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"))
        for column, target in targets.items()
    ]
