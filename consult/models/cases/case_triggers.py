"""The changes that the database refuses of cases: of an entry, of a line of the access log, of a report that was handed in,
of a round, and of the link of a case with a consultation. Rows of these are only ever added.
"""

from consult.models.triggers import append_only

TABLES = ("case_entry", "case_view")
TABLES_0042 = ("case_report", "sweep", "case_link")


def statements(dialect: str) -> list[str]:
    """Return the DDL of schema 0005. Dropping its tables drops its triggers."""
    return append_only(dialect, TABLES)


def statements_0042(dialect: str) -> list[str]:
    """Return the DDL that sets the triggers of schema 0042, for sqlite or postgresql."""
    return append_only(dialect, TABLES_0042)


def removal_0042(dialect: str) -> list[str]:
    """Return the DDL back to the schema before 0042."""
    if dialect == "sqlite":
        return [f"DROP TRIGGER {table}_no_{act}" for table in TABLES_0042 for act in ("update", "delete")]
    return [f"DROP TRIGGER {table}_append_only ON {table}" for table in TABLES_0042]
