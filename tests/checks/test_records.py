"""Migrations make the tables that the models describe, forwards and backwards, and lose nothing."""

import re
from datetime import timedelta

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask_migrate import downgrade, upgrade
from sqlalchemy import DateTime, Float, Numeric, func, inspect, select, text
from sqlalchemy.exc import IntegrityError

from consult import clock
from consult.config import ROOT
from consult.domain.people.own_data import RequestKind
from consult.domain.people.people import DepartureKind
from consult.domain.people.right_changes import RightKind, RightStepKind
from consult.domain.people.second_factors import FactorChange
from consult.models import (
    BallotEvent,
    Base,
    DataLock,
    DataRequest,
    Departure,
    FactorRequest,
    PaperTicker,
    PaperTickerEnding,
    Person,
    RightChange,
    RightStep,
    SealedBallot,
    StandingChange,
    UTCDateTime,
    db,
)
from consult.models.base import Choice
from consult.services.core import schema
from consult.services.site import trigger_verification
from tests.village import a_poll, build, close, vote

TABLES = sorted(Base.metadata.tables.values(), key=lambda table: table.name)
NO_OLDER_PLACE = ("allowance", "installation", "notification", "outbox_message")
"""Of no older schema: what people were told, how much they wrote today, and the check value that the next start writes."""
OF_ALL_VILLAGES = ("village", "job_run", "clock_tick", "installation")
"""The villages themselves, the due times of jobs, each of which looks after all of them, and what is of the machine."""
pytestmark = pytest.mark.filterwarnings("ignore:.*sqlite_sequence.*")


def steps() -> list[str]:
    """The revisions, oldest first."""
    script = ScriptDirectory(str(ROOT / "consult" / "migrations"))
    return [revision.revision for revision in script.walk_revisions()][::-1]


def differences() -> list[object]:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "render_as_batch": True})
        return list(compare_metadata(context, Base.metadata))


def triggers() -> set[str]:
    """What the database itself refuses; rebuilding a table on SQLite silently drops them."""
    sqlite = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    postgresql = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    return set(db.session.scalars(text(sqlite if db.engine.dialect.name == "sqlite" else postgresql)))


def voted(cast) -> dict[str, int]:
    """A poll with ballots, one of them changed, closed and counted. Returns how much there is to lose."""
    poll_id = a_poll(cast)
    for who, choice in ((cast.ah_fong, 1), (cast.old_chan, 2), (cast.ah_fong, 3)):
        vote(cast, poll_id, who, choice)
    close(at=clock.now() + timedelta(days=30))
    db.session.commit()
    return {table.name: db.session.scalar(select(func.count()).select_from(table)) for table in TABLES}


def test_there_is_one_chain():
    assert len(ScriptDirectory(str(ROOT / "consult" / "migrations")).get_heads()) == 1


@pytest.mark.sweep
@pytest.mark.both_databases
def test_the_newest_migration_equals_the_models(app):
    with app.app_context():
        assert differences() == []


@pytest.mark.sweep
@pytest.mark.both_databases
def test_each_step_goes_back_and_forth_with_ballots_in_place(app):
    with app.app_context():
        before, guards = voted(build()), triggers()
        assert guards
        assert before[BallotEvent.__tablename__] == 3
        db.session.remove()
        schema.prepare(app)
        for step in steps()[:-1][::-1]:
            downgrade(revision=step)
        upgrade()
        db.session.remove()
        after = {t.name: db.session.scalar(select(func.count()).select_from(t)) for t in TABLES}
        assert after == before | dict.fromkeys(NO_OLDER_PLACE, 0)
        assert triggers() == guards


@pytest.mark.sweep
@pytest.mark.both_databases
def test_all_steps_can_be_taken_back_to_nothing_and_again(app):
    with app.app_context():
        voted(build())
        guards = triggers()
        db.session.remove()
        schema.prepare(app)
        downgrade(revision="base")
        assert set(inspect(db.engine).get_table_names()) <= {"alembic_version", "sqlite_sequence"}
        upgrade()
        assert differences() == []
        assert triggers() == guards


BROUGHT = ("0018", "0017", "0016", "0015")
"""The schemas before those that 0.8.0 brings, the newest first."""


def one_of_each_kind() -> None:
    """Rows that no schema before 0016 has a word for, in every table whose kinds grew, and in the new tables."""
    officer, whose, new = db.session.scalars(select(Person).order_by(Person.id).limit(3)).all()
    here, now = {"village_id": officer.village_id}, clock.now()
    asked = {"asked_by": officer.id, "asked_office": "clerk"}
    for kind in RightKind:
        change = RightChange(kind=kind, person_id=whose.id, request_key=f"of-{kind}", asked_at=now, **asked, **here)
        db.session.add(change)
        db.session.flush()
        step = {"change_id": change.id, "person_id": whose.id, "done_at": now}
        db.session.add(RightStep(step=RightStepKind.LAPSED, **step, **asked, **here))
    db.session.add(Departure(person_id=new.id, kind=DepartureKind.AWAITED, noted_at=now, **here))
    db.session.add(FactorRequest(kind=FactorChange.REQUIRE, lapsed_at=now, asked_at=now, **asked, **here))
    db.session.add(StandingChange(body="VA_people", source="x", asked_at=now, **asked, **here))
    for key, answered in (("waits", None), ("done", now)):
        request = {"request_key": key, "answered_at": answered, "asked_at": now, "due_on": now.date()}
        db.session.add(DataRequest(person_id=whose.id, kind=RequestKind.LOCK, words="x", **request, **here))
    db.session.add(DataLock(person_id=whose.id, begun_by=officer.id, begun_at=now, **here))
    poll_id = db.session.scalars(select(SealedBallot.poll_id)).first()
    ticker = PaperTicker(
        poll_id=poll_id, person_id=officer.id, until=now, assigned_by=whose.id, request_key="t", assigned_at=now, **here
    )
    db.session.add(ticker)
    db.session.flush()
    db.session.add(PaperTickerEnding(ticker_id=ticker.id, ended_by=whose.id, ended_at=now, **here))
    db.session.commit()


@pytest.mark.sweep
@pytest.mark.both_databases
def test_each_step_since_0015_goes_back_and_forth_with_rows_of_what_it_brought_and_all_triggers_stand(
    app, demo_village
):
    with app.app_context():
        one_of_each_kind()
        ballots = db.session.scalar(select(func.count()).select_from(SealedBallot))
        db.session.remove()
        schema.prepare(app)
        for step in BROUGHT:
            for _ in range(2):
                downgrade(revision=step)
                upgrade()
            assert list(trigger_verification.faults()) == []
            db.session.remove()
        assert db.session.scalar(select(func.count()).select_from(SealedBallot)) == ballots > 0
        assert differences() == []


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_row_belongs_to_a_village(table):
    assert table.name in OF_ALL_VILLAGES or "village_id" in table.columns


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_instants_are_aware_and_amounts_are_whole(table):
    for column in table.columns:
        assert not isinstance(column.type, DateTime), f"{column}: take UTCDateTime"
        assert not isinstance(column.type, Float | Numeric), f"{column}: integers only"


def test_the_check_of_instants_would_see_a_plain_one():
    assert isinstance(DateTime(), DateTime)
    assert not isinstance(UTCDateTime(), DateTime)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_constraint_has_a_name(table):
    """SQLite can only change what has one."""
    assert all(constraint.name for constraint in table.constraints)


@pytest.mark.sweep
@pytest.mark.both_databases
def test_the_database_refuses_what_is_not_one_of_the_known_values(app):
    """Each column of a Choice has its CHECK in the database, with the values of its enum today."""
    with app.app_context():
        found = inspect(db.engine)
        for table in TABLES:
            checks = {check["name"]: check["sqltext"] for check in found.get_check_constraints(table.name)}
            for column in table.columns:
                if isinstance(column.type, Choice):
                    known = checks[f"ck_{table.name}_{column.name}_known"]
                    assert set(re.findall(r"'(\w*)'", known)) == set(column.type.stored), (table.name, column.name)


@pytest.mark.both_databases
def test_a_value_that_is_not_known_is_refused_by_the_database(app, village):
    values = {"person": village.ah_fong.id, "village": village.id, "at": clock.now()}
    statement = text(
        "INSERT INTO departure (person_id, village_id, kind, noted_at) VALUES (:person, :village, 'x', :at)"
    )
    with app.app_context(), pytest.raises(IntegrityError):
        db.session.execute(statement, values)
