"""/: the one village, or the list of them."""

from flask import Blueprint, Response, make_response, redirect, url_for
from sqlalchemy import select

from consult.models import Village, db
from consult.web import pages
from consult.web.access import public

bp = Blueprint("root", __name__)


@bp.get("/")
@public
def show() -> Response:
    villages = db.session.execute(select(Village.slug, Village.name).order_by(Village.id).limit(200)).all()
    if len(villages) == 1:
        return make_response(redirect(url_for("home.show", slug=villages[0].slug), 303))
    return pages.page("root/show.html", villages=villages)
