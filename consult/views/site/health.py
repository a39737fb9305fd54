"""/healthz: for the machine that watches this one."""

import sqlite3

from flask import Blueprint, Response, jsonify
from sqlalchemy import text
from sqlalchemy.exc import OperationalError, ProgrammingError

from consult.models import db
from consult.services.core.uploads import disk
from consult.services.machine import clock_watch
from consult.services.polls.counting import poll_faults
from consult.web.access import public

bp = Blueprint("health", __name__)


@bp.get("/healthz", endpoint="show")
@public
def show_health() -> Response:
    """Answer 200 when the database answers; name the SQLite library, whose early versions had a checkpoint fault.

    `polls_set_aside`: how many polls of all villages do not add up. `disk` is "low" while uploads are refused for want of
    room. Whoever watches this machine looks at them; votes go on.
    """
    db.session.execute(text("SELECT 1"))
    dialect = db.engine.dialect.name
    doubted = clock_watch.in_doubt()
    return jsonify(
        status="attention" if doubted else "ok",
        database=dialect,
        sqlite=sqlite3.sqlite_version if dialect == "sqlite" else None,
        clock="in doubt" if doubted else "ok",
        disk="low" if disk.is_low() else "ok",
        polls_set_aside=_set_aside(),
    )


def _set_aside() -> int | None:
    """Return None where the database has no such table yet."""
    try:
        return poll_faults.how_many()
    except (OperationalError, ProgrammingError):
        db.session.rollback()
        return None
