"""Sign in with a number on the roll, choose who is acting, and sign out."""

from flask import Blueprint, Response, request, session, url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from consult.domain.people import sign_ins as rules
from consult.domain.people.people import masked_phone
from consult.domain.refusals import Reason, Refused
from consult.models import Household, Person, db
from consult.services.core import crypto
from consult.services.people import codes, sign_ins
from consult.web import errors, pages
from consult.web.access import SIGN_IN_COOKIE, now, public, village
from consult.web.cookies import forget_sign_in, remember_sign_in, safe_path
from consult.web.numbers import ident
from consult.web.words import refusal_words

bp = Blueprint("sign_ins", __name__)
ASKED, VERIFIED = "asked", "verified"


@bp.get("/<slug>/sign-in")
@public
def new() -> Response:
    return _form({"next": safe_path(request.args.get("next"), "")}, "")


@bp.post("/<slug>/sign-in")
@public
def create_code() -> Response:
    typed = request.form.get("phone", "")
    try:
        phone = codes.ask(village().id, typed, now=now())
    except Refused as refusal:
        return _form(request.form.to_dict(), refusal_words.refusal(refusal), errors.status_of(refusal.reason))
    session[ASKED] = {"phone": crypto.seal(phone), "next": safe_path(request.form.get("next"), "")}
    return pages.done(url_for(".code"))


@bp.get("/<slug>/sign-in/code")
@public
def code() -> Response:
    if ASKED not in session:
        return pages.done(url_for(".new"))
    return _code_form("")


@bp.post("/<slug>/sign-in/code")
@public
def check_code() -> Response:
    asked = session.get(ASKED)
    if asked is None:
        return pages.done(url_for(".new"))
    try:
        people = codes.check(village().id, crypto.unseal(asked["phone"]), request.form.get("code", ""), now=now())
    except Refused as refusal:
        return _code_form(refusal_words.refusal(refusal), errors.status_of(refusal.reason))
    until = (now() + rules.CHOOSING_TIME).timestamp()
    session[VERIFIED] = {"people": [p.id for p in people], "until": until, "next": asked["next"]}
    session.pop(ASKED)
    if len(people) == 1:
        return begin(people[0], rules.SignInWay.CODE, session[VERIFIED]["next"])
    return pages.done(url_for(".choose"))


@bp.get("/<slug>/sign-in/person")
@public
def choose() -> Response:
    """Ask which of the people who share the number is acting."""
    people = _verified_people()
    if not people:
        return pages.done(url_for(".new"))
    return pages.page("people/sign_ins/choose.html", people=people)


@bp.post("/<slug>/sign-in/person")
@public
def chosen() -> Response:
    wanted = request.form.get("person_id", 0, type=ident)
    person = next((p for p in _verified_people() if p.id == wanted), None)
    if person is None:
        raise Refused(Reason.NOT_SHARING)
    return begin(person, rules.SignInWay.CODE, session[VERIFIED]["next"])


@bp.get("/<slug>/sign-in/leave")
@public
def leave() -> Response:
    """Offer signing out, or acting as another of those who share the number."""
    return pages.page("people/sign_ins/leave.html", people=_verified_people())


@bp.post("/<slug>/sign-in/end")
@public
def end() -> Response:
    token = request.cookies.get(SIGN_IN_COOKIE)
    if token:
        sign_ins.end(token, now=now())
    session.pop(VERIFIED, None)
    response = pages.done(url_for("home.show"))
    forget_sign_in(response)
    return response


def begin(person: Person, way: rules.SignInWay, path: str) -> Response:
    """Sign a person in on this browser and end the sign-in it had before."""
    earlier = request.cookies.get(SIGN_IN_COOKIE)
    if earlier:
        sign_ins.end(earlier, now=now())
    token = sign_ins.begin(person, way, now=now())
    response = pages.done(safe_path(path, url_for("home.show")))
    remember_sign_in(response, token)
    return response


def _verified_people() -> list[Person]:
    """Return the people who may be chosen now: those on the number whose code was right a few minutes ago."""
    verified = session.get(VERIFIED)
    if verified is None or verified["until"] < now().timestamp():
        return []
    query = select(Person).where(Person.id.in_(verified["people"]), Person.village_id == village().id)
    query = query.options(joinedload(Person.household).joinedload(Household.group)).order_by(Person.roll_position)
    return list(db.session.scalars(query))


def _form(values: dict[str, str], mistake: str, status: int = 200) -> Response:
    mistakes = {"phone": mistake} if mistake else {}
    return pages.page("people/sign_ins/new.html", status, values=values, mistakes=mistakes)


def _code_form(mistake: str, status: int = 200) -> Response:
    phone = masked_phone(crypto.unseal(session[ASKED]["phone"]))
    mistakes = {"code": mistake} if mistake else {}
    return pages.page("people/sign_ins/code.html", status, phone=phone, values=request.form, mistakes=mistakes)
