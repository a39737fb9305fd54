"""Hold the database's triggers against those that the program set: one that is gone lets records be changed."""

import re
from collections.abc import Iterator

from sqlalchemy import text

from consult.models import db, triggers
from consult.models.cases import case_triggers
from consult.models.law import law_triggers
from consult.models.meetings import meeting_triggers
from consult.models.people import data_triggers, right_triggers, two_person_triggers
from consult.models.polls import sealing_triggers

Triggers = dict[str, str]
"""By name of the trigger: what it does, without blanks."""
CREATED = re.compile(r"CREATE (?:OR REPLACE )?(TRIGGER|FUNCTION) (\w+)(.*)", re.DOTALL)
DROPPED = re.compile(r"DROP (TRIGGER|FUNCTION) (?:IF EXISTS )?(\w+)")
BODY = re.compile(r"\$\$(.*)\$\$", re.DOTALL)


def faults() -> Iterator[str]:
    """Yield a line for each trigger that is missing, switched off, or does something else."""
    dialect = db.engine.dialect.name
    there = _sqlite() if dialect == "sqlite" else _postgresql()
    for name, does in sorted(expected(dialect).items()):
        if name not in there:
            yield f"trigger {name}: missing or switched off; what it guards can be changed"
        elif there[name] != does:
            yield f"trigger {name}: not the one that the program set"


def expected(dialect: str) -> Triggers:
    """Return the triggers, and on PostgreSQL their functions, as the migrations leave them."""
    kept: Triggers = {}
    for statement in _statements(dialect):
        if made := CREATED.match(statement):
            kept[made[2]] = _squeezed(statement if dialect == "sqlite" else _does(made[1], statement))
        elif gone := DROPPED.match(statement):
            kept.pop(gone[2], None)
    return kept


def _statements(dialect: str) -> list[str]:
    """Return the DDL of all migrations that set triggers, in their order."""
    return [
        *triggers.statements(dialect),
        *triggers.append_only(dialect, triggers.TALK_TABLES),
        *triggers.for_channels(dialect),
        *meeting_triggers.statements(dialect),
        *case_triggers.statements(dialect),
        *right_triggers.statements(dialect),
        *sealing_triggers.statements(dialect),
        *two_person_triggers.statements(dialect),
        *data_triggers.statements(dialect),
        *sealing_triggers.statements_0018(dialect),
        *law_triggers.statements(dialect),
    ]


def _does(kind: str, statement: str) -> str:
    """Return what PostgreSQL keeps of a statement word for word: a function's body; of a trigger that it is switched on."""
    body = BODY.search(statement)
    return body[1] if kind == "FUNCTION" and body else ON


ON = "O"
"""As pg_trigger writes a trigger that fires in normal sessions."""


def _sqlite() -> Triggers:
    rows = db.session.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
    return {row.name: _squeezed(row.sql) for row in rows}


def _postgresql() -> Triggers:
    switched = text("SELECT tgname, tgenabled FROM pg_trigger WHERE NOT tgisinternal")
    found = {row.tgname: _text(row.tgenabled) for row in db.session.execute(switched)}
    bodies = text(
        "SELECT p.proname, p.prosrc FROM pg_proc p JOIN pg_trigger t ON t.tgfoid = p.oid WHERE NOT t.tgisinternal"
    )
    found |= {row.proname: _squeezed(row.prosrc) for row in db.session.execute(bodies)}
    return {name: does for name, does in found.items() if does != "D"}


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value


def _squeezed(words: str) -> str:
    return " ".join(words.split())
