"""Somebody who switches the database's guards off is noticed, also before anything is changed."""

import pytest
from sqlalchemy import text

from consult.models import db, guards
from tests.tampering import without_triggers

pytestmark = pytest.mark.both_databases


def run(app, *words: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=list(words))
    return result.exit_code, result.output


def test_a_sound_database_has_all_of_its_triggers(app, village):
    with app.app_context():
        assert guards.missing() == [] and len(guards.expected(db.engine.dialect.name)) > 30
    assert run(app, "audit", "verify")[0] == 0


def test_missing_or_disabled_triggers_are_named(app, village):
    with app.app_context():
        without_triggers()
        assert set(guards.missing()) == guards.expected(db.engine.dialect.name)
        db.session.remove()
    code, said = run(app, "audit", "verify")
    assert code == 1 and "database: the trigger sealed_ballot_kept is missing or switched off" in said


def test_a_trigger_that_refuses_nothing_is_named(app, village):
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            db.session.execute(text("DROP TRIGGER sealed_ballot_kept"))
            empty = "CREATE TRIGGER sealed_ballot_kept BEFORE DELETE ON sealed_ballot BEGIN SELECT 1; END"
        else:
            empty = (
                "CREATE OR REPLACE FUNCTION refuse_unsealing() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN RETURN COALESCE(NEW, OLD); END $$"
            )
        db.session.execute(text(empty))
        db.session.commit()
        assert guards.missing() == ["sealed_ballot_kept"]
