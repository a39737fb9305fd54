"""/healthz: for the machine that watches this one."""

import sqlite3

from flask import Blueprint, Response, jsonify
from sqlalchemy import text

from consult.models import db
from consult.services.machine import clock_watch
from consult.web.access import public

bp = Blueprint("health", __name__)


@bp.get("/healthz", endpoint="show")
@public
def show_health() -> Response:
    """Answer 200 when the database answers; name the SQLite library, whose early versions had a checkpoint fault."""
    db.session.execute(text("SELECT 1"))
    dialect = db.engine.dialect.name
    doubted = clock_watch.in_doubt()
    return jsonify(
        status="attention" if doubted else "ok",
        database=dialect,
        sqlite=sqlite3.sqlite_version if dialect == "sqlite" else None,
        clock="in doubt" if doubted else "ok",
    )
