"""Bringing a database to the newest schema."""

import logging

from flask_migrate import upgrade

from consult.models import db


def create() -> None:
    """Run every migration that is missing. Safe to repeat."""
    logging.getLogger("alembic").setLevel(logging.WARNING)
    upgrade()
    db.session.remove()
