"""What those concerned say of an act on their vote, letters that are looked at, contests that are decided

Revision ID: 0029
Revises: 0027
Create Date: 2026-12-01 05:00:00.000000

"""

from alembic import op
import sqlalchemy as sa

from consult.migrations.tables import one_of, rebuild, without_triggers
from consult.models.base import UTCDateTime
from consult.models.polls.acts_on_votes_triggers import removal, statements


# revision identifiers, used by Alembic.
revision = "0029"
down_revision = '0028'
branch_labels = None
depends_on = None

KINDS = ("household", "assisted", "proxy", "paper", "hands")
WHY = ("letter_refused", "not_witnessed", "unanswered", "contest_upheld")
ROLL_ENTRY = (["poll_id", "number"], ["roll_entry.poll_id", "roll_entry.number"])
HOLDER = "ix_proxy_letter_poll_id_holder_id"


def upgrade():
    op.add_column("assistance", sa.Column("needs_answer", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.drop_index(HOLDER, table_name="proxy_letter")
    if op.get_bind().dialect.name == "sqlite":
        rebuild({"proxy_letter": letter_of_a_ballot, "contest": contest_of_an_act})
    else:
        for table, key, columns in (
            ("proxy_letter", "rev", LETTER_COLUMNS),
            ("contest", "contested_by, turn", CONTEST_COLUMNS),
        ):
            op.drop_constraint(op.f(f"pk_{table}"), table, type_="primary")
            op.execute(f"ALTER TABLE {table} ADD COLUMN id SERIAL")
            for column in columns:
                op.add_column(table, column())
            op.create_primary_key(op.f(f"pk_{table}"), table, ["id"])
            names = ["poll_id", "number", *key.split(", ")]
            op.create_unique_constraint(op.f(f"uq_{table}_{'_'.join(names)}"), table, names)
        op.create_check_constraint(op.f("ck_contest_about_known"), "contest", sa.text(one_of("about", KINDS)))
    op.create_index(op.f(HOLDER), "proxy_letter", ["poll_id", "holder_id"])
    newest = "(SELECT e.rev FROM roll_entry e WHERE e.poll_id = proxy_letter.poll_id AND e.number = proxy_letter.number)"
    without_triggers(["proxy_letter"], [f"UPDATE proxy_letter SET rev = {newest} WHERE {newest} > 1"])
    op.create_table(
        "vote_answer",
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("said_by", sa.Integer(), nullable=False),
        sa.Column("village_id", sa.Integer(), nullable=False),
        sa.Column("sound", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), server_default="", nullable=False),
        sa.Column("device_of", sa.Integer(), nullable=True),
        sa.Column("said_at", UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(*ROLL_ENTRY, name=op.f("fk_vote_answer_poll_id_roll_entry")),
        *foreign_keys("vote_answer", village_id="village", said_by="person", device_of="person"),
        sa.PrimaryKeyConstraint("poll_id", "number", "rev", "said_by", name=op.f("pk_vote_answer")),
    )
    op.create_table(
        "voided_ballot",
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("village_id", sa.Integer(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("voided_at", UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(one_of("why", WHY), name=op.f("ck_voided_ballot_why_known")),
        sa.ForeignKeyConstraint(
            ["poll_id", "number", "rev"],
            ["ballot_event.poll_id", "ballot_event.number", "ballot_event.rev"],
            name=op.f("fk_voided_ballot_poll_id_ballot_event"),
        ),
        *foreign_keys("voided_ballot", village_id="village"),
        sa.PrimaryKeyConstraint("poll_id", "number", "rev", name=op.f("pk_voided_ballot")),
    )
    op.create_table(
        "contest_opinion",
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("said_by", sa.Integer(), nullable=False),
        sa.Column("village_id", sa.Integer(), nullable=False),
        sa.Column("office", sa.String(), nullable=False),
        sa.Column("upheld", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("said_at", UTCDateTime(timezone=True), nullable=False),
        *foreign_keys("contest_opinion", contest_id="contest", village_id="village", said_by="person"),
        sa.PrimaryKeyConstraint("contest_id", "said_by", name=op.f("pk_contest_opinion")),
    )
    op.create_table(
        "contest_ruling",
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("village_id", sa.Integer(), nullable=False),
        sa.Column("upheld", sa.Boolean(), nullable=False),
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("first_office", sa.String(), nullable=False),
        sa.Column("second_id", sa.Integer(), nullable=False),
        sa.Column("second_office", sa.String(), nullable=False),
        sa.Column("ruled_at", UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("first_id <> second_id", name=op.f("ck_contest_ruling_two_persons")),
        sa.CheckConstraint("first_office <> second_office", name=op.f("ck_contest_ruling_two_offices")),
        sa.ForeignKeyConstraint(
            ["contest_id", "first_id"],
            ["contest_opinion.contest_id", "contest_opinion.said_by"],
            name="fk_contest_ruling_first",
        ),
        sa.ForeignKeyConstraint(
            ["contest_id", "second_id"],
            ["contest_opinion.contest_id", "contest_opinion.said_by"],
            name="fk_contest_ruling_second",
        ),
        *foreign_keys("contest_ruling", contest_id="contest", village_id="village"),
        sa.PrimaryKeyConstraint("contest_id", name=op.f("pk_contest_ruling")),
    )
    for statement in statements(op.get_bind().dialect.name):
        op.execute(statement)


def downgrade():
    """Second letters and contests of one unit go, and what was said of them; the schema before knows one of each."""
    for statement in removal(op.get_bind().dialect.name):
        op.execute(statement)
    for table in ("contest_ruling", "contest_opinion", "voided_ballot", "vote_answer"):
        op.drop_table(table)
    first = "SELECT min(f.id) FROM {table} f WHERE f.poll_id = {table}.poll_id AND f.{column} = {table}.{column}"
    gone = [("proxy_letter", "number"), ("proxy_letter", "holder_id")]
    doomed = [f"DELETE FROM {t} WHERE id > ({first.format(table=t, column=c)})" for t, c in gone]
    without_triggers(["proxy_letter", "contest"], [*doomed, "DELETE FROM contest WHERE turn > 1"])
    op.drop_index(op.f(HOLDER), table_name="proxy_letter")
    if op.get_bind().dialect.name == "sqlite":
        rebuild({"proxy_letter": letter_of_a_unit, "contest": contest_of_a_household})
    else:
        op.drop_constraint(op.f("ck_contest_about_known"), "contest", type_="check")
        for table, key, columns in (("proxy_letter", "rev", ["rev"]), ("contest", "contested_by, turn", CONTEST_NAMES)):
            op.drop_constraint(op.f(f"uq_{table}_poll_id_number_{key.replace(', ', '_')}"), table, type_="unique")
            op.drop_constraint(op.f(f"pk_{table}"), table, type_="primary")
            for column in ["id", *columns]:
                op.drop_column(table, column)
            names = ["poll_id", "number", *(["contested_by"] if table == "contest" else [])]
            op.create_primary_key(op.f(f"pk_{table}"), table, names)
    op.create_index(HOLDER, "proxy_letter", ["poll_id", "holder_id"], unique=True)
    op.drop_column("assistance", "needs_answer")


LETTER_COLUMNS = (lambda: sa.Column("rev", sa.Integer(), server_default="1", nullable=False),)
CONTEST_NAMES = ["turn", "about", "rev", "due_on"]
CONTEST_COLUMNS = (
    lambda: sa.Column("turn", sa.Integer(), server_default="1", nullable=False),
    lambda: sa.Column("about", sa.String(), server_default="household", nullable=False),
    lambda: sa.Column("rev", sa.Integer(), server_default="0", nullable=False),
    lambda: sa.Column("due_on", sa.Date(), nullable=True),
)
ID = "id INTEGER NOT NULL, \n\t"
LETTER_KEY = "CONSTRAINT pk_proxy_letter PRIMARY KEY (poll_id, number)"
LETTER_IDS = (
    "CONSTRAINT pk_proxy_letter PRIMARY KEY (id), \n\t"
    "CONSTRAINT uq_proxy_letter_poll_id_number_rev UNIQUE (poll_id, number, rev)"
)
LETTER_REV = "rev INTEGER DEFAULT '1' NOT NULL, \n\t"
CONTEST_KEY = "CONSTRAINT pk_contest PRIMARY KEY (poll_id, number, contested_by)"
CONTEST_IDS = (
    "CONSTRAINT pk_contest PRIMARY KEY (id), \n\t"
    "CONSTRAINT uq_contest_poll_id_number_contested_by_turn UNIQUE (poll_id, number, contested_by, turn), \n\t"
    f"CONSTRAINT ck_contest_about_known CHECK ({one_of('about', KINDS)})"
)
CONTEST_MORE = (
    "turn INTEGER DEFAULT '1' NOT NULL, \n\tabout VARCHAR DEFAULT 'household' NOT NULL, \n\t"
    "rev INTEGER DEFAULT '0' NOT NULL, \n\tdue_on DATE, \n\t"
)


def letter_of_a_ballot(made):
    made = made.replace(LETTER_KEY, LETTER_IDS).replace("poll_id INTEGER", f"{ID}poll_id INTEGER", 1)
    return made.replace("village_id INTEGER", f"{LETTER_REV}village_id INTEGER", 1)


def letter_of_a_unit(made):
    return made.replace(LETTER_IDS, LETTER_KEY).replace(ID, "", 1).replace(LETTER_REV, "", 1)


def contest_of_an_act(made):
    made = made.replace(CONTEST_KEY, CONTEST_IDS).replace("poll_id INTEGER", f"{ID}poll_id INTEGER", 1)
    return made.replace("village_id INTEGER", f"{CONTEST_MORE}village_id INTEGER", 1)


def contest_of_a_household(made):
    return made.replace(CONTEST_IDS, CONTEST_KEY).replace(ID, "", 1).replace(CONTEST_MORE, "", 1)


def foreign_keys(table, **targets):
    return [
        sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"))
        for column, target in targets.items()
    ]
