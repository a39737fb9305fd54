"""The page shown without a connection, and the small worker that keeps it on the phone."""

from flask import Blueprint, Response, make_response

from consult.web import pages
from consult.web.access import public

bp = Blueprint("offline", __name__)


@bp.get("/sw.js")
@public
def worker() -> Response:
    response = make_response(pages.render("errors/sw.js"))
    response.mimetype = "text/javascript"
    response.headers["Cache-Control"] = "no-cache"
    return response


@bp.get("/offline", endpoint="show")
@public
def show_offline() -> Response:
    return pages.page("errors/offline.html")
