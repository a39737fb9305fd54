"""A command on a database that is away says so in a sentence, not in a traceback."""

import json
import re
from dataclasses import replace

import pytest
from flask_migrate.cli import db as migrations

from consult.cli import told_by
from consult.cli.shared import codes, fault_words
from consult.domain.refusals import Reason, Refused
from consult.models import db
from consult.services.core import rollback_guard, schema
from consult.services.machine import backups
from tests.apps import made
from tests.running.postgres import free_port


@pytest.mark.parametrize(
    "words", [["backup", "--plain"], ["polls", "close-due"], ["audit", "verify"], ["village", "list"]]
)
def test_a_command_without_its_database_says_what_to_look_at(config, tmp_path, words):
    away = replace(config, database_url=f"postgresql+psycopg://nobody@127.0.0.1:{free_port()}/nothing")
    done = made(away).test_cli_runner().invoke(args=words)
    assert done.exit_code == 1
    assert "consult doctor" in done.output and "Traceback" not in done.output


def test_an_upgrade_without_its_database_says_what_to_look_at(config):
    away = replace(config, database_url=f"postgresql+psycopg://nobody@127.0.0.1:{free_port()}/nothing")
    app = made(away)
    schema.prepare(app)
    told_by(migrations)
    done = app.test_cli_runner().invoke(migrations, ["upgrade"])
    assert done.exit_code == 1 and "consult doctor" in done.output, done.output


@pytest.mark.both_databases
@pytest.mark.parametrize("words", [["drill"], ["backup", "--plain"], ["polls", "close-due"], ["village", "list"]])
def test_a_command_on_a_database_without_tables_says_what_to_type(config, tmp_path, database_kind, words):
    empty = replace(config, database_url=f"sqlite:///{tmp_path / 'empty.db'}", instance_path=tmp_path)
    app = made(empty if database_kind == "sqlite" else config)
    if database_kind == "postgresql":
        with app.app_context():
            db.drop_all()
            db.session.execute(db.text("DROP TABLE alembic_version"))
            db.session.commit()
    done = app.test_cli_runner().invoke(args=words)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    assert done.exit_code == 1, done.output
    assert "还没有表" in done.output and "flask db upgrade" in done.output and isinstance(done.exception, SystemExit)


@pytest.mark.parametrize(
    ("said", "todo"),
    [
        ("createdb: error: database creation failed: ERROR:  permission denied to create database", "CREATEDB"),
        ("pg_restore: error: connection to server on socket failed: No such file", "systemctl status postgresql"),
        ("something new\x1b[31m", "consult doctor"),
    ],
)
def test_what_a_program_of_postgresql_says_is_told_in_chinese_first(monkeypatch, tmp_path, said, todo):
    (tmp_path / "createdb").write_text(f"#!/bin/sh\ncat >&2 <<'END'\n{said}\nEND\nexit 1\n")
    (tmp_path / "createdb").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(backups.NoBackup) as refused:
        backups.program("createdb", "postgresql://nobody@127.0.0.1/x", ["y"])
    chinese, _, english = str(refused.value).partition(" / ")
    assert todo in chinese and said.rpartition(": ")[2].partition("\x1b")[0] in english and "\x1b" not in english


def test_a_refusal_and_an_alarm_are_told_in_chinese_and_then_in_english(app, village):
    with app.app_context():
        told = codes.refused(Refused(Reason.READ_ONLY))
        rollback_guard.path().write_text(json.dumps({str(village.row().id): [999, "f" * 64]}))
        (alarm,) = rollback_guard.why_alarm()
        rollback_guard.path().unlink()
    for words in (told, alarm):
        chinese, _, english = words.partition(" / ")
        assert re.search("[\u3400-\u9fff]", chinese) and english and not re.search("[\u3400-\u9fff]", english), words
    assert "read_only" not in told
    twice = "poll 12, unit 3: its secret ballot was cast more than once"
    assert fault_words.told(twice) == f"投票 12 不对：名册第 3 号，不记名的票投了不止一次 / {twice}"
    nested = "case 3: file case_files/ab.x is not there"
    assert fault_words.told(nested) == f"调解 3 不对：文件 case_files/ab.x 不在 / {nested}"
    assert fault_words.told("something new").startswith("记录不对 / ")
