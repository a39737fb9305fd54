"""/healthz, /readyz and /metrics: for the machine that watches this one."""

import time
from ipaddress import ip_address

from flask import Blueprint, Response, abort, current_app, jsonify, request
from sqlalchemy.exc import DBAPIError

from consult.models import db
from consult.services.core import collisions
from consult.services.site import health
from consult.services.site.watching import readiness
from consult.web import rollback_alarm
from consult.web.access import now, public
from consult.web.dispatch import is_second_try
from consult.web.guards import measures

bp = Blueprint("health", __name__)
KEPT_SECONDS = 1.0
"""An answer to /readyz is given so long: it writes to the disk, and anybody may ask."""
FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via")


@bp.get("/healthz", endpoint="show")
@public
def show_health() -> Response:
    """Answer 200 when the database answers, and say what is for people to look at; 503 while it is away."""
    try:
        return jsonify(health.report(now=now(), alarm=rollback_alarm.raised()))
    except DBAPIError as error:
        if collisions.is_lost(error) and not is_second_try():
            raise  # as every page, it is asked for again on a new connection
        db.session.rollback()
        return _unkept({"status": f"database {collisions.named(error)}"}, 503)


@bp.get("/readyz", endpoint="ready")
@public
def show_readiness() -> Response:
    """Answer 200 when this machine can take work, 503 with what is wrong otherwise."""
    kept: tuple[float, dict[str, str]] | None = current_app.extensions.get("readiness")
    if kept is None or time.monotonic() - kept[0] > KEPT_SECONDS:
        said = readiness.report(now=now(), alarm=_alarm())
        kept = current_app.extensions["readiness"] = (time.monotonic(), readiness.body(said))
    return _unkept(kept[1], 200 if kept[1]["status"] == "ready" else 503)


@bp.get("/metrics", endpoint="metrics")
@public
def show_metrics() -> Response:
    """Answer with all figures in the text format of Prometheus, to a program of this machine that asks directly."""
    if not _asks_directly():
        abort(404)
    return Response(
        measures.exposition(now=now()), content_type=measures.CONTENT_TYPE, headers={"Cache-Control": "no-store"}
    )


def _alarm() -> bool:
    try:
        return rollback_alarm.raised()
    except DBAPIError:
        db.session.rollback()
        return False


def _unkept(said: dict[str, str], status: int) -> Response:
    answer = jsonify(said)
    answer.status_code, answer.headers["Cache-Control"] = status, "no-store"
    return answer


def _asks_directly() -> bool:
    """Tell whether the connection comes from this machine and not through a proxy, whatever TRUSTED_PROXIES says."""
    before = request.environ.get("werkzeug.proxy_fix.orig", {})
    peer = before.get("REMOTE_ADDR") or request.environ.get("REMOTE_ADDR") or ""
    try:
        own = ip_address(peer).is_loopback
    except ValueError:
        own = False
    return own and not any(name in request.headers for name in FORWARDED)
