"""The page shown without a connection, and the small worker that keeps it on the phone."""

from flask import Blueprint, Response, make_response, request

from consult.web import i18n, pages
from consult.web.access import public

bp = Blueprint("offline", __name__)
KEPT_SECONDS = 3600
"""How long a browser takes the worker it has for the newest. It looks at each page it opens; we are asked once in that time."""


@bp.get("/sw.js")
@public
def worker() -> Response:
    """Answer with the worker. It is the same for all, so that nothing is asked of the database for it."""
    response = make_response(i18n.environment().get_template("errors/sw.js").render())
    response.mimetype = "text/javascript"
    response.headers["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
    response.add_etag()
    response.make_conditional(request)
    return response


@bp.get("/offline", endpoint="show")
@public
def show_offline() -> Response:
    return pages.page("errors/offline.html")
