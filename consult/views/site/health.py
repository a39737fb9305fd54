"""/healthz: for the machine that watches this one."""

import sqlite3

from flask import Blueprint, Response, jsonify
from sqlalchemy import text

from consult.models import db
from consult.services.core.uploads import disk
from consult.web.access import public

bp = Blueprint("health", __name__)


@bp.get("/healthz", endpoint="show")
@public
def show_health() -> Response:
    """Answer 200 when the database answers; name the SQLite library, whose early versions had a checkpoint fault.

    `disk` is "low" while uploads are refused for want of room; votes go on, so the status stays ok.
    """
    db.session.execute(text("SELECT 1"))
    dialect = db.engine.dialect.name
    room = "low" if disk.is_low() else "ok"
    library = sqlite3.sqlite_version if dialect == "sqlite" else None
    return jsonify(status="ok", database=dialect, sqlite=library, disk=room)
