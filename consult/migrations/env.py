"""Runs migrations inside the app: same engine, same pragmas, same naming."""

from alembic import context
from flask import current_app

from consult.models import db

config = context.config


def run_migrations() -> None:
    options = current_app.extensions["migrate"].configure_args
    with db.engine.connect() as connection:
        context.configure(connection=connection, target_metadata=db.metadata, **options)
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


if context.is_offline_mode():
    raise SystemExit("Migrations run against a database: offline mode is not supported.")
run_migrations()
