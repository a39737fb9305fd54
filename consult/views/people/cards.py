"""Household cards: print them, claim one, sign in with one."""

from collections.abc import Mapping

from flask import Blueprint, Response, abort, request, url_for
from markupsafe import Markup
from sqlalchemy import select

from consult.domain.form_errors import FormError, too_long
from consult.domain.people import roles
from consult.domain.people.people import masked_name
from consult.domain.people.right_changes import RightKind, numbers
from consult.domain.people.sign_ins import CardLoss, SignInWay
from consult.domain.refusals import Reason, Refused
from consult.models import Household, HouseholdCard, Person, db
from consult.models.people import roll_queries
from consult.models.polls import poll_queries
from consult.services.people import cards, representatives, rights
from consult.services.people import sign_ins as sign_in_rows
from consult.services.people.limits import askers
from consult.services.people.rights import WantedRight
from consult.views.people import sign_ins
from consult.views.people.rights import present_choices
from consult.web import cookies, errors, pages, qr_codes
from consult.web.access import act, acting_office, now, only, person, public, surely_past, today, village
from consult.web.addresses import card_address
from consult.web.forms import fresh, key_from
from consult.web.guards import browser, carried_codes, handing_out
from consult.web.guards.browser import asker
from consult.web.numbers import ident
from consult.web.words import code_words, refusal_words
from consult.web.words.people import right_words

bp = Blueprint("cards", __name__)
CODE_TYPED = 20
"""Characters of a code as it is typed, with the blanks between its groups."""


@bp.get("/<slug>/card", endpoint="show")
@public
def enter_code() -> Response:
    """Show where to type the code of a card. Behind the # of a QR's address it goes on by itself (app.js)."""
    return pages.page("people/cards/enter.html", values={}, mistakes={})


@bp.post("/<slug>/card", endpoint="open")
@public
def open_card() -> Response:
    """Take the code of a card, which stands in no address, and lead to its page. A POST that writes nothing."""
    typed = request.form.get("code", "")
    if not typed.strip() or len(typed) > CODE_TYPED:
        wrong = too_long(typed, CODE_TYPED) if typed.strip() else FormError.EMPTY
        said = code_words.mistakes({"code": wrong})
        return pages.page("people/cards/enter.html", 422, values={"code": typed}, mistakes=said)
    try:
        cards.find(village().id, typed)
    except Refused as refusal:
        return _not_found(typed, refusal)
    carried_codes.carry(carried_codes.CARD, typed)
    return pages.done(url_for(".opened"))


@bp.get("/<slug>/card/opened")
@public
def opened() -> Response:
    """Show the card whose code this browser carries: claim it, or enter its PIN."""
    typed = carried_codes.carried(carried_codes.CARD)
    if not typed:
        return pages.done(url_for(".show"))
    try:
        card = cards.find(village().id, typed)
    except Refused as refusal:
        return _not_found(typed, refusal)
    return _page(card, typed)


def _not_found(typed: str, refusal: Refused) -> Response:
    mistakes = {"code": refusal_words.refusal(refusal)}
    status = errors.status_of(refusal.reason)
    return pages.page("people/cards/enter.html", status, values={"code": typed}, mistakes=mistakes)


@bp.post("/<slug>/card/claim")
@public
def claim() -> Response:
    typed = request.form.get("code", "")
    try:
        card = cards.find(village().id, typed)
    except Refused as refusal:  # withdrawn since the page was opened
        return _not_found(typed, refusal)
    try:
        holder = cards.claim(
            card,
            request.form.get("person_id", 0, type=ident),
            request.form.get("pin", ""),
            on=today(),
            now=now(),
            vote_since=poll_queries.vote_runs_since(village().id, now=surely_past()),
        )
    except Refused as refusal:
        if not _was_claimed_here(card, refusal):
            return _page(card, typed, refusal)
        return _enter(card, typed, _of_claim(card))
    return _begin(holder, card, _of_claim(card))


def _of_claim(card: HouseholdCard) -> str:
    return f"claim:{card.id}"


def _was_claimed_here(card: HouseholdCard, refusal: Refused) -> bool:
    """Tell whether this browser claimed the card a moment ago for the same person: the answer to it was lost."""
    holder = request.form.get("person_id", 0, type=ident)
    if refusal.reason is not Reason.CARD_CLAIMED or not holder or card.person_id != holder:
        return False
    return sign_in_rows.was_opened(browser.token_of(holder, _of_claim(card)), holder, now=now())


@bp.post("/<slug>/card/sign-in")
@public
def sign_in() -> Response:
    typed = request.form.get("code", "")
    try:
        card = cards.find(village().id, typed)
    except Refused as refusal:  # withdrawn since the page was opened
        return _not_found(typed, refusal)
    return _enter(card, typed, browser.form_proof())


def _enter(card: HouseholdCard, typed: str, proof: str) -> Response:
    """Sign the holder in whose PIN was typed; a wrong one counts."""
    try:
        holder = cards.holder_by_pin(card, request.form.get("pin", ""), on=today(), now=now(), asker=asker())
    except Refused as refusal:
        return _page(card, typed, refusal)
    return _begin(holder, card, proof)


def _begin(holder: Person, card: HouseholdCard, proof: str) -> Response:
    carried_codes.drop(carried_codes.CARD)
    known = askers.new_lane(cards.mark_of(card))
    return sign_ins.begin(holder, SignInWay.CARD, "", proof=proof, known=known)


@bp.get("/<slug>/cards")
@only(*sorted(roles.KEEPS_THE_ROLL))
def index() -> Response:
    """Show a group's cards on A4 sheets, ten to a page."""
    groups = roll_queries.groups_of(village().id)
    group_id = request.args.get("group", type=ident)
    group = next((g for g in groups if g.id == group_id), None)
    sheets = [(card, code, _qr(code)) for card, code in cards.unclaimed(group.id)] if group else []
    handing_out.count(len(sheets), of=f"group:{group_id}")
    return pages.page("people/cards/index.html", groups=groups, group=group, cards=sheets)


@bp.post("/<slug>/cards")
@only(*sorted(roles.KEEPS_THE_ROLL))
def issue() -> Response:
    group_id = request.form.get("group", type=ident)
    if group_id not in {g.id for g in roll_queries.groups_of(village().id)}:
        abort(404)
    vote_runs = poll_queries.vote_runs_since(village().id, now=surely_past()) is not None
    cards.issue(group_id, act(), tell=vote_runs)
    return pages.done(url_for(".index", group=group_id))


@bp.get("/<slug>/cards/household")
@only(*sorted(roles.KEEPS_THE_ROLL))
def household() -> Response:
    """Show the cards of one household: a further one for another adult, a lost one withdrawn."""
    code = request.args.get("code", "")
    try:
        found = cards.household(village().id, code)
    except Refused as refusal:
        empty = code_words.mistakes({"code": FormError.EMPTY}) if "code" in request.args else {}
        mistakes = {"code": refusal_words.refusal(refusal)} if code else empty
        status = 422 if mistakes else 200
        return pages.page(
            "people/cards/household.html", status, values={"code": code}, mistakes=mistakes, found=None, cards=[]
        )
    return _household_page(found, fresh(), {})


def _household_page(
    found: Household, values: Mapping[str, str], mistakes: Mapping[str, FormError], status: int = 200
) -> Response:
    held = [(card, "" if card.claimed_at else cards.printable(card)) for card in cards.of_household(found.id)]
    handing_out.count(sum(1 for _, shown in held if shown), of=f"group:{found.group_id}")
    adults = representatives.adults_of(found.id, on=today())
    return pages.page(
        "people/cards/household.html",
        status,
        values={**values, "code": found.code},
        mistakes=code_words.mistakes(mistakes),
        found=found,
        cards=held,
        adults=[(one.id, one.name) for one in adults if one.id != person().id],
        present=present_choices(found.id),
        back_days=numbers().card_back.days,
        losses=[(why.value, words) for why, words in right_words.LOSSES.items()],
    )


@bp.post("/<slug>/cards/household")
@only(*sorted(roles.KEEPS_THE_ROLL))
def issue_another() -> Response:
    """Ask for a further card for one adult of a house."""
    found, form = cards.household(village().id, request.form.get("code", "")), request.form.to_dict()
    person_id = request.form.get("person_id", 0, type=ident)
    if person_id not in {one.id for one in representatives.adults_of(found.id, on=today())}:
        return _household_page(found, form, {"person_id": FormError.NOT_OFFERED}, 422)
    wanted = WantedRight(
        kind=RightKind.FURTHER_CARD,
        person_id=person_id,
        present_id=request.form.get("present_id", type=ident),
    )
    rights.ask(wanted, acting_office(roles.KEEPS_THE_ROLL), act(key_from(request.form)))
    return pages.done(url_for("rights.index"))


@bp.post("/<slug>/cards/<int:card_id>/withdrawal")
@only(*sorted(roles.KEEPS_THE_ROLL))
def withdraw(card_id: int) -> Response:
    query = select(HouseholdCard).where(HouseholdCard.id == card_id, HouseholdCard.village_id == village().id)
    card = db.session.scalar(query)
    if card is None:
        abort(404)
    code, why = card.household.code, request.form.get("why", "")
    if why not in list(CardLoss):
        abort(400)
    cards.withdraw(card, CardLoss(why), act())
    return pages.done(url_for(".household", code=code))


def _page(card: HouseholdCard, typed: str, refusal: Refused | None = None) -> Response:
    mistake = refusal_words.refusal(refusal) if refusal else ""
    status = errors.status_of(refusal.reason) if refusal else 200
    browser.begin()
    field = "person_id" if refusal and refusal.reason is Reason.NOT_IN_HOUSEHOLD else "pin"
    adults = cards.claimants(card, on=today()) if card.claimed_at is None else []
    return pages.page(
        "people/cards/claim.html" if card.claimed_at is None else "people/cards/pin.html",
        status,
        code=typed,
        adults=[(adult.id, f"{masked_name(adult.name)} {adult.relation}".strip()) for adult in adults],
        values={
            "person_id": request.form.get("person_id", ""),
            "shared": request.form.get("shared", request.cookies.get(cookies.SHARED_COOKIE, "")),
        },
        mistakes={field: mistake} if mistake else {},
    )


def _qr(code: str) -> Markup:
    return qr_codes.inline(card_address(code))
