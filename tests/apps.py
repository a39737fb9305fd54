"""One app for each kind of settings, laid on the database of each test in turn.

Making an app anew costs more than most tests: five hundred addresses to compile and every template. A test that
changes the app itself is marked `own_app`.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import event, make_url
from sqlalchemy.engine import Dialect, Engine

from consult import create_app
from consult.config import Config
from consult.models import db
from tests import compiled_templates

OF_ONE_DATABASE = ("group_commit", "alarm", "readiness", "runner_seen", "clock_reading", "watch", "live_fragments")
"""What an app remembers of the database it stands on."""
_kept: dict[tuple[Config, bool], Flask] = {}


def app_on(config: Config) -> Flask:
    """An app with these settings on their database."""
    if config.delivery != "file":
        return made(config)
    kind = replace(config, database_url="", instance_path=Path()), config.on_sqlite
    if kind not in _kept:
        _kept[kind] = made(config)
        _follow(_kept[kind])
        return _kept[kind]
    return _laid(_kept[kind], config)


def made(config: Config) -> Flask:
    """Make an app of its own."""
    return compiled_templates.share(create_app(config))


def _follow(app: Flask) -> None:
    """Its engine, with all statements it has compiled, connects to whatever database the app stands on by then."""

    def connect(dialect: Dialect, _record: Any, positional: Any, named: Any) -> None:
        where = dialect.create_connect_args(make_url(app.config["CONSULT"].database_url))
        positional[:] = where[0]
        named.update(where[1])

    event.listen(_engine_of(app), "do_connect", connect)


def _engine_of(app: Flask) -> Engine:
    with app.app_context():
        return db.engine


def _laid(app: Flask, config: Config) -> Flask:
    config.instance_path.mkdir(parents=True, exist_ok=True)
    for name in OF_ONE_DATABASE:
        app.extensions.pop(name, None)
    app.instance_path = str(config.instance_path)
    app.config.update(CONSULT=config, SQLALCHEMY_DATABASE_URI=config.database_url)
    if config.on_sqlite:
        Path(config.database_url.removeprefix("sqlite:///")).touch(mode=0o600)
    _engine_of(app).dispose()
    return app
