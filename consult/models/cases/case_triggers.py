"""What the database refuses of cases: changing or deleting an entry, or a line of the access log."""

from consult.models.triggers import append_only

TABLES = ("case_entry", "case_view")


def statements(dialect: str) -> list[str]:
    """The DDL of schema 0005. The tables go, and their triggers with them."""
    return append_only(dialect, TABLES)
