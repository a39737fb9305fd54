"""What waits for a second person: offices, numbers, cards, departures. Confirm, drop; and ask for a new number."""

from flask import Blueprint, Response, abort, request, url_for
from sqlalchemy import select

from consult.domain.form_errors import FormError
from consult.domain.people import roles
from consult.domain.people.incompatible_offices import counts_kin
from consult.domain.people.right_changes import RightKind, numbers
from consult.domain.phone_numbers import masked_phone, read_phone
from consult.domain.refusals import Reason, Refused
from consult.models import Group, Household, Person, RightChange, db
from consult.models.people import right_queries
from consult.models.polls import poll_queries
from consult.services.core import crypto
from consult.services.people import right_effects, right_lists, rights, ways_in
from consult.services.people.representatives import adults_of
from consult.services.people.right_lists import Waiting
from consult.services.people.rights import WantedRight
from consult.services.site import touched_polls
from consult.web import errors, pages
from consult.web.access import act, acting_office, now, only, person, surely_past, today, village
from consult.web.forms import fresh, key_from, unsaid
from consult.web.numbers import ident
from consult.web.words import code_words, refusal_words
from consult.web.words.people import right_words

bp = Blueprint("rights", __name__)
SETTLERS = sorted(roles.SETTLES_RIGHTS)
KEEPERS = sorted(roles.KEEPS_THE_ROLL)


@bp.get("/<slug>/rights/")
@only(*SETTLERS)
def index() -> Response:
    waiting = right_lists.shown(right_queries.waiting(village().id), village(), now())
    touched = touched_polls.of_changes(village().id, [one.change for one in waiting], now=now())
    settled = right_lists.shown(right_queries.settled(village().id), village(), now())
    return pages.page(
        "people/rights/index.html",
        waiting=[(one, *described(one.change), _kept_from(one), touched.get(one.change.id, [])) for one in waiting],
        settled=[(one, *described(one.change)) for one in settled],
        states=right_words.STATES,
        place=right_words.place,
        ask_about_kin=any(_asks_about_kin(one) for one in waiting),
        lapse_days=numbers().lapse.days,
        hours=numbers().wait.total_seconds() // 3600,
    )


@bp.post("/<slug>/rights/<int:change_id>/confirmation")
@only(*SETTLERS)
def confirm(change_id: int) -> Response:
    change = _find(change_id)
    office = acting_office(roles.SETTLES_RIGHTS, other_than=change.asked_office)
    rights.confirm(change.id, office, act(), at_desk=request.form.get("at_desk") == "1")
    return pages.done(url_for(".index"))


@bp.post("/<slug>/rights/confirmations")
@only(*SETTLERS)
def confirm_import() -> Response:
    """Confirm all that one roll asks for."""
    import_id = request.form.get("import_id", 0, type=ident)
    of_roll = [(c.id, c.asked_office) for c in right_queries.waiting(village().id, import_id=import_id)]
    refused = []
    for change_id, asked_office in of_roll:
        if rights.kept_from(db.session.get_one(RightChange, change_id), person()):
            continue  # their own, or of their house: its line says so
        try:
            rights.confirm(change_id, acting_office(roles.SETTLES_RIGHTS, other_than=asked_office), act())
        except Refused as refusal:  # the others are confirmed all the same, and this one is said
            refused.append(refusal)
    if refused:
        raise refused[0]
    return pages.done(url_for(".index"))


@bp.post("/<slug>/rights/<int:change_id>/refusal")
@only(*SETTLERS)
def drop(change_id: int) -> Response:
    rights.drop(_find(change_id).id, acting_office(roles.SETTLES_RIGHTS), act())
    return pages.done(url_for(".index"))


@bp.get("/<slug>/roll/<int:person_id>/number")
@only(*KEEPERS)
def new_number(person_id: int) -> Response:
    return _number_page(_person(person_id), fresh(), {})


@bp.post("/<slug>/roll/<int:person_id>/number")
@only(*KEEPERS)
def create_number(person_id: int) -> Response:
    """Ask for another phone number, or for none; a first number takes effect at once."""
    whose, form = _person(person_id), request.form.to_dict()
    typed = form.get("number", "").strip()
    number, mistake = read_phone(typed) if typed else ("", None)
    found = unsaid(form, number=FormError.NOT_A_PHONE) | ({"number": mistake} if mistake is not None else {})
    if not typed and not ways_in.number_of(whose):
        found["number"] = FormError.NOT_A_PHONE  # there is none that could be taken away
    if found:
        return _number_page(whose, form, found, status=422)
    wanted = WantedRight(
        kind=RightKind.NUMBER_CHANGED,
        person_id=whose.id,
        number=number or "",
        present_id=request.form.get("present_id", type=ident),
    )
    vote_runs = poll_queries.vote_runs_since(village().id, now=surely_past()) is not None
    rights.ask_number(wanted, acting_office(roles.KEEPS_THE_ROLL), act(key_from(form)), vote_runs=vote_runs)
    return pages.done(url_for("persons.show", person_id=person_id))


@bp.errorhandler(Refused)
def refused(error: Refused) -> Response:
    """Show the form of a number again with what was typed; other refusals have a page of their own."""
    if request.endpoint != "rights.create_number":
        return errors.refused(error)
    person_id, form = (request.view_args or {})["person_id"], request.form.to_dict()
    return errors.shown_again(
        error, lambda said, status: _number_page(_person(person_id), form, {}, status=status, said=said)
    )


def _number_page(
    whose: Person,
    values: dict[str, str],
    mistakes: dict[str, FormError],
    *,
    status: int = 200,
    said: dict[str, str] | None = None,
) -> Response:
    number = ways_in.number_of(whose)
    return pages.page(
        "people/rights/number.html",
        status,
        whose=whose,
        number=masked_phone(number) if number else "",
        first=ways_in.is_first(whose),
        vote_runs=poll_queries.vote_runs_since(village().id, now=surely_past()) is not None,
        adults=present_choices(whose.household_id),
        values={"number": "", "present_id": "", "key": "", **values},
        mistakes={**code_words.mistakes(mistakes), **(said or {})},
    )


def present_choices(household_id: int | None) -> list[tuple[str, str]]:
    """Return who of a house may stand at the desk, for a form; nobody comes first."""
    adults = [one for one in adults_of(household_id, on=today()) if one.id != person().id]
    return [("", right_words.NOBODY_PRESENT), *((str(one.id), one.name) for one in adults)]


def _asks_about_kin(one: Waiting) -> bool:
    """Tell whether the reader may confirm an office that near kin of other officers may not hold."""
    change, by_reader = (
        one.change,
        one.needs_second and not one.confirmed and not rights.kept_from(one.change, person()),
    )
    given = change.kind in (RightKind.OFFICE_GIVEN, RightKind.OFFICE_CHANGED)
    return by_reader and given and change.role is not None and counts_kin(change.role)


def _kept_from(one: Waiting) -> str:
    """Return the sentence why the reader is not the second person of a change; empty if they may be."""
    reason = rights.kept_from(one.change, person())
    if reason is Reason.SAME_PERSON:
        return right_words.waits_for_another()
    return refusal_words.refusal(Refused(reason)) if reason else ""


def described(change: RightChange) -> tuple[str, str]:
    """Return what a change is about, and its particulars."""
    group = db.session.get(Group, change.group_id) if change.group_id else None
    house = db.session.get(Household, change.household_id) if change.household_id else None
    said = right_effects.identity_asked(change) if change.kind is RightKind.CORRECTED else None
    asked = right_words.identity(said.name, said.born if said.born != change.person.born else None) if said else ""
    if change.number_cipher and change.kind is not RightKind.CORRECTED:
        asked = masked_phone(crypto.unseal(change.number_cipher))
    present = db.session.get(Person, change.present_id) if change.present_id else None
    return right_words.title(change), right_words.particulars(
        change,
        group=group.name if group else "",
        house=house.code if house else "",
        number=asked,
        present=present.name if present else "",
    )


def _find(change_id: int) -> RightChange:
    query = select(RightChange).where(RightChange.id == change_id, RightChange.village_id == village().id)
    found = db.session.scalar(query)
    if found is None:
        abort(404)
    return found


def _person(person_id: int) -> Person:
    query = select(Person).where(Person.id == person_id, Person.village_id == village().id)
    found = db.session.scalar(query)
    if found is None or found.departure is not None:
        abort(404)
    return found
