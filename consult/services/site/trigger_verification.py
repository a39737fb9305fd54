"""Hold the database's triggers against those that the program set.

One that is gone, or hangs on another table, lets records be changed. One that nobody set may do anything with each ballot:
change it, drop it, or note beside it who was marked on the roll at that moment.
"""

import re
from collections.abc import Iterator

from sqlalchemy import text

from consult.models import db, triggers
from consult.models.cases import case_triggers
from consult.models.law import law_triggers
from consult.models.meetings import meeting_triggers
from consult.models.people import account_triggers, data_triggers, right_triggers, two_person_triggers
from consult.models.polls import acts_on_votes_triggers, mark_triggers, sealing_triggers
from consult.models.site import asked_number_triggers, poll_triggers, undoing_triggers, waiting_triggers
from consult.models.talk import council_triggers, duty_triggers

Triggers = dict[str, str]
"""By name of the trigger: what it does, without blanks."""
CREATED = re.compile(r"CREATE (?:OR REPLACE )?(TRIGGER|FUNCTION) (\w+)(.*)", re.DOTALL)
DROPPED = re.compile(r"DROP (TRIGGER|FUNCTION) (?:IF EXISTS )?(\w+)")
BODY = re.compile(r"\$\$(.*)\$\$", re.DOTALL)
PLACED = re.compile(
    r"CREATE (?:CONSTRAINT )?TRIGGER \w+ (BEFORE|AFTER|INSTEAD OF) (.+?) ON (?:\w+\.)?(\w+) (.*)", re.DOTALL
)
"""Of a trigger of PostgreSQL: when, at which acts, on which table, and what it runs."""


def faults() -> Iterator[str]:
    """Yield a line for each trigger that is missing, switched off, does something else, or was set by nobody of ours."""
    dialect = db.engine.dialect.name
    there, wanted = _sqlite() if dialect == "sqlite" else _postgresql(), expected(dialect)
    for name, does in sorted(wanted.items()):
        if name not in there:
            yield f"trigger {name}: missing or switched off; what it guards can be changed"
        elif there[name] != does:
            yield f"trigger {name}: not the one that the program set"
    for name in sorted(set(there) - set(wanted)):
        yield f"trigger {name}: the program set no such trigger"
    if dialect == "postgresql":
        yield from _besides()


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
        *waiting_triggers.statements(dialect),
        *account_triggers.statements(dialect),
        *poll_triggers.statements(dialect),
        *council_triggers.statements(dialect),
        *mark_triggers.statements(dialect),
        *acts_on_votes_triggers.statements(dialect),
        *duty_triggers.statements(dialect),
        *undoing_triggers.statements(dialect),
        *case_triggers.statements_0042(dialect),
        *asked_number_triggers.statements(dialect),
    ]


def _does(kind: str, statement: str) -> str:
    """Return what PostgreSQL keeps of it: a function's body word for word; of a trigger where it hangs, and that it is on."""
    body = BODY.search(statement)
    return body[1] if kind == "FUNCTION" and body else f"{ON} {_placed(statement)}"


def _placed(statement: str) -> str:
    """Return where a trigger hangs and what it runs, the same for our words and for those of PostgreSQL."""
    found = PLACED.match(statement)
    if found is None:
        return statement
    when, acts, table, runs = found.groups()
    return f"{when} {' OR '.join(sorted(acts.split(' OR ')))} ON {table} {_squeezed(runs)}"


ON = "O"
"""As pg_trigger writes a trigger that fires in normal sessions."""
OFF = "D"


def _sqlite() -> Triggers:
    rows = db.session.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
    return {row.name: _squeezed(row.sql) for row in rows}


def _postgresql() -> Triggers:
    """Return the triggers on our tables, those that are switched off left out, and the functions that they run."""
    rows = db.session.execute(
        text(
            "SELECT t.tgname, t.tgenabled, pg_get_triggerdef(t.oid) AS made, p.proname, p.prosrc FROM pg_trigger t "
            "JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid "
            "WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace ORDER BY t.tgname, c.relname"
        )
    ).all()
    found: Triggers = {}
    for row in rows:
        if (switch := _text(row.tgenabled)) != OFF:
            here = f"{switch} {_placed(row.made)}"
            found[row.tgname] = f"{found[row.tgname]}; {here}" if row.tgname in found else here
            found[row.proname] = _squeezed(row.prosrc)
    return found


def _besides() -> Iterator[str]:
    """Yield what else on PostgreSQL keeps triggers from firing, or rewrites what is written before they see it."""
    settings = "SELECT 1 FROM pg_db_role_setting, unnest(setconfig) s WHERE s LIKE 'session_replication_role=%'"
    if db.session.scalar(text("SHOW session_replication_role")) != "origin" or db.session.scalar(text(settings)):
        yield "session_replication_role: set so that triggers do not fire"
    rules = text("SELECT rulename, tablename FROM pg_rules WHERE schemaname = current_schema() ORDER BY 2, 1")
    for row in db.session.execute(rules):
        yield f"rule {row.rulename} on {row.tablename}: the program set no such rule"
    hidden = text(
        "SELECT relname FROM pg_class WHERE relrowsecurity AND relnamespace = current_schema()::regnamespace ORDER BY 1"
    )
    for name in db.session.scalars(hidden):
        yield f"row security of {name}: the program set none"


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value


def _squeezed(words: str) -> str:
    return " ".join(words.split())
