"""/demo: act as one of the demo accounts. Registered in demo mode only."""

from flask import Blueprint, Response, abort, g, make_response, redirect, request, url_for
from flask_login import current_user

from consult.demo import accounts
from consult.domain.people.sign_ins import OF_VILLAGERS, SignInWay
from consult.services.people import sign_ins
from consult.web import cookies, pages
from consult.web.access import now, public
from consult.web.guards import browser
from consult.web.numbers import ident

bp = Blueprint("demo", __name__)


@bp.get("/demo", endpoint="show")
@public
def show_cast() -> Response:
    browser.begin()
    return pages.page("site/demo/show.html", cast=accounts.members())


@bp.post("/demo/sign-in")
@public
def sign_in() -> Response:
    person = accounts.member(request.form.get("person_id", 0, type=ident))
    if person is None:
        abort(404)
    earlier, before = cookies.kept_sign_in(request), current_user.person if current_user.is_authenticated else None
    wanted = browser.token_of(person.person.id, browser.form_proof())
    if earlier is not None and earlier.token != wanted:
        sign_ins.end(earlier.token, now=now())
    token = sign_ins.begin(person.person, SignInWay.DEMO, now=now(), token=wanted)
    g.pop("village", None)
    response = make_response(redirect(url_for("home.show", slug=person.slug), 303))
    g.sign_in_changed = True
    cookies.remember_sign_in(response, token, idle=OF_VILLAGERS.idle, now=now())
    if before is not None and before.id != person.person.id:
        cookies.forget_pages(response)
    return response
