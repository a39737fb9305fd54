"""The triggers that a sound database has, and those of them that are missing or switched off."""

import re

from sqlalchemy import text

from consult.models import triggers
from consult.models.base import db
from consult.models.cases import case_triggers
from consult.models.meetings import meeting_triggers
from consult.models.polls import sealing_triggers

_SQLITE = text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%RAISE(ABORT%'")
_POSTGRESQL = text(
    "SELECT t.tgname FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid "
    "WHERE NOT t.tgisinternal AND t.tgenabled <> 'D' AND p.prosrc LIKE '%RAISE EXCEPTION%'"
)


def expected(dialect: str) -> set[str]:
    """Return the names of the triggers that the migrations set."""
    steps = [
        *triggers.statements(dialect),
        *triggers.append_only(dialect, triggers.TALK_TABLES),
        *triggers.for_channels(dialect),
        *meeting_triggers.statements(dialect),
        *case_triggers.statements(dialect),
        *sealing_triggers.statements(dialect),
    ]
    return {match[1] for step in steps if (match := re.match(r"CREATE TRIGGER (\w+)", step))}


def missing() -> list[str]:
    """Return the names of triggers that are not there, are disabled, or refuse nothing any more."""
    dialect = db.engine.dialect.name
    there = set(db.session.scalars(_SQLITE if dialect == "sqlite" else _POSTGRESQL))
    return sorted(expected(dialect) - there)
