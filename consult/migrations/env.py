"""Runs migrations inside the app: same engine, same pragmas, same naming."""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import context
from flask import current_app
from sqlalchemy.engine import Connection

from consult.config import Misconfigured
from consult.models import db
from consult.services.machine import schemas


def run_migrations() -> None:
    if sentence := schemas.why_hidden(schemas.of_database(db.engine)):
        raise Misconfigured(sentence)
    options = current_app.extensions["migrate"].configure_args
    with db.engine.connect() as connection, _tables_may_be_rebuilt(connection):
        context.configure(connection=connection, target_metadata=db.metadata, **options)
        with context.begin_transaction():
            context.run_migrations()
            _refuse_orphans(connection)
        connection.commit()


@contextmanager
def _tables_may_be_rebuilt(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by rebuilding it: its foreign keys must rest meanwhile, and are checked at the end."""
    if connection.dialect.name != "sqlite":
        yield
        return
    plain = connection.connection.cursor()  # not through SQLAlchemy: inside a transaction the pragma does nothing
    plain.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        plain.execute("PRAGMA foreign_keys=ON")
        plain.close()


def _refuse_orphans(connection: Connection) -> None:
    if connection.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise RuntimeError("the migration would leave rows that point to nothing; nothing was changed")


if context.is_offline_mode():
    raise SystemExit("Migrations run against a database: offline mode is not supported.")
run_migrations()
