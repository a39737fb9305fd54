"""A later day for an answer, mergers that are asked for, names that move with one, and who may not decide on hidden words

Revision ID: 0032
Revises: 0027
Create Date: 2026-12-01 05:10:00.000000

"""
from alembic import op
import sqlalchemy as sa

from consult.models.base import UTCDateTime
from consult.models.talk.duty_triggers import removal, statements


# revision identifiers, used by Alembic.
revision = "0032"
down_revision = '0031'
branch_labels = None
depends_on = None

NOT_ENDED = sa.text("ended_at IS NULL")
ENDS = ("agreed", "held", "declined", "dropped", "lapsed")


def upgrade():
    op.create_table(
        "answer_extension",
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("village_id", sa.Integer(), nullable=False),
        sa.Column("due_before", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("extended_by", sa.Integer(), nullable=False),
        sa.Column("extended_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        *foreign_keys(
            "answer_extension",
            consultation_id="consultation",
            village_id="village",
            extended_by="person",
            request_id="council_request",
        ),
        sa.PrimaryKeyConstraint("consultation_id", name=op.f("pk_answer_extension")),
    )
    op.create_table(
        "merger_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("village_id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("into_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("asked_office", sa.String(), nullable=False),
        sa.Column("asked_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.Integer(), nullable=True),
        sa.Column("confirmed_office", sa.String(), server_default="", nullable=False),
        sa.Column("confirmed_at", UTCDateTime(timezone=True), nullable=True),
        sa.Column("holds_on", sa.Date(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("ended_by", sa.Integer(), nullable=True),
        sa.Column("ended_at", UTCDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "confirmed_by IS NULL OR (confirmed_by <> asked_by AND confirmed_office <> asked_office)",
            name=op.f("ck_merger_request_two_persons"),
        ),
        sa.CheckConstraint(
            "outcome IN ({})".format(", ".join(f"'{one}'" for one in ENDS)),
            name=op.f("ck_merger_request_outcome_known"),
        ),
        *foreign_keys(
            "merger_request",
            village_id="village",
            consultation_id="consultation",
            into_id="consultation",
            asked_by="person",
            confirmed_by="person",
            ended_by="person",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merger_request")),
    )
    op.create_index(op.f("ix_merger_request_village_id_ended_at"), "merger_request", ["village_id", "ended_at"])
    op.create_index(op.f("ix_merger_request_into_id"), "merger_request", ["into_id"])
    op.create_index(
        "uq_merger_request_open",
        "merger_request",
        ["consultation_id"],
        unique=True,
        sqlite_where=NOT_ENDED,
        postgresql_where=NOT_ENDED,
    )
    op.create_table(
        "hiding_party",
        sa.Column("hiding_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("village_id", sa.Integer(), nullable=False),
        *foreign_keys("hiding_party", hiding_id="hiding", person_id="person", village_id="village"),
        sa.PrimaryKeyConstraint("hiding_id", "person_id", name=op.f("pk_hiding_party")),
    )
    op.add_column("hiding", sa.Column("original", sa.JSON(), nullable=True))
    op.add_column("report", sa.Column("about_me", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("consultation", sa.Column("owed_since", UTCDateTime(timezone=True), nullable=True))
    op.add_column("endorsement", sa.Column("carried_from", sa.Integer(), nullable=True))
    op.create_index(
        op.f("ix_consultation_village_id_phase_id"), "consultation", ["village_id", "phase", "id"]
    )
    op.create_index(op.f("ix_consultation_village_id_year_id"), "consultation", ["village_id", "year", "id"])
    for statement in statements(op.get_bind().dialect.name):
        op.execute(statement)


def downgrade():
    op.drop_index(op.f("ix_consultation_village_id_year_id"), "consultation")
    op.drop_index(op.f("ix_consultation_village_id_phase_id"), "consultation")
    op.drop_column("endorsement", "carried_from")
    op.drop_column("consultation", "owed_since")
    op.drop_column("report", "about_me")
    op.drop_column("hiding", "original")
    for table in ("hiding_party", "merger_request", "answer_extension"):
        op.drop_table(table)
    for statement in removal(op.get_bind().dialect.name):
        op.execute(statement)


def foreign_keys(table, **columns):
    return [
        sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"))
        for column, target in columns.items()
    ]
