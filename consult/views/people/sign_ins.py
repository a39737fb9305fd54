"""Sign in with a number on the roll, choose who is acting, and sign out."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, g, request, session, url_for
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from consult.domain.people import codes as code_limits
from consult.domain.people import sign_ins as rules
from consult.domain.phone_numbers import masked_phone, read_phone
from consult.domain.refusals import Reason, Refused
from consult.models import Household, Person, RoleGrant, db
from consult.services.core import crypto
from consult.services.messages import deliveries
from consult.services.people import codes, second_factors, sign_ins
from consult.services.people.limits import askers
from consult.services.people.sign_ins import Phone
from consult.web import cookies, errors, pages
from consult.web.access import note_sign_out, now, person_or_none, public, today, village
from consult.web.guards import browser, carried_codes
from consult.web.guards.browser import asker
from consult.web.numbers import ident
from consult.web.words import refusal_words

bp = Blueprint("sign_ins", __name__)
ASKED, VERIFIED, SHARED = "asked", "verified", "shared"
FIRST_PROOF = "first_proof"


@bp.get("/<slug>/sign-in")
@public
def new() -> Response:
    shared = request.cookies.get(cookies.SHARED_COOKIE, "")
    browser.begin()
    return _form({"next": cookies.destination(request.args.get("next", "")), SHARED: shared}, "")


@bp.post("/<slug>/sign-in")
@public
def create_code() -> Response:
    typed = request.form.get("phone", "")
    try:
        phone = codes.ask(village().id, typed, now=now(), asker=asker())
    except Refused as refusal:
        lately = codes.asked_lately(village().id, typed, now=now(), asker=asker())
        if refusal.reason is Reason.WAIT_FOR_CODE and lately is not None:
            return _lead_to_code(*lately)  # the code is on its way already, and the answer that said so was lost
        if refusal.reason is Reason.WAIT_FOR_CODE and _was_asked(typed):
            session[SHARED] = is_shared()
            return pages.done(url_for(".code"))
        return _form(request.form.to_dict(), refusal_words.refusal(refusal), errors.status_of(refusal.reason))
    return _lead_to_code(phone, now())


def _lead_to_code(phone: str, asked_at: datetime) -> Response:
    session[ASKED] = {"phone": crypto.seal(phone), "next": cookies.destination(request.form.get("next", ""))}
    session[ASKED]["at"] = asked_at.timestamp()
    session[SHARED] = is_shared()
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
        return pages.done(url_for(".new" if person_or_none() is None else "home.show"))
    phone, typed = crypto.unseal(asked["phone"]), request.form.get("code", "")
    people, at = [], now()
    try:
        people = list(codes.check(village().id, phone, typed, now=at, asker=asker()))
    except Refused as refusal:
        wrong = refusal.reason is Reason.WRONG_CODE
        again = codes.check_again(village().id, phone, typed, now=at, asker=asker()) if wrong else None
        if again is None:
            return _code_form(refusal_words.refusal(refusal), errors.status_of(refusal.reason))
        people, at = list(again[0]), again[1]
    until = (at + rules.CHOOSING_TIME).timestamp()
    session[VERIFIED] = {"people": [p.id for p in people], "until": until, "next": asked["next"]}
    session[VERIFIED] |= {"at": at.timestamp(), "changed": at.timestamp()}
    session[VERIFIED]["number"] = askers.number_of(phone)
    session.pop(ASKED)
    if len(people) == 1:
        return _begin_by_code(people[0])
    return pages.done(url_for(".choose"))


@bp.post("/<slug>/sign-in/code/again")
@public
def send_again() -> Response:
    """Send another code to the same number, or have it read out by a call."""
    asked = session.get(ASKED)
    if asked is None:
        return pages.done(url_for(".new"))
    by_call, phone = request.form.get("by") == "call", crypto.unseal(asked["phone"])
    try:
        codes.ask(village().id, phone, now=now(), asker=asker(), by_call=by_call)
    except Refused as refusal:
        lately = codes.asked_lately(village().id, phone, now=now(), asker=asker())
        if lately is not None and lately[1].timestamp() > asked.get("at", 0):  # it was sent, and the answer was lost
            session[ASKED] = asked | {"at": lately[1].timestamp()}
            return pages.done(url_for(".code"))
        return _code_form(refusal_words.refusal(refusal), errors.status_of(refusal.reason), field="")
    session[ASKED] = asked | {"at": now().timestamp()}
    return pages.done(url_for(".code"))


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
    return _begin_by_code(person)


@bp.get("/<slug>/sign-in/leave")
@public
def leave() -> Response:
    """Offer signing out, or acting as another of those who share the number."""
    acting = person_or_none()
    others = [one for one in _verified_people() if acting is None or one.id != acting.id]
    shared = acting is not None and current_user.sign_in.shared
    minutes = rules.minutes_of(rules.ON_SHARED_PHONES.idle)
    return pages.page("people/sign_ins/leave.html", people=others, shared=shared, minutes=minutes)


@bp.post("/<slug>/sign-in/shared")
@public
def share() -> Response:
    """Say whether several people use this phone: then the sign-in ends soon when nobody touches it."""
    shared, acting = request.form.get(SHARED) == "1", person_or_none()
    if acting is not None:
        sign_ins.share(current_user.sign_in, shared=shared, now=now())
    response = pages.done(url_for(".leave") if shared else url_for("home.show"))
    cookies.remember_choice(response, cookies.SHARED_COOKIE, "1" if shared else "0")
    return response


@bp.post("/<slug>/sign-in/end")
@public
def end() -> Response:
    kept = cookies.kept_sign_in(request)
    if kept is not None:
        note_sign_out()
        sign_ins.end(kept.token, now=now())
    if browser.BROWSER in session:
        codes.close(village().id, asker(), now=now())
    for name in (ASKED, VERIFIED, FIRST_PROOF):
        session.pop(name, None)
    carried_codes.drop(carried_codes.CARD, carried_codes.DOOR)
    g.sign_in_changed = True
    response = pages.done(url_for("home.show"))
    cookies.forget_sign_in(response)
    return response


def _begin_by_code(person: Person) -> Response:
    verified = session[VERIFIED]
    session[VERIFIED] = verified | {"changed": now().timestamp()}
    proven_at, proof = datetime.fromtimestamp(verified["at"], UTC), f"code:{verified['at']}:{verified['changed']}"
    known = verified["number"]
    return begin(person, rules.SignInWay.CODE, verified["next"], proof=proof, known=known, proven_at=proven_at)


def begin(
    person: Person, way: rules.SignInWay, path: str, *, proof: str, known: str = "", proven_at: datetime | None = None
) -> Response:
    """Sign a person in on this browser; one with a second factor is asked for it first.

    `proof` stands for what was proved: sent again after a lost answer, it opens the same sign-in. `known` is what the
    browser keeps of the number or the card, so that it is no strange one the next time; `proven_at` when the code was
    right, if that was earlier.
    """
    if not second_factors.of_person(person.id):
        return finish(person, way, path, proof=proof, known=(known,), proven_at=proven_at)
    session[SHARED] = is_shared()
    until = (now() + rules.CHOOSING_TIME).timestamp()
    session[FIRST_PROOF] = {"person": person.id, "way": way.value, "next": path, "until": until, "known": known}
    session[FIRST_PROOF]["proof"] = proof
    return pages.done(url_for("second_factors.ask"))


def finish(
    person: Person,
    way: rules.SignInWay,
    path: str,
    *,
    proof: str,
    second: bool = False,
    known: Sequence[str] = (),
    proven_at: datetime | None = None,
) -> Response:
    """Begin the sign-in on this browser and end the one it had before."""
    session.pop(FIRST_PROOF, None)
    earlier, before = cookies.kept_sign_in(request), person_or_none()
    wanted = browser.token_of(person.id, proof)
    if earlier is not None and earlier.token != wanted:
        sign_ins.end(earlier.token, now=now())
    shared = is_shared()
    phone = Phone(rules.device_of(request.headers.get("User-Agent", "")), shared)
    second_at = now() if second else None
    proven = {"second_at": second_at, "proven_at": proven_at}
    token = sign_ins.begin(person, way, now=now(), phone=phone, token=wanted, **proven)
    response = pages.done(cookies.unsealed_path(path) or url_for("home.show"))
    g.sign_in_changed = True
    cookies.remember_sign_in(response, token, idle=rules.term_of((), way=way, shared=shared).idle, now=now())
    somebody_else = before is not None and before.id != person.id
    cookies.remember_choice(response, cookies.SHARED_COOKIE, _shared_cookie(shared, somebody_else=somebody_else))
    if not shared and any(known):
        cookies.remember_known(request, response, *filter(None, known))
    if somebody_else:
        cookies.forget_pages(response)
    return response


def _shared_cookie(shared: bool, *, somebody_else: bool) -> str:
    """Return what the browser keeps: "1" shared, "0" answered that it is not; the question where several people came."""
    if shared:
        return "1"
    earlier = request.cookies.get(cookies.SHARED_COOKIE, "")
    if earlier == "0":
        return "0"
    return cookies.ASKS_SHARED if somebody_else or earlier == cookies.ASKS_SHARED else ""


def is_shared() -> bool:
    """Tell whether the form says that several people use this phone; the form of a number says it for the next ones."""
    if SHARED in request.form or "pin" in request.form or "phone" in request.form:
        return request.form.get(SHARED) == "1"
    return bool(session.get(SHARED))


def _verified_people() -> list[Person]:
    """Return the people who may be chosen now: those on the number whose code was right a few minutes ago.

    On a phone that is the family's own, those without an office may be chosen for some hours: a code for each change,
    ten a day for all of them, would keep a family from using one phone.
    """
    verified = session.get(VERIFIED)
    if verified is None or _is_closed(verified):
        return []
    query = select(Person).where(Person.id.in_(verified["people"]), Person.village_id == village().id)
    if verified["until"] < now().timestamp():
        if not _is_family_time(verified):
            return []
        officers = select(RoleGrant.person_id).where(RoleGrant.in_force(today()))
        query = query.where(Person.id.not_in(officers), Person.household_id.is_not(None))
    query = query.options(joinedload(Person.household).joinedload(Household.group)).order_by(Person.roll_position)
    return list(db.session.scalars(query))


def _is_closed(verified: dict[str, Any]) -> bool:
    """Tell whether somebody signed out here since the code was right: this browser may not have got the answer to that."""
    at = datetime.fromtimestamp(verified.get("at", 0), UTC)
    return browser.BROWSER in session and codes.is_closed(village().id, asker(), at)


def _is_family_time(verified: dict[str, Any]) -> bool:
    """Tell whether somebody else of the number may act without a new code; not on a phone that strangers share."""
    shared = request.cookies.get(cookies.SHARED_COOKIE, "") == "1"
    started, changed = (datetime.fromtimestamp(verified.get(name, 0), UTC) for name in ("at", "changed"))
    return not shared and not rules.has_lapsed(rules.FAMILY_TIME, started_at=started, seen_at=changed, now=now())


def _form(values: dict[str, str], mistake: str, status: int = 200) -> Response:
    mistakes = {"phone": mistake} if mistake else {}
    asked = ASKED in session
    return pages.page("people/sign_ins/new.html", status, values=values, mistakes=mistakes, asked=asked)


def _code_form(mistake: str, status: int = 200, *, field: str = "code") -> Response:
    typed = crypto.unseal(session[ASKED]["phone"])
    phone = masked_phone(typed)
    asked_at = datetime.fromtimestamp(session[ASKED].get("at", 0), UTC)
    return pages.page(
        "people/sign_ins/code.html",
        status,
        phone=phone,
        n=codes.length_of(village().id, typed, asker()),
        values=request.form,
        mistakes={field: mistake} if mistake else {},
        wait=code_limits.seconds_until_another(asked_at, now=now()),
        calls=deliveries.calls() is not None,
    )


def _was_asked(typed: str) -> bool:
    """Tell whether a code for this number, however it is written, was asked for in this session."""
    phone, _ = read_phone(typed)
    return ASKED in session and phone is not None and phone == crypto.unseal(session[ASKED]["phone"])
