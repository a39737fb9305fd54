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


def test_a_trigger_that_nobody_of_ours_set_is_named(inside):
    """It could note, at each sealed ballot, who was marked on the roll just then."""
    if on_sqlite():
        run("CREATE TABLE noted (slot TEXT)")
        run("CREATE TRIGGER note AFTER INSERT ON sealed_ballot BEGIN INSERT INTO noted VALUES (NEW.slot); END")
        assert faults() == ["trigger note: the program set no such trigger"]
        return
    run("CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$")
    run("CREATE TRIGGER noting BEFORE INSERT ON sealed_ballot FOR EACH ROW EXECUTE FUNCTION note()")
    assert "trigger noting: the program set no such trigger" in faults()


@pytest.mark.parametrize(
    "moved",
    [
        "CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE ON clock_tick "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        "CREATE TRIGGER audit_entry_append_only BEFORE DELETE ON audit_entry "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        "CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE ON audit_entry "
        "FOR EACH ROW WHEN (OLD.number < 0) EXECUTE FUNCTION refuse_change()",
        "CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE ON audit_entry "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
        "CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE ON audit_entry "
        "FOR EACH ROW EXECUTE FUNCTION refuse_swap()",
    ],
    ids=("elsewhere", "fewer acts", "hardly ever", "for statements", "another function"),
)
def test_a_trigger_that_was_hung_up_otherwise_is_named(inside, moved):
    if on_sqlite():
        return  # its triggers are compared word for word
    run("DROP TRIGGER audit_entry_append_only ON audit_entry")
    run(moved)
    assert faults() == ["trigger audit_entry_append_only: not the one that the program set"]


def test_what_else_keeps_triggers_from_firing_is_named(inside):
    if on_sqlite():
        return
    run("CREATE RULE silent AS ON DELETE TO ballot_event DO INSTEAD NOTHING")
    run("ALTER TABLE secret_ballot ENABLE ROW LEVEL SECURITY")
    run("SET session_replication_role = replica")
    assert faults() == [
        "session_replication_role: set so that triggers do not fire",
        "rule silent on ballot_event: the program set no such rule",
        "row security of secret_ballot: the program set none",
    ]
    run("RESET session_replication_role")


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
