"""Housekeeping that nobody asked for by name."""

import fcntl
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import delete

from consult.config import Config
from consult.models import OneTimeCode, SignInAttempt, db

KEPT_FOR = timedelta(days=2)


def checkpoint() -> None:
    """Fold SQLite's write-ahead log into the database, one process at a time; nothing on PostgreSQL."""
    config: Config = current_app.config["CONSULT"]
    if not config.on_sqlite:
        return
    with open(config.instance_path / "checkpoint.lock", "a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        connection = db.engine.raw_connection()
        try:
            connection.cursor().execute("PRAGMA wal_checkpoint(PASSIVE)")
        finally:
            connection.close()


def forget_old_attempts(*, now: datetime) -> None:
    """Codes and tries are of use for a day; after two nobody needs to know of them."""
    db.session.execute(delete(SignInAttempt).where(SignInAttempt.tried_at < now - KEPT_FOR))
    db.session.execute(delete(OneTimeCode).where(OneTimeCode.sent_at < now - KEPT_FOR))
    db.session.commit()
