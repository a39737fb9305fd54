"""The database refuses what is not one of the known values

Revision ID: 0007
Revises: 0006
Create Date: 2026-11-30 01:00:00.000000

"""
import re

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None

CHOICES = {
    "agenda_item": {
        "kind": "report discussion motion",
    },
    "arrival": {
        "kind": "arrived left excused sitting_in undone",
        "way": "scan manual paper online proxy",
    },
    "attendance_mark": {
        "channel": "phone assisted paper hands proxy",
    },
    "ballot_event": {
        "channel": "phone assisted paper hands proxy",
    },
    "case_entry": {
        "act": "file apply accept decline take_on assign recuse consent choose_mediator refuse_mediator declare_kinship add_party identify remove_party statement evidence note investigate call_session hold_session extend correct agree sign perform take_back defer breach urge mediate_again enforce sue apply_confirmation confirmation court_result follow_up withdraw settle_themselves terminate escalate receipt report_police raise close archive",
        "state": "draft clue applied accepted declined assigned investigating mediating agreed_orally agreed_in_writing performing breached performed followed_up withdrawn self_settled terminated escalated closed archived discarded",
    },
    "case_file": {
        "media": "photo voice",
    },
    "comment": {
        "stance": "- support concern question suggestion",
    },
    "consultation": {
        "phase": "raise discuss vote decide carry_out",
    },
    "count_sheet": {
        "channel": "phone assisted paper hands proxy",
    },
    "declaration": {
        "outcome": "carried not_carried inquorate",
    },
    "deliberation_step": {
        "step": "party_proposes committees_discuss party_reviews villagers_resolve resolution_posted result_posted",
    },
    "departure": {
        "kind": "moved deceased",
    },
    "hiding": {
        "ground": "insult private untrue advertising other",
    },
    "mediation_case": {
        "source": "application own_motion grid police court town consultation",
        "state": "draft clue applied accepted declined assigned investigating mediating agreed_orally agreed_in_writing performing breached performed followed_up withdrawn self_settled terminated escalated closed archived discarded",
    },
    "meeting_change": {
        "kind": "moved cancelled",
    },
    "meeting_roll_entry": {
        "way": "scan manual paper online proxy",
    },
    "notice": {
        "tag": "poll_announced poll_declared poll_extended poll_roll_added poll_cancelled meeting_called meeting_changed meeting_cancelled result_posted",
    },
    "notification": {
        "event": "vote_announced vote_reminder vote_changed decided answered changed duty meeting_called meeting_reminder moderated",
    },
    "notification_switch": {
        "event": "vote_announced vote_reminder vote_changed decided answered changed duty meeting_called meeting_reminder moderated",
    },
    "official_answer": {
        "state": "evaluating accepted partly not_accepted",
    },
    "outbox_message": {
        "channel": "sms robot",
    },
    "petition": {
        "kind": "assembly_by_villagers assembly_by_representatives representatives",
    },
    "phase_entry": {
        "phase": "raise discuss vote decide carry_out",
    },
    "poll": {
        "standing": "formal advisory",
    },
    "poll_change": {
        "kind": "extension addition cancellation",
    },
    "poll_change_confirmation": {
        "kind": "extension addition cancellation",
    },
    "proceeding": {
        "step": "opened item_called item_closed speech_asked speech_begun speech_ended speech_noted amendment_noted remark_noted conflict_declared chair_changed recorder_changed vote_opened vote_ended vote_declared vote_cancelled undone corrected closed",
    },
    "progress": {
        "stage": "before under_way done",
    },
    "report": {
        "ground": "insult private untrue advertising other",
    },
    "role_grant": {
        "role": "villager representative group_head council_member committee_member branch_secretary party_member supervisor grid_worker mediator head_of_mediation clerk county_operator collective_representative collective_director justice_office",
    },
    "roll_entry": {
        "channel": "phone assisted paper hands proxy",
    },
    "rsvp": {
        "answer": "coming not_coming proxy",
    },
    "search_entry": {
        "kind": "proposal comment notice",
    },
    "sign_in": {
        "way": "code card demo",
    },
}
"""By table and column, the values at this revision; - is the empty text."""


def upgrade():
    if op.get_bind().dialect.name == "sqlite":
        rebuild(lambda table, sql: with_checks(sql, CHOICES[table]))
        return
    for table, columns in CHOICES.items():
        for column, values in columns.items():
            op.create_check_constraint(op.f(name_of(table, column)), table, sa.text(condition(column, values)))


def downgrade():
    if op.get_bind().dialect.name == "sqlite":
        rebuild(lambda table, sql: without_checks(sql, table, CHOICES[table]))
        return
    for table, columns in CHOICES.items():
        for column in columns:
            op.drop_constraint(op.f(name_of(table, column)), table, type_="check")


def name_of(table, column):
    return f"ck_{table}_{column}_known"


def condition(column, values):
    allowed = ", ".join("'%s'" % ("" if value == "-" else value) for value in values.split())
    return f"{column} IN ({allowed})"


def with_checks(sql, columns):
    """The statement that makes the table, with the constraints before its last parenthesis."""
    table = re.match(r'CREATE TABLE "?(\w+)"?', sql)[1]
    head, end, tail = sql.rpartition(")")
    added = "".join(
        f", \n\tCONSTRAINT {name_of(table, column)} CHECK ({condition(column, values)})" for column, values in columns.items()
    )
    return head.rstrip() + added + "\n" + end + tail


def without_checks(sql, table, columns):
    for column, values in columns.items():
        text = f"CONSTRAINT {name_of(table, column)} CHECK ({condition(column, values)})"
        sql = re.sub(r",\s*" + re.escape(text), "", sql)
    return sql


def rebuild(changed):
    """Make each table anew as SQLite's manual describes, with its indexes and with every trigger of the database."""
    connection = op.get_bind()
    master = sa.text("SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL")
    objects = connection.execute(master).all()
    triggers = [row for row in objects if row.type == "trigger"]
    for trigger in triggers:
        connection.exec_driver_sql(f"DROP TRIGGER {trigger.name}")
    for table in CHOICES:
        old = next(row.sql for row in objects if row.type == "table" and row.name == table)
        new = changed(table, old)
        if new == old:
            raise RuntimeError(f"the table {table} was not understood; nothing was changed")
        columns = ", ".join(f'"{row[1]}"' for row in connection.exec_driver_sql(f"PRAGMA table_info({table})"))
        connection.exec_driver_sql(re.sub(r'^CREATE TABLE "?\w+"?', f'CREATE TABLE "new_{table}"', new))
        connection.exec_driver_sql(f'INSERT INTO "new_{table}" ({columns}) SELECT {columns} FROM "{table}"')
        connection.exec_driver_sql(f'DROP TABLE "{table}"')
        connection.exec_driver_sql("PRAGMA legacy_alter_table=ON")  # nothing else that names the table is touched
        connection.exec_driver_sql(f'ALTER TABLE "new_{table}" RENAME TO "{table}"')
        connection.exec_driver_sql("PRAGMA legacy_alter_table=OFF")
        for index in (row for row in objects if row.type == "index" and row.tbl_name == table):
            connection.exec_driver_sql(index.sql)
    for trigger in triggers:
        connection.exec_driver_sql(trigger.sql)
