"""/healthz: for the machine that watches this one."""

from flask import Blueprint, Response, jsonify

from consult.services.site import health
from consult.web import rollback_alarm
from consult.web.access import now, public

bp = Blueprint("health", __name__)


@bp.get("/healthz", endpoint="show")
@public
def show_health() -> Response:
    """Answer 200 when the database answers, and say what is for people to look at."""
    return jsonify(health.report(now=now(), alarm=rollback_alarm.raised()))
