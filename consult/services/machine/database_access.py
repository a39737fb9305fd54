"""Ask PostgreSQL whether its user finds our tables, may use them, and whether its disk takes more. SQLite has no such things."""

from sqlalchemy import text

from consult.models import db

NEEDED = ["SELECT", "INSERT", "UPDATE"]
"""Of each table. DELETE and others are needed of some, and their lack is said where one is asked for."""
ELSEWHERE = text(
    "SELECT DISTINCT n.nspname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE c.relname = :table AND c.relkind = 'r' AND n.nspname NOT LIKE 'pg\\_%'"
    " AND NOT (pg_table_is_visible(c.oid) AND has_schema_privilege(n.oid, 'USAGE')) ORDER BY 1"
)
FORBIDDEN = text(
    "SELECT c.relname FROM pg_class c WHERE pg_table_is_visible(c.oid) AND c.relname = ANY(:tables)"
    " AND CASE WHEN c.relkind = 'r'"
    " THEN EXISTS (SELECT 1 FROM unnest(CAST(:needed AS text[])) n WHERE NOT has_table_privilege(c.oid, n)) ELSE false END"
    " UNION SELECT s.relname FROM pg_class s JOIN pg_depend d ON d.objid = s.oid AND d.deptype IN ('a', 'i')"
    " JOIN pg_class t ON t.oid = d.refobjid WHERE t.relname = ANY(:tables) AND pg_table_is_visible(t.oid)"
    " AND CASE WHEN s.relkind = 'S' THEN NOT has_sequence_privilege(s.oid, 'USAGE') ELSE false END ORDER BY 1"
)
NEW_FILE = (
    "CREATE TEMP TABLE room_probe ON COMMIT DROP AS SELECT repeat(md5(n::text), 31) FROM generate_series(1, 32) n"
)
"""Of 32 KiB: PostgreSQL must make a file where its tables lie, and lengthen it."""


def hidden_in() -> list[str]:
    """Return the schemas that hold our tables and that the user does not look into."""
    if db.engine.dialect.name != "postgresql":
        return []
    with db.engine.connect() as connection:
        return list(connection.scalars(ELSEWHERE, {"table": "alembic_version"}))


def forbidden() -> list[str]:
    """Return the tables and sequences that the user of the database may not read or write."""
    if db.engine.dialect.name != "postgresql":
        return []
    with db.engine.connect() as connection:
        return list(connection.scalars(FORBIDDEN, {"tables": list(db.metadata.tables), "needed": NEEDED}))


def grow() -> None:
    """Let PostgreSQL make a new file beside its tables and lengthen it. Raises DBAPIError where it cannot."""
    if db.engine.dialect.name != "postgresql":
        return
    with db.engine.connect() as connection:
        may = connection.scalar(text("SELECT has_database_privilege(current_database(), 'TEMP')"))
        if may and not connection.scalar(text("SELECT pg_is_in_recovery()")):
            connection.exec_driver_sql("SET LOCAL temp_tablespaces = ''")
            connection.exec_driver_sql(NEW_FILE)
        connection.rollback()
