"""What the database itself refuses of corrections of tasks and of the ends of requests: rewriting them."""

from consult.models.law import law_triggers
from consult.models.triggers import append_only

TABLES = ("task_change", "task_change_step", "poll_change_end")


def statements(dialect: str) -> list[str]:
    """Return the DDL of schema 0025, for sqlite or postgresql."""
    return [*append_only(dialect, TABLES), *law_triggers.statements_0025(dialect)]


def removal(dialect: str) -> list[str]:
    """Return the DDL back to the schema before. The new tables go, and their triggers with them."""
    return law_triggers.removal_0025(dialect)
