"""Ids of rows that are deleted come once; what a revision changed is stored with it

Revision ID: 0013
Revises: 0012
Create Date: 2026-11-30 14:00:00.000000

"""
import re

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None

DELETED_FROM = ("proposal_draft", "agenda_item", "poll")
"""Tables whose rows are deleted and whose ids stand in addresses: SQLite would give the highest id again."""
NAMED = {
    "proposal_draft": "SELECT request_key FROM consultation WHERE request_key LIKE 'draft:%'",
    "poll": "SELECT DISTINCT subject FROM audit_entry WHERE subject LIKE 'poll:%'",
}
"""Where ids of rows that are gone stand still, after the last colon."""


def upgrade():
    op.add_column("proposal_revision", sa.Column("differences", sa.JSON(), nullable=True))
    if op.get_bind().dialect.name == "sqlite":
        rebuild(once)
        begin_after_the_highest()


def downgrade():
    if op.get_bind().dialect.name == "sqlite":
        rebuild(again)
    op.drop_column("proposal_revision", "differences")


def once(table, sql):
    """The statement that makes the table, with ids that are never given twice."""
    sql = re.sub(r",\s*CONSTRAINT pk_" + table + r" PRIMARY KEY \(id\)", "", sql)
    return re.sub(r"\bid INTEGER NOT NULL\b", "id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT", sql, count=1)


def again(table, sql):
    sql = sql.replace("id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT", "id INTEGER NOT NULL", 1)
    head, end, tail = sql.rpartition(")")
    return head.rstrip() + f", \n\tCONSTRAINT pk_{table} PRIMARY KEY (id)\n" + end + tail


def begin_after_the_highest():
    """Let the next id be higher than any that stands somewhere, also of rows that are gone."""
    connection = op.get_bind()
    for table in DELETED_FROM:
        last = connection.exec_driver_sql(f"SELECT coalesce(max(id), 0) FROM {table}").scalar()
        for (text,) in connection.exec_driver_sql(NAMED[table]).all() if table in NAMED else ():
            number = text.rpartition(":")[2]
            last = max(last, int(number)) if number.isdecimal() and len(number) < 12 else last
        connection.exec_driver_sql("DELETE FROM sqlite_sequence WHERE name = ?", (table,))
        connection.exec_driver_sql("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (table, last))


def rebuild(changed):
    """Make each table anew as SQLite's manual describes, with its indexes and with every trigger of the database."""
    connection = op.get_bind()
    master = sa.text("SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL")
    objects = connection.execute(master).all()
    triggers = [row for row in objects if row.type == "trigger"]
    for trigger in triggers:
        connection.exec_driver_sql(f"DROP TRIGGER {trigger.name}")
    for table in DELETED_FROM:
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
