"""The second proof of officers: set it up, give it at the sign-in, and what two persons decide about it."""

from cryptography.fernet import InvalidToken
from flask import Blueprint, Response, abort, request, session, url_for

from consult.domain.people.second_factors import DECIDES_FACTORS, OFFICERS, FactorChange
from consult.domain.people.sign_ins import SignInWay
from consult.domain.refusals import Reason, Refused
from consult.models import FactorRequest, Person, db
from consult.services.core import crypto
from consult.services.people import factor_changes, second_factors
from consult.services.people import sign_ins as sign_in_acts
from consult.services.people.limits import askers
from consult.views.people import sign_ins
from consult.web import errors, pages, qr_codes
from consult.web.access import (
    act,
    acting_office,
    hand_out,
    now,
    offices,
    only,
    person,
    person_or_none,
    public,
    sign_in,
    signed_in_only,
    village,
)
from consult.web.guards import browser, passkeys
from consult.web.guards.browser import asker
from consult.web.numbers import ident
from consult.web.words import refusal_words
from consult.web.words.names import told_apart

bp = Blueprint("second_factors", __name__)
DECIDERS = sorted(DECIDES_FACTORS)


@bp.get("/<slug>/second-proof", endpoint="show")
@signed_in_only
def show_factors() -> Response:
    """Show an officer their own second proof; 403 for who has no office, since they need none."""
    return _own_page({})


@bp.post("/<slug>/second-proof/app")
@signed_in_only
def begin_app() -> Response:
    """Show the secret of an app as a QR code, once. Nothing counts before its first digits are typed."""
    _refuse_villagers()
    _refuse_without_the_one_there_is()
    return _app_page(second_factors.new_secret())


@bp.post("/<slug>/second-proof/app/digits")
@signed_in_only
def set_up_app() -> Response:
    _refuse_villagers()
    _refuse_without_the_one_there_is()
    try:
        secret = crypto.unseal_for(_holder(), request.form.get("secret", ""))
    except InvalidToken:
        abort(400)
    try:
        codes = second_factors.set_up_app(person(), secret, request.form.get("digits", ""), act())
    except Refused as refusal:
        db.session.rollback()
        return _app_page(secret, refusal)
    return _codes_page(codes)


@bp.post("/<slug>/second-proof/passkey")
@signed_in_only
def begin_passkey() -> Response:
    _refuse_villagers()
    _refuse_without_the_one_there_is()
    return pages.page("people/second_factors/passkey.html", options=passkeys.registration(person(), village().name))


@bp.post("/<slug>/second-proof/passkey/key")
@signed_in_only
def set_up_passkey() -> Response:
    _refuse_villagers()
    _refuse_without_the_one_there_is()
    try:
        made = passkeys.registered(person(), request.form.get("credential", ""))
        return _codes_page(second_factors.set_up_passkey(person(), *made, act()))
    except Refused as refusal:
        db.session.rollback()
        return _own_page({"": refusal_words.refusal(refusal)}, errors.status_of(refusal.reason))


@bp.post("/<slug>/second-proof/end")
@signed_in_only
def end() -> Response:
    _refuse_villagers()
    _refuse_without_the_one_there_is()
    second_factors.end_own(person(), act())
    return pages.done(url_for(".show"))


@bp.get("/<slug>/sign-in/second")
@public
def ask() -> Response:
    """Ask for the second proof, after the first one was right."""
    holder = _waiting_holder()
    return _ask_page(holder) if holder is not None else pages.done(url_for("sign_ins.new"))


@bp.post("/<slug>/sign-in/second")
@public
def answer() -> Response:
    holder = _waiting_holder()
    if holder is None:
        return pages.done(url_for("sign_ins.new" if person_or_none() is None else "home.show"))
    first = session[sign_ins.FIRST_PROOF]
    proof, known = first.get("proof", ""), (first.get("known", ""), askers.new_lane(second_factors.mark_of(holder.id)))
    digits, opened = request.form.get("digits", ""), browser.token_of(holder.id, proof)
    if sign_in_acts.was_opened(opened, holder.id, now=now()) and second_factors.were_given(holder, digits, now=now()):
        return sign_ins.finish(holder, SignInWay(first["way"]), first["next"], proof=proof, second=True, known=known)
    try:
        if request.form.get("credential"):
            passkeys.prove(holder, request.form["credential"])
        else:
            second_factors.prove(holder, digits, now=now(), asker=asker())
    except Refused as refusal:
        db.session.rollback()
        return _ask_page(holder, refusal)
    return sign_ins.finish(holder, SignInWay(first["way"]), first["next"], proof=proof, second=True, known=known)


def _house_of(one: Person) -> str | None:
    return one.household.code if one.household else None


@bp.get("/<slug>/second-proofs", endpoint="changes")
@signed_in_only
def show_changes() -> Response:
    """Show what waits for a second person, and the forms that ask."""
    _refuse_unless_deciding()
    others = [one for one in factor_changes.holders(village().id) if one.id != person().id]
    return pages.page(
        "people/second_factors/changes.html",
        waiting=factor_changes.waiting(village().id),
        holders=told_apart((one.id, one.name, _house_of(one)) for one in others),
        needed=village().second_factor_needed,
        me=person().id,
    )


@bp.post("/<slug>/second-proofs")
@only(*DECIDERS)
def ask_change() -> Response:
    kind = request.form.get("kind", "")
    if kind not in list(FactorChange):
        abort(400)
    holder = request.form.get("person_id", type=ident)
    factor_changes.ask(FactorChange(kind), holder, acting_office(DECIDES_FACTORS), act())
    return pages.done(url_for(".changes"))


@bp.post("/<slug>/second-proofs/<int:request_id>/confirmation")
@only(*DECIDERS)
def confirm_change(request_id: int) -> Response:
    found = db.session.get(FactorRequest, request_id)
    if found is None or found.village_id != village().id:
        abort(404)
    office = acting_office(DECIDES_FACTORS, other_than=found.asked_office)
    factor_changes.confirm(found, office, act())
    return pages.done(url_for(".changes"))


def _refuse_villagers() -> None:
    if not offices() & OFFICERS:
        raise Refused(Reason.NO_SUCH_OFFICE, offices=sorted(role.value for role in OFFICERS))


def _refuse_without_the_one_there_is() -> None:
    """Let nobody add to or end second proofs that there are, who has not given one in this sign-in."""
    if second_factors.of_person(person().id) and sign_in().second_at is None:
        raise Refused(Reason.SECOND_PROOF_NEEDED)


def _refuse_unless_deciding() -> None:
    if not offices() & DECIDES_FACTORS:
        raise Refused(Reason.NO_SUCH_OFFICE, offices=DECIDERS)


def _holder() -> str:
    return f"factor-set-up:{person().id}:{sign_in().id}"


def _own_page(mistakes: dict[str, str], status: int = 200) -> Response:
    _refuse_villagers()
    mine = second_factors.of_person(person().id)
    return pages.page(
        "people/second_factors/show.html",
        status,
        factors=mine,
        codes_left=second_factors.codes_left(person().id),
        needed=village().second_factor_needed,
        decides=bool(offices() & DECIDES_FACTORS),
        mistakes=mistakes,
    )


def _app_page(secret: str, refusal: Refused | None = None) -> Response:
    mistakes = {"digits": refusal_words.refusal(refusal)} if refusal is not None else {}
    return pages.page(
        "people/second_factors/app.html",
        errors.status_of(refusal.reason) if refusal is not None else 200,
        qr=qr_codes.inline(second_factors.address_of(person(), secret)),
        secret=secret,
        sealed=crypto.seal_for(_holder(), secret),
        mistakes=mistakes,
    )


def _codes_page(codes: list[str]) -> Response:
    """Show the codes on paper, once. This sign-in counts as one with a second proof from now on; others end."""
    sign_in_acts.end_others(person(), sign_in().id, now=now())
    hand_out(sign_in_acts.renew(sign_in(), now=now(), second=True))
    return pages.page("people/second_factors/codes.html", codes=codes)


def _waiting_holder() -> Person | None:
    """Return who proved the first half a few minutes ago in this browser."""
    first = session.get(sign_ins.FIRST_PROOF)
    if first is None or first["until"] < now().timestamp():
        return None
    found = db.session.get(Person, first["person"])
    return found if found is not None and found.village_id == village().id else None


def _ask_page(holder: Person, refusal: Refused | None = None) -> Response:
    mistakes = {"digits": refusal_words.refusal(refusal)} if refusal is not None else {}
    status = errors.status_of(refusal.reason) if refusal is not None else 200
    options = passkeys.question(holder)
    return pages.page("people/second_factors/ask.html", status, options=options, mistakes=mistakes, name=holder.name)
