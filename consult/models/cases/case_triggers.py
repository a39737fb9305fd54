"""What the database refuses of cases: changing or deleting an entry, or a line of the access log."""

from consult.models.triggers import append_only

TABLES = ("case_entry", "case_view")


def statements(dialect: str) -> list[str]:
    """Return the DDL of schema 0005. Dropping its tables drops its triggers."""
    return append_only(dialect, TABLES)
