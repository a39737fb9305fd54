"""What somebody with SQL and bad intent does."""

from sqlalchemy import text

from consult.models import db


def without_triggers(*statements: str) -> None:
    """Take the database's guards away, triggers and CHECKs, then run the statements."""
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
    for statement in statements:
        db.session.execute(text(statement))
    if on_sqlite:
        db.session.execute(text("PRAGMA ignore_check_constraints=OFF"))
    db.session.commit()
    db.session.expire_all()
