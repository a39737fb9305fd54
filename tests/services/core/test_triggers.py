"""A trigger that is gone, switched off or weakened is named by the verification."""

import pytest
from sqlalchemy import text

from consult.models import db
from consult.services.site import trigger_verification

pytestmark = pytest.mark.both_databases


def faults() -> list[str]:
    return list(trigger_verification.faults())


def run(statement: str) -> None:
    db.session.execute(text(statement))
    db.session.commit()


def on_sqlite() -> bool:
    return db.engine.dialect.name == "sqlite"


def test_a_migrated_database_has_exactly_the_triggers_that_are_expected(inside):
    assert faults() == []
    if on_sqlite():
        there = set(db.session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")))
    else:
        there = set(db.session.scalars(text("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")))
    assert there <= set(trigger_verification.expected(db.engine.dialect.name)), "add its DDL to trigger_verification"


def test_a_dropped_trigger_is_named(inside):
    if on_sqlite():
        run("DROP TRIGGER ballot_event_no_update")
        assert [fault for fault in faults() if "ballot_event_no_update" in fault]
    else:
        run("DROP TRIGGER ballot_event_append_only ON ballot_event")
        assert [fault for fault in faults() if "ballot_event_append_only" in fault]
    assert len(faults()) == 1


def test_a_trigger_that_does_something_else_is_named(inside):
    if on_sqlite():
        run("DROP TRIGGER poll_kept")
        run("CREATE TRIGGER poll_kept BEFORE DELETE ON poll WHEN 0 BEGIN SELECT RAISE(ABORT, 'never'); END")
        assert faults() == ["trigger poll_kept: not the one that the program set"]
    else:
        run("CREATE OR REPLACE FUNCTION refuse_swap() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$")
        assert faults() == ["trigger refuse_swap: not the one that the program set"]


def test_a_trigger_that_is_switched_off_is_named(inside):
    if on_sqlite():
        return  # SQLite has no such switch
    run("ALTER TABLE audit_entry DISABLE TRIGGER USER")
    assert [fault for fault in faults() if "audit_entry_append_only" in fault]


def test_the_command_names_it_and_ends_with_one(app, inside):
    db.session.remove()
    runner = app.test_cli_runner()
    assert runner.invoke(args=["audit", "verify"]).exit_code == 0
    run(
        "DROP TRIGGER ballot_event_no_update"
        if on_sqlite()
        else "DROP TRIGGER ballot_event_append_only ON ballot_event"
    )
    db.session.remove()
    done = runner.invoke(args=["audit", "verify"])
    assert done.exit_code == 1 and "trigger ballot_event" in done.output
