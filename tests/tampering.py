"""What somebody with SQL and bad intent does."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager

from sqlalchemy import text

from consult.domain.audit import canonical, sha256
from consult.models import Poll, db


def without_triggers(*statements: str) -> None:
    """Take the database's guards away, triggers and CHECKs, then run the statements."""
    with _unguarded():
        _run(statements)
    db.session.commit()
    db.session.expire_all()


Tamper = Callable[..., AbstractContextManager[None]]


@contextmanager
def tampering() -> Iterator[Tamper]:
    """Give what lets a block see the database as some statements leave it without its guards.

    After each such block, and after all of them, everything is as it was.
    """
    with _unguarded():
        yield _tampered
    db.session.rollback()


@contextmanager
def _tampered(*statements: str) -> Iterator[None]:
    before = db.session.begin_nested()
    _run(statements)
    db.session.expire_all()
    yield
    before.rollback()
    db.session.expire_all()


def _run(statements: Sequence[str]) -> None:
    for statement in statements:
        db.session.execute(text(statement))


@contextmanager
def _unguarded() -> Iterator[None]:
    on_sqlite = db.engine.dialect.name == "sqlite"
    if on_sqlite:
        db.session.execute(text("PRAGMA ignore_check_constraints=ON"))
        for (name,) in db.session.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
            db.session.execute(text(f"DROP TRIGGER {name}"))
    else:
        guarded = "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal"
        for (table,) in db.session.execute(text(guarded)).all():
            db.session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        checks = "SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE contype = 'c' AND conrelid <> 0"
        for table, name in db.session.execute(text(checks)).all():
            db.session.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {name}"))
    yield
    if on_sqlite:
        db.session.execute(text("PRAGMA ignore_check_constraints=OFF"))


def without_triggers_of(table: str, statement: str) -> None:
    """Run a statement while one table has no triggers; everything else of the schema stays as it is."""
    if db.engine.dialect.name == "sqlite":
        there = text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table")
        kept = db.session.execute(there, {"table": table}).all()
        steps = [*(f"DROP TRIGGER {one.name}" for one in kept), statement, *(one.sql for one in kept)]
    else:
        switch = f"ALTER TABLE {table} {{}} TRIGGER USER"
        steps = [switch.format("DISABLE"), statement, switch.format("ENABLE")]
    for step in steps:
        db.session.connection().exec_driver_sql(step)
    db.session.commit()
    db.session.expire_all()


def announced_before_the_seals(poll_id: int) -> None:
    """Make a secret poll as one was that was announced before ballots were sealed. It takes the guards away."""
    frozen = {name: part for name, part in (db.session.get_one(Poll, poll_id).frozen or {}).items() if name != "seal"}
    db.session.rollback()
    without_triggers(f"DELETE FROM sealing_key WHERE poll_id = {poll_id}")
    older = db.session.get_one(Poll, poll_id)
    older.frozen, older.fingerprint = json.loads(json.dumps(frozen)), sha256(canonical(frozen))
    db.session.commit()
