"""Bring a database to the newest schema. Imported by commands and tests only: the server needs no Alembic."""

import logging
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask, current_app
from flask_migrate import Migrate, upgrade

from consult.config import ROOT
from consult.models import db


def prepare(app: Flask) -> None:
    """Tell `flask db …` and `create` where the migrations are."""
    if "migrate" not in app.extensions:
        Migrate(app, db, directory=str(ROOT / "consult" / "migrations"), render_as_batch=True)


def create() -> None:
    """Run every migration that is missing. Safe to repeat."""
    logging.getLogger("alembic").setLevel(logging.WARNING)
    prepare(current_app._get_current_object())  # type: ignore[attr-defined]
    upgrade()
    db.session.remove()


MOST_NAMED = 5
"""So many differences are named; more say no more."""


def differences() -> list[str]:
    """Name what the tables of the database have otherwise than this program's, as far as Alembic sees it.

    A migration that was edited after somebody ran it leaves such a database.
    """
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection)
        found = compare_metadata(context, db.metadata)
    return [_named(one) for one in found]


def _named(difference: Any) -> str:
    if isinstance(difference, list):
        return _named(difference[0])
    what, *rest = difference
    names = [str(getattr(one, "name", one)) for one in rest if getattr(one, "name", None) or isinstance(one, str)]
    return f"{what} {' '.join(names[:3])}"
