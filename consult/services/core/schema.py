"""Bring a database to the newest schema. Imported by commands and tests only: the server needs no Alembic."""

import logging

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
