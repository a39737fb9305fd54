"""Before the count of a secret poll older than the seals is known, its ballots are laid out in the order of their keys.

Until then the place of a ballot in the file, SQLite's write-ahead log and PostgreSQL's xmin could be held against the
order in which the roll was marked. See docs/ballots.md 2.3.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError

from consult.models import SecretBallot, db
from consult.models.triggers import MIXING
from consult.services.core import collisions, group_commit, transactions

KEYS = "village_id, poll_id, key, choice"
PATIENCE = "2s"
"""While a table's lock is waited for, all villages of the server wait behind it."""


class NotShuffled(Exception):
    """Another connection is reading: the old order cannot be dropped just now. To be tried again."""


def shuffle(poll_id: int) -> int:
    """Rewrite a closed poll's ballots and return how many there are. Ends the reading transaction.

    Raises NotShuffled, and RuntimeError inside a unit of work.
    """
    if transactions.in_unit():
        raise RuntimeError("ballots are shuffled between units of work, never inside one")
    db.session.rollback()
    if db.engine.dialect.name == "sqlite":
        _vacuum_sqlite()
    else:
        _rewrite_postgresql(poll_id)
    return ballots_of(poll_id)


def ballots_of(poll_id: int) -> int:
    """Return how many secret ballots a poll has."""
    return db.session.scalar(select(func.count()).where(SecretBallot.poll_id == poll_id)) or 0


def _vacuum_sqlite() -> None:
    """Lay out the pages by key with VACUUM, as the table has no row order of its own; empty the log by a checkpoint."""
    with group_commit.alone():
        connection = db.engine.raw_connection()
        try:
            cursor = connection.cursor()
            cursor.execute("VACUUM")
            busy = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        finally:
            connection.close()
    if busy:
        raise NotShuffled


def _rewrite_postgresql(poll_id: int) -> None:
    """Rewrite the rows in one transaction, so that all have one xmin; VACUUM FULL drops the old ones from the file."""
    poll = {"poll": poll_id}
    with _patiently(), db.engine.begin() as connection:
        connection.execute(text(f"SET LOCAL lock_timeout = '{PATIENCE}'"))
        connection.execute(text("SELECT id FROM poll WHERE id = :poll FOR UPDATE"), poll)
        connection.execute(text("SELECT set_config(:name, :value, true)"), {"name": MIXING, "value": str(poll_id)})
        mixed = (
            f"CREATE TEMP TABLE mixed ON COMMIT DROP AS SELECT {KEYS} FROM secret_ballot WHERE poll_id = {poll_id:d}"
        )
        connection.execute(text(mixed))
        connection.execute(text("DELETE FROM secret_ballot WHERE poll_id = :poll"), poll)
        connection.execute(text(f"INSERT INTO secret_ballot ({KEYS}) SELECT {KEYS} FROM mixed ORDER BY key"))
    with _patiently(), db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"SET lock_timeout = '{PATIENCE}'"))
        try:
            connection.execute(text("VACUUM (FULL) secret_ballot"))
        finally:
            connection.execute(text("RESET lock_timeout"))


@contextmanager
def _patiently() -> Iterator[None]:
    """Raise NotShuffled where the lock was not to be had in time."""
    try:
        yield
    except OperationalError as error:
        if collisions.is_busy(error):
            raise NotShuffled from None
        raise
