"""Votes that are annulled, grounds for one more vote, appeals of those who are not on a roll

Revision ID: 0030
Revises: 0027
Create Date: 2026-12-01 05:00:00.000000

"""
from alembic import op
import sqlalchemy as sa

from consult.migrations import tables
from consult.models.base import UTCDateTime
from consult.models.site.poll_triggers import removal, statements


# revision identifiers, used by Alembic.
revision = "0030"
down_revision = '0029'
branch_labels = None
depends_on = None

ADDED = {
    ("poll_change", "kind"): ["annulment"],
    ("poll_change_confirmation", "kind"): ["annulment"],
    ("notice", "tag"): ["poll_annulled"],
}
ANNULLERS = tables.one_of("annulled_by", ["court", "township", "assembly", "party_above"])
GROUNDS = tables.one_of(
    "ground", ["inquorate", "annulled", "changed_proposal", "new_facts", "asked_by_voters", "term"]
)
TWO = "confirmed_by IS NULL OR confirmed_by <> {first}_by", "confirmed_office IS NULL OR confirmed_office <> {first}_office"
IN_FULL = "confirmed_at IS NULL OR (confirmed_by IS NOT NULL AND confirmed_office IS NOT NULL AND "


def upgrade():
    op.add_column("poll", sa.Column("annulled_at", UTCDateTime(timezone=True), nullable=True))
    op.create_table(
        "further_vote",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("village_id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("earlier_id", sa.Integer(), nullable=False),
        sa.Column("ground", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("request_key", sa.String(), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("asked_office", sa.String(), nullable=False),
        sa.Column("asked_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.Integer(), nullable=True),
        sa.Column("confirmed_office", sa.String(), nullable=True),
        sa.Column("confirmed_at", UTCDateTime(timezone=True), nullable=True),
        sa.Column("ended_at", UTCDateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Integer(), nullable=True),
        sa.Column("poll_id", sa.Integer(), nullable=True),
        *two_persons("further_vote", "asked"),
        sa.CheckConstraint(f"{IN_FULL}ended_at IS NULL)", name=op.f("ck_further_vote_confirmed_by_somebody")),
        sa.CheckConstraint(GROUNDS, name=op.f("ck_further_vote_ground_known")),
        *foreign_keys(
            "further_vote",
            village_id="village",
            consultation_id="consultation",
            earlier_id="poll",
            asked_by="person",
            confirmed_by="person",
            ended_by="person",
            poll_id="poll",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_further_vote")),
        sa.UniqueConstraint("request_key", name=op.f("uq_further_vote_request_key")),
    )
    op.create_index(op.f("ix_further_vote_earlier_id"), "further_vote", ["earlier_id"])
    op.create_index(op.f("ix_further_vote_poll_id"), "further_vote", ["poll_id"])
    op.create_table(
        "roll_appeal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("village_id", sa.Integer(), nullable=False),
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("household_id", sa.Integer(), nullable=True),
        sa.Column("name_cipher", sa.String(), nullable=False),
        sa.Column("phone_cipher", sa.String(), nullable=False),
        sa.Column("words_cipher", sa.String(), nullable=False),
        sa.Column("number_mark", sa.String(), nullable=False),
        sa.Column("code_mark", sa.String(), nullable=False),
        sa.Column("entered_by", sa.Integer(), nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("request_key", sa.String(), nullable=False),
        sa.Column("asked_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("answer_by", UTCDateTime(timezone=True), nullable=False),
        sa.Column("added_at", UTCDateTime(timezone=True), nullable=True),
        sa.Column("refusal_cipher", sa.String(), nullable=True),
        sa.Column("refused_by", sa.Integer(), nullable=True),
        sa.Column("refused_office", sa.String(), nullable=True),
        sa.Column("refused_at", UTCDateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by", sa.Integer(), nullable=True),
        sa.Column("confirmed_office", sa.String(), nullable=True),
        sa.Column("confirmed_at", UTCDateTime(timezone=True), nullable=True),
        *two_persons("roll_appeal", "refused"),
        sa.CheckConstraint(
            f"{IN_FULL}refused_by IS NOT NULL AND refused_office IS NOT NULL AND refused_at IS NOT NULL)",
            name=op.f("ck_roll_appeal_refused_by_two"),
        ),
        *foreign_keys(
            "roll_appeal",
            village_id="village",
            poll_id="poll",
            person_id="person",
            household_id="household",
            entered_by="person",
            refused_by="person",
            confirmed_by="person",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roll_appeal")),
        sa.UniqueConstraint("request_key", name=op.f("uq_roll_appeal_request_key")),
        sa.UniqueConstraint("code_mark", name=op.f("uq_roll_appeal_code_mark")),
    )
    op.create_index(op.f("ix_roll_appeal_poll_id_number_mark"), "roll_appeal", ["poll_id", "number_mark"])
    op.create_index(op.f("ix_roll_appeal_village_id_asked_at"), "roll_appeal", ["village_id", "asked_at"])
    columns_of_changes()
    tables.add_values(ADDED)
    for statement in statements(op.get_bind().dialect.name):
        op.execute(statement)


def columns_of_changes():
    if op.get_bind().dialect.name == "sqlite":
        tables.rebuild({"poll_change": with_paper})
        return
    op.add_column("poll_change", sa.Column("appeal_id", sa.Integer(), nullable=True))
    op.add_column("poll_change", sa.Column("annulled_by", sa.String(), nullable=True))
    op.add_column("poll_change", sa.Column("ruling", sa.String(), server_default="", nullable=False))
    op.add_column("poll_change", sa.Column("ruled_on", sa.Date(), nullable=True))
    op.add_column("poll_change", sa.Column("picture", sa.String(), server_default="", nullable=False))
    op.create_foreign_key(
        op.f("fk_poll_change_appeal_id_roll_appeal"), "poll_change", "roll_appeal", ["appeal_id"], ["id"]
    )
    op.create_check_constraint(op.f("ck_poll_change_annulled_by_known"), "poll_change", sa.text(ANNULLERS))


NEW = (
    "appeal_id INTEGER, \n\tannulled_by VARCHAR, \n\truling VARCHAR DEFAULT '' NOT NULL, \n\truled_on DATE, \n\t"
    "picture VARCHAR DEFAULT '' NOT NULL, \n\t"
)
HELD = (
    f"CONSTRAINT ck_poll_change_annulled_by_known CHECK ({ANNULLERS}), \n\t"
    "CONSTRAINT fk_poll_change_appeal_id_roll_appeal FOREIGN KEY(appeal_id) REFERENCES roll_appeal (id), \n\t"
)


def with_paper(made):
    made = made.replace("reason VARCHAR NOT NULL", f"{NEW}reason VARCHAR NOT NULL", 1)
    return made.replace("CONSTRAINT fk_poll_change_poll_id_poll", f"{HELD}CONSTRAINT fk_poll_change_poll_id_poll", 1)


def without_paper(made):
    return made.replace(NEW, "").replace(HELD, "")


def downgrade():
    """Annulments and answers to appeals go: the schema before knows none. Figures and rolls stay."""
    for statement in removal(op.get_bind().dialect.name):
        op.execute(statement)
    op.drop_column("poll", "annulled_at")
    tables.without_triggers(
        ["poll_change", "poll_change_end", "poll_change_confirmation", "notice"],
        [
            "DELETE FROM poll_change_confirmation WHERE kind = 'annulment'",
            "DELETE FROM poll_change_end WHERE change_id IN (SELECT c.id FROM poll_change c WHERE c.kind = 'annulment')",
            "DELETE FROM poll_change WHERE kind = 'annulment'",
            "DELETE FROM objection WHERE notice_id IN (SELECT n.id FROM notice n WHERE n.tag = 'poll_annulled')",
            "DELETE FROM board_photo WHERE notice_id IN (SELECT n.id FROM notice n WHERE n.tag = 'poll_annulled')",
            "DELETE FROM notice WHERE tag = 'poll_annulled'",
        ],
    )
    tables.remove_values(ADDED)
    if op.get_bind().dialect.name == "sqlite":
        tables.rebuild({"poll_change": without_paper})
    else:
        op.drop_constraint(op.f("fk_poll_change_appeal_id_roll_appeal"), "poll_change", type_="foreignkey")
        for column in ("appeal_id", "annulled_by", "ruling", "ruled_on", "picture"):
            op.drop_column("poll_change", column)
    op.drop_table("roll_appeal")
    op.drop_table("further_vote")


def two_persons(table, first):
    return [
        sa.CheckConstraint(rule.format(first=first), name=op.f(f"ck_{table}_{name}"))
        for rule, name in zip(TWO, ("two_persons", "two_offices"), strict=True)
    ]


def foreign_keys(table, **targets):
    return [
        sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"))
        for column, target in targets.items()
    ]
