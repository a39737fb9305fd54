"""A command on a database that is away says so in a sentence, not in a traceback."""

from dataclasses import replace

import pytest
from flask_migrate.cli import db as migrations

from consult.cli import told_by
from consult.models import db
from consult.services.core import schema
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
