"""One person of the roll, for those who keep it: add, look, correct, move to another household, bring back."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Response, abort, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from consult.domain import versions
from consult.domain.form_errors import FormError
from consult.domain.people import person_forms
from consult.domain.people.people import DepartureKind, age_on
from consult.domain.people.roles import KEEPS_THE_ROLL
from consult.domain.phone_numbers import masked_phone
from consult.domain.refusals import Reason, Refused
from consult.models import Group, Household, Person, db
from consult.models.people import household_queries, lock_queries, role_queries, roll_queries
from consult.models.polls import poll_queries
from consult.services.people import right_lists, villages, ways_in
from consult.services.people.roll import persons
from consult.services.site import touched_polls
from consult.views.people.rights import described, present_choices
from consult.web import errors, pages
from consult.web.access import act, acting_office, now, only, surely_past, today, village
from consult.web.access import person as reader
from consult.web.forms import fresh, key_from, unsaid
from consult.web.numbers import ident
from consult.web.words import code_words
from consult.web.words.people import right_words

bp = Blueprint("persons", __name__)
KEEPERS = sorted(KEEPS_THE_ROLL)


@bp.get("/<slug>/roll/new")
@only(*KEEPERS)
def new() -> Response:
    return _new_page({**fresh(), "code": request.args.get("code", "")[: person_forms.CODE_LENGTH]}, {})


@bp.post("/<slug>/roll/people")
@only(*KEEPERS)
def create() -> Response:
    """Add one person; once the village runs, a second officer lets them count."""
    form = request.form.to_dict()
    wanted, mistakes = person_forms.read_new(form, _groups(), today=today())
    if wanted is None:
        return _new_page(form, mistakes, status=422)
    vote_runs = poll_queries.vote_runs_since(village().id, now=surely_past()) is not None
    added = persons.add(wanted, acting_office(KEEPS_THE_ROLL), act(key_from(form)), vote_runs=vote_runs)
    return pages.done(url_for(".show", person_id=added.id))


@bp.get("/<slug>/roll/<int:person_id>", endpoint="show")
@only(*KEEPERS)
def show_person(person_id: int) -> Response:
    whose = _find(person_id)
    return _person_page(whose, _particulars_of(whose), {})


@bp.post("/<slug>/roll/<int:person_id>/particulars")
@only(*KEEPERS)
def correct(person_id: int) -> Response:
    """Correct relation, sex and residence; to be head of the household, or no more, waits for a second officer."""
    whose, form = _find(person_id), request.form.to_dict()
    mistakes: dict[str, FormError] = {}
    said = person_forms.read_particulars(form, mistakes)
    mistakes |= unsaid(form, "relation", "residence", sex=FormError.NOT_OFFERED)
    if mistakes:
        return _person_page(whose, form, code_words.mistakes(mistakes), status=422)
    persons.correct(whose, said, acting_office(KEEPS_THE_ROLL), act(key_from(form)))
    return pages.done(url_for(".show", person_id=person_id))


@bp.get("/<slug>/roll/<int:person_id>/identity")
@only(*KEEPERS)
def edit_identity(person_id: int) -> Response:
    whose = _here(person_id)
    return _identity_page(whose, {**fresh(), "name": whose.name}, {})


@bp.post("/<slug>/roll/<int:person_id>/identity")
@only(*KEEPERS)
def correct_identity(person_id: int) -> Response:
    """Ask for another name or date of birth."""
    whose, form = _here(person_id), request.form.to_dict()
    mistakes: dict[str, FormError] = {}
    said = person_forms.read_correction(form, mistakes, today=today())
    if mistakes:
        return _identity_page(whose, form, code_words.mistakes(mistakes), status=422)
    persons.ask_identity(whose, said, _present(), acting_office(KEEPS_THE_ROLL), act(key_from(form)))
    return pages.done(url_for(".show", person_id=person_id))


@bp.get("/<slug>/roll/<int:person_id>/household")
@only(*KEEPERS)
def edit_household(person_id: int) -> Response:
    return _household_page(_here(person_id), {**fresh()}, {})


@bp.post("/<slug>/roll/<int:person_id>/household")
@only(*KEEPERS)
def move(person_id: int) -> Response:
    """Ask that the person lives in another household."""
    whose, form = _here(person_id), request.form.to_dict()
    mistakes: dict[str, FormError] = {}
    place = person_forms.read_place(form, _groups(), mistakes)
    if mistakes:
        return _household_page(whose, form, code_words.mistakes(mistakes), status=422)
    persons.ask_move(whose, place, _present(), acting_office(KEEPS_THE_ROLL), act(key_from(form)))
    return pages.done(url_for(".show", person_id=person_id))


@bp.post("/<slug>/roll/<int:person_id>/membership")
@only(*KEEPERS)
def change_membership(person_id: int) -> Response:
    """Ask that the person is a member of the village's collective, or no more."""
    whose, wanted = _here(person_id), request.form.get("member", "")
    if wanted not in ("0", "1"):
        abort(400)
    office, key = acting_office(KEEPS_THE_ROLL), key_from(request.form)
    persons.ask_membership(whose, member=wanted == "1", office=office, act=act(key))
    return pages.done(url_for(".show", person_id=person_id))


@bp.post("/<slug>/roll/<int:person_id>/return")
@only(*KEEPERS)
def bring_back(person_id: int) -> Response:
    """Ask that somebody counts again who was noted as moved away or deceased by mistake, or came back."""
    whose = _find(person_id)
    if whose.departure is not None:
        persons.ask_back(whose, acting_office(KEEPS_THE_ROLL), act(key_from(request.form)))
    return pages.done(url_for(".show", person_id=person_id))


@bp.errorhandler(Refused)
def refused(error: Refused) -> Response:
    """Show the form again with what was typed; other refusals have a page of their own."""
    form, pages_of = request.form.to_dict(), _FORMS
    if error.reason is Reason.PERSON_ALIKE:
        form["alike"] = "1"
    show = pages_of.get((request.endpoint or "").partition(".")[2])
    if show is None:
        return errors.refused(error)
    return errors.shown_again(error, lambda said, status: show(form, said, status))


def _find(person_id: int) -> Person:
    on_roll = Person.household_id.is_not(None)
    query = select(Person).where(Person.id == person_id, Person.village_id == village().id, on_roll)
    wanted = query.options(joinedload(Person.household).joinedload(Household.group), joinedload(Person.departure))
    found: Person = db.one_or_404(wanted)
    return found


def _here(person_id: int) -> Person:
    """Return somebody who stands on the roll; those who left, or whose data is locked, are only shown."""
    found = _find(person_id)
    if found.departure is not None or lock_queries.lock_of(found.id) is not None:
        abort(404)
    return found


def _particulars_of(whose: Person) -> dict[str, str]:
    return {**fresh(), "relation": whose.relation, "sex": whose.sex, "residence": whose.residence}


def _present() -> int | None:
    return request.form.get("present_id", type=ident)


def _groups() -> dict[str, int]:
    return {str(g.id): g.id for g in roll_queries.groups_of(village().id)}


def _group_choices() -> list[tuple[str, str]]:
    return [("", str(right_words.HOUSE_IS_THERE)), *((str(g.id), g.name) for g in roll_queries.groups_of(village().id))]


def _new_page(
    values: Mapping[str, str], mistakes: Mapping[str, FormError], status: int = 200, said: dict[str, str] | None = None
) -> Response:
    return pages.page(
        "people/persons/new.html",
        status,
        values={**fresh(), **values},
        mistakes={**code_words.mistakes(mistakes), **(said or {})},
        group_choices=_group_choices(),
        sexes=person_forms.SEXES,
    )


def _person_page(whose: Person, values: Mapping[str, str], mistakes: Mapping[str, str], status: int = 200) -> Response:
    number, locked = ways_in.number_of(whose), lock_queries.lock_of(whose.id) is not None
    waiting = right_lists.shown(persons.waiting_for(whose.id), village(), now())
    speaker = household_queries.speaker(whose.household_id, on=today())
    own_group = db.session.get(Group, whose.collective_group_id) if whose.collective_group_id else None
    left = whose.departure
    return pages.page(
        "people/persons/show.html",
        status,
        whose=whose,
        locked=locked,
        left=left,
        awaited=left is not None and left.kind is DepartureKind.AWAITED,
        age=age_on(villages.born_of(whose), today()),
        number="" if locked or not number else masked_phone(number),
        speaks=speaker == whose.id,
        offices=role_queries.titles_of(whose.id, on=today()),
        own_group=own_group,
        waiting=[(one, *described(one.change)) for one in waiting],
        touched=[] if left is not None else touched_polls.of_departure(whose, now=now()),
        version=versions.token(persons.shown_parts(whose)),
        sexes=person_forms.SEXES,
        values={**fresh(), **values},
        mistakes=mistakes,
        is_reader=whose.id == reader().id,
    )


def _identity_page(
    whose: Person, values: Mapping[str, str], mistakes: Mapping[str, str], status: int = 200
) -> Response:
    return _two_persons_page("people/persons/identity.html", whose, values, mistakes, status)


def _household_page(
    whose: Person, values: Mapping[str, str], mistakes: Mapping[str, str], status: int = 200
) -> Response:
    return _two_persons_page(
        "people/persons/household.html", whose, values, mistakes, status, group_choices=_group_choices()
    )


def _two_persons_page(
    template: str, whose: Person, values: Mapping[str, str], mistakes: Mapping[str, str], status: int, **more: Any
) -> Response:
    return pages.page(
        template,
        status,
        whose=whose,
        adults=present_choices(villages.home_of(whose).id),
        age=age_on(villages.born_of(whose), today()),
        version=versions.token(persons.shown_parts(whose)),
        values={"present_id": "", **fresh(), **values},
        mistakes=mistakes,
        **more,
    )


def _whose() -> Person:
    return _find(int((request.view_args or {})["person_id"]))


_FORMS: dict[str, Callable[[dict[str, str], dict[str, str], int], Response]] = {
    "create": lambda form, said, status: _new_page(form, {}, status, said),
    "correct": lambda form, said, status: _person_page(_whose(), form, said, status),
    "correct_identity": lambda form, said, status: _identity_page(_whose(), form, said, status),
    "move": lambda form, said, status: _household_page(_whose(), form, said, status),
}
"""The forms that are shown again with what was typed."""
