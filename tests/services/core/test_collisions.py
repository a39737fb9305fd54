"""Errors of the database: which mean that another transaction was in the way, and which that it was not to be had."""

import re
import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from consult.config import ROOT
from consult.models import Village, db
from consult.services.core import collisions, transactions
from consult.services.core.each import each

TAKEN = text("INSERT INTO village SELECT * FROM village LIMIT 1")


def raised(statement: str) -> DBAPIError:
    with pytest.raises(DBAPIError) as error:
        db.session.execute(text(statement))
    db.session.rollback()
    return error.value


@pytest.mark.both_databases
def test_a_row_that_is_there_is_a_collision_and_a_wrong_value_is_none(inside):
    assert collisions.is_collision(raised(TAKEN.text))
    wrong = raised("UPDATE consultation SET nothing = 1")
    assert not collisions.is_collision(wrong) and not collisions.is_busy(wrong)
    assert collisions.is_collision(StaleDataError()) and not collisions.is_collision(ValueError())


def test_a_locked_file_is_busy_and_no_collision(tmp_path):
    engine = create_engine(f"sqlite:///{tmp_path / 'a.db'}", connect_args={"timeout": 0})
    with closing(sqlite3.connect(tmp_path / "a.db", isolation_level=None)) as other, engine.connect() as mine:
        other.execute("CREATE TABLE a (b)")
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DBAPIError) as error:
            mine.exec_driver_sql("INSERT INTO a VALUES (1)")
    assert collisions.is_busy(error.value) and not collisions.is_collision(error.value)
    engine.dispose()


def test_one_module_reads_the_codes_of_errors_of_the_database():
    """Two rules of one kind came to differ: a page answered 500 where a command said what was wrong."""
    readers = {"services/core/collisions.py", "logs.py"}  # the latter writes the code into its line
    files = {str(file.relative_to(ROOT / "consult")): file for file in (ROOT / "consult").rglob("*.py")}
    codes = re.compile(r"\bsqlstate\b|sqlite_errorcode|sqlite3\.SQLITE_|psycopg\.errors")
    found = {name for name, file in files.items() if codes.search(file.read_text(encoding="utf-8"))}
    assert found == readers, found ^ readers


@pytest.mark.both_databases
def test_a_loop_does_an_act_that_collided_once_more(inside):
    tries: list[int] = []

    @transactions.atomic
    def act(one: int) -> None:
        tries.append(one)
        if tries.count(one) == 1:
            db.session.execute(TAKEN)

    assert each("act", [1, 2], act) == [1, 2]
    assert tries == [1, 1, 2, 2]
    assert db.session.get_one(Village, inside.id)


@pytest.mark.both_databases
def test_inside_a_unit_of_work_nothing_is_repeated_for_its_half_is_undone(inside):
    tries: list[int] = []

    def act() -> None:
        tries.append(1)
        db.session.execute(TAKEN)

    with pytest.raises(IntegrityError), transactions.writing():
        collisions.again(act)
    assert tries == [1]
