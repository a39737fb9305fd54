"""Housekeeping of the database, done by jobs."""

import fcntl
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import delete

from consult.config import Config
from consult.models import OneTimeCode, SignInAttempt, db
from consult.services.core.transactions import atomic

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


@atomic
def forget_old_attempts(*, now: datetime) -> None:
    """Delete codes and sign-in attempts older than two days; they are of use for one."""
    db.session.execute(delete(SignInAttempt).where(SignInAttempt.tried_at < now - KEPT_FOR))
    db.session.execute(delete(OneTimeCode).where(OneTimeCode.sent_at < now - KEPT_FOR))
