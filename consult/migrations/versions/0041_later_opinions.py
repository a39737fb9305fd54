"""Officers may say otherwise of a contest until it is decided; late marks are those that two persons confirmed

Revision ID: 0041
Revises: 0040
Create Date: 2026-12-01 12:45:00.000000

"""
import re

from alembic import op
import sqlalchemy as sa

from consult.migrations.tables import rebuild, without_triggers
from consult.models.site.asked_number_triggers import removal, statements


# revision identifiers, used by Alembic.
revision = "0041"
down_revision = '0040'
branch_labels = None
depends_on = None

OPINION, RULING = "contest_opinion", "contest_ruling"
WHO = ("first", "second")
KEY = ("contest_id", "said_by")


def upgrade():
    dialect = op.get_bind().dialect.name
    if dialect == "sqlite":
        rebuild({OPINION: with_turn, RULING: with_turns})
    else:
        for one in WHO:
            op.drop_constraint(op.f(f"fk_{RULING}_{one}"), RULING, type_="foreignkey")
        op.add_column(OPINION, turn("turn"))
        op.drop_constraint(op.f(f"pk_{OPINION}"), OPINION, type_="primary")
        op.create_primary_key(op.f(f"pk_{OPINION}"), OPINION, [*KEY, "turn"])
        for one in WHO:
            op.add_column(RULING, turn(f"{one}_turn"))
            name, columns = op.f(f"fk_{RULING}_{one}"), ["contest_id", f"{one}_id", f"{one}_turn"]
            op.create_foreign_key(name, RULING, OPINION, columns, [*KEY, "turn"])
    for statement in statements(dialect):
        op.execute(statement)


def downgrade():
    """The schema before has one word of each officer: the one that a ruling rests on, else the first."""
    dialect = op.get_bind().dialect.name
    for statement in removal(dialect):
        op.execute(statement)
    if dialect != "sqlite":
        for one in WHO:
            op.drop_constraint(op.f(f"fk_{RULING}_{one}"), RULING, type_="foreignkey")
    rests = " OR ".join(
        f"(g.{one}_id = {OPINION}.said_by AND g.{one}_turn = {OPINION}.turn)" for one in WHO
    )
    used = f"EXISTS (SELECT 1 FROM {RULING} g WHERE g.contest_id = {OPINION}.contest_id AND ({rests}))"
    other = (
        f"EXISTS (SELECT 1 FROM {OPINION} o JOIN {RULING} g ON g.contest_id = o.contest_id "
        f"WHERE o.contest_id = {OPINION}.contest_id AND o.said_by = {OPINION}.said_by AND o.turn > 1 "
        f"AND ((g.first_id = o.said_by AND g.first_turn = o.turn) OR (g.second_id = o.said_by AND g.second_turn = o.turn)))"
    )
    gone = [
        f"DELETE FROM {OPINION} WHERE turn > 1 AND NOT {used}",
        f"DELETE FROM {OPINION} WHERE turn = 1 AND {other}",
    ]
    without_triggers([OPINION], gone)
    if dialect == "sqlite":
        rebuild({OPINION: without_turn, RULING: without_turns})
        return
    op.drop_constraint(op.f(f"pk_{OPINION}"), OPINION, type_="primary")
    op.drop_column(OPINION, "turn")
    op.create_primary_key(op.f(f"pk_{OPINION}"), OPINION, [*KEY])
    for one in WHO:
        op.drop_column(RULING, f"{one}_turn")
        op.create_foreign_key(op.f(f"fk_{RULING}_{one}"), RULING, OPINION, ["contest_id", f"{one}_id"], [*KEY])


def turn(name):
    return sa.Column(name, sa.Integer(), server_default="1", nullable=False)


TURN = "turn INTEGER DEFAULT '1' NOT NULL, \n\t"


def with_turn(made):
    made = made.replace("village_id INTEGER", f"{TURN}village_id INTEGER", 1)
    return made.replace("PRIMARY KEY (contest_id, said_by)", "PRIMARY KEY (contest_id, said_by, turn)", 1)


def without_turn(made):
    made = re.sub(r"turn INTEGER DEFAULT '1' NOT NULL,\s*", "", made)
    return made.replace("PRIMARY KEY (contest_id, said_by, turn)", "PRIMARY KEY (contest_id, said_by)", 1)


def with_turns(made):
    for one in WHO:
        made = made.replace(f"{one}_office VARCHAR", f"{one}_{TURN}{one}_office VARCHAR", 1)
        made = made.replace(f"FOREIGN KEY(contest_id, {one}_id)", f"FOREIGN KEY(contest_id, {one}_id, {one}_turn)", 1)
    return made.replace("contest_opinion (contest_id, said_by)", "contest_opinion (contest_id, said_by, turn)")


def without_turns(made):
    for one in WHO:
        made = re.sub(rf"{one}_turn INTEGER DEFAULT '1' NOT NULL,\s*", "", made)
        made = made.replace(f"FOREIGN KEY(contest_id, {one}_id, {one}_turn)", f"FOREIGN KEY(contest_id, {one}_id)", 1)
    return made.replace("contest_opinion (contest_id, said_by, turn)", "contest_opinion (contest_id, said_by)")
