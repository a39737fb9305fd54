"""The offices of the village and their holders. An officer asks for a change; `rights` has the second person."""

from dataclasses import replace

from flask import Blueprint, Response, request, url_for
from sqlalchemy import select

from consult.domain.form_errors import FormError
from consult.domain.instants import read_day
from consult.domain.people import office_terms
from consult.domain.people.office_terms import OfficeSource, Origin, Term
from consult.domain.people.right_changes import OFFICE_KINDS, RightKind
from consult.domain.people.roles import GROUP_SCOPED, KEEPS_THE_ROLL, OFF_THE_ROLL, SHOWN_IN_ORDER, Role
from consult.domain.people.roll.headers import plain
from consult.domain.phone_numbers import phone_number, takes_messages
from consult.domain.refusals import Refused
from consult.domain.text_fields import line
from consult.models import Person, RoleGrant, db
from consult.models.people import person_queries, right_queries, roll_queries
from consult.services.people import grants, right_lists, rights
from consult.services.people.accounts import outside_officers
from consult.services.people.accounts.outside_officers import OutsideOfficer
from consult.services.people.rights import WantedRight
from consult.web import errors, pages
from consult.web.access import act, acting_office, now, only, public, today, village
from consult.web.forms import fresh, key_from, unsaid
from consult.web.words import code_words, refusal_words
from consult.web.words.people import right_words

bp = Blueprint("grants", __name__)
GRANTABLE = [role for role in Role if role is not Role.VILLAGER]


@bp.get("/<slug>/offices")
@only(*sorted(KEEPS_THE_ROLL))
def index() -> Response:
    return _page({**fresh(), "since": today().isoformat()}, {})


@bp.post("/<slug>/offices")
@only(*sorted(KEEPS_THE_ROLL))
def create() -> Response:
    form = request.form.to_dict()
    holder, mistakes = _holder(form), _mistakes(form) | _mistakes_of_origin(form)
    if holder is None:
        mistakes["name"] = FormError.NOBODY_THERE
    if mistakes or holder is None:
        return _page(form, mistakes, status=422)
    _ask(WantedRight(kind=RightKind.OFFICE_GIVEN, person_id=holder.id, role=Role(form["role"]), term=_term(form)))
    return pages.done(url_for("rights.index"))


@bp.get("/<slug>/offices/outside")
@only(*sorted(KEEPS_THE_ROLL))
def new_outside() -> Response:
    """Offer the form for somebody who stands on no roll."""
    return _outside_page({**fresh(), "since": today().isoformat()}, {})


@bp.post("/<slug>/offices/outside")
@only(*sorted(KEEPS_THE_ROLL))
def create_outside() -> Response:
    """Ask for an office of somebody who stands on no roll."""
    form = request.form.to_dict()
    who, mistakes = _outsider(form)
    mistakes = mistakes | _mistakes(form) | _mistakes_of_origin(form)
    if mistakes:
        return _outside_page(form, mistakes, status=422)
    office = acting_office(KEEPS_THE_ROLL)
    outside_officers.ask(who, Role(form["role"]), _term(form), office, act(key_from(form)))
    return pages.done(url_for("rights.index"))


@bp.get("/<slug>/offices/<int:grant_id>/edit")
@only(*sorted(KEEPS_THE_ROLL))
def edit(grant_id: int) -> Response:
    held = _held(grant_id)
    until = held.until.isoformat() if held.until else ""
    values = {"since": held.since.isoformat(), "until": until, "group_id": str(held.group_id or "")}
    values |= {"way": held.source or "", "source_on": held.source_on.isoformat() if held.source_on else ""}
    values |= {"source_words": held.source_words}
    return _edit_page(held, {**fresh(), **values}, {})


@bp.post("/<slug>/offices/<int:grant_id>/edit")
@only(*sorted(KEEPS_THE_ROLL))
def change(grant_id: int) -> Response:
    """Ask for another group, another term or another origin."""
    held, form = _held(grant_id), request.form.to_dict()
    mistakes = unsaid(form, **TERM) | _mistakes({**form, "role": held.role.value})
    if not form.get("since"):
        mistakes.setdefault("since", TERM["since"])  # a new office begins today, one that is held began when it did
    if mistakes:
        return _edit_page(held, form, mistakes, status=422)
    term = replace(_term(form), title=held.title)
    kind = RightKind.OFFICE_CHANGED
    _ask(WantedRight(kind=kind, person_id=held.person_id, role=held.role, term=term, grant_id=held.id))
    return pages.done(url_for("rights.index"))


@bp.post("/<slug>/offices/<int:grant_id>/end")
@only(*sorted(KEEPS_THE_ROLL))
def end(grant_id: int) -> Response:
    """Ask for an office to end before its term."""
    held = _held(grant_id)
    kind = RightKind.OFFICE_ENDED
    if held.ended_at is None:
        _ask(WantedRight(kind=kind, person_id=held.person_id, role=held.role, grant_id=held.id))
    return pages.done(url_for("rights.index"))


@bp.get("/<slug>/officers")
@public
def board() -> Response:
    """Show everybody who holds which office, since when, and which two offices gave it; the newest first."""
    return pages.page(
        "people/grants/board.html",
        board=right_lists.office_board(village(), now=now()),
        groups={g.id: g.name for g in roll_queries.groups_of(village().id)},
        origin=right_words.origin,
        place=right_words.place,
    )


def _ask(wanted: WantedRight) -> None:
    rights.ask(wanted, acting_office(KEEPS_THE_ROLL), act(key_from(request.form)))


def _held(grant_id: int) -> RoleGrant:
    here = select(RoleGrant).where(RoleGrant.id == grant_id, RoleGrant.village_id == village().id)
    held: RoleGrant = db.one_or_404(here)
    return held


ORIGIN = {"way": FormError.NOT_OFFERED, "source_on": FormError.NOT_A_DAY, "source_words": FormError.EMPTY}
"""The fields that say where an office comes from, each with what is said where it is empty."""
TERM = {"since": FormError.NOT_A_DAY, "until": FormError.NOT_A_DAY, "group_id": FormError.NOT_OFFERED, **ORIGIN}
"""What the form of an office that is held shows as it stands."""


def _term(form: dict[str, str]) -> Term:
    return Term(
        since=read_day(form.get("since", "")) or today(),
        until=read_day(form.get("until", "")),
        group_id=_groups().get(form.get("group_id", "")),
        origin=Origin(
            source=OfficeSource(form["way"]) if form.get("way") else None,
            on=read_day(form.get("source_on", "")),
            words=line(form, "source_words", office_terms.WORDS_LENGTH, {}, may_be_empty=True),
        ),
    )


def _mistakes(form: dict[str, str]) -> dict[str, FormError]:
    """Return the mistakes in the office, its scope, its term and where it comes from."""
    days = {name: read_day(form.get(name, "")) for name in ("since", "until", "source_on")}
    found = {name: FormError.NOT_A_DAY for name, day in days.items() if form.get(name) and not day}
    if days["until"] and days["until"] < (days["since"] or today()) and not found:
        found["until"] = FormError.ENDS_TOO_EARLY
    role, group = form.get("role", ""), form.get("group_id", "")
    if role not in [r.value for r in GRANTABLE]:
        found["role"] = FormError.NOT_OFFERED
    if (group and group not in _groups()) or (not group and role in GROUP_SCOPED):
        found["group_id"] = FormError.NOT_OFFERED
    if form.get("way", "") not in ("", *OfficeSource):
        found["way"] = FormError.NOT_OFFERED
    if days["source_on"] and days["source_on"] > today():
        found["source_on"] = FormError.DAY_TO_COME
    line(form, "source_words", office_terms.WORDS_LENGTH, found, may_be_empty=True)
    return found


def _mistakes_of_origin(form: dict[str, str]) -> dict[str, FormError]:
    """Return what is missing of where a new office comes from: the way, the day and the words."""
    return {name: mistake for name, mistake in ORIGIN.items() if not form.get(name, "").strip()}


def _outsider(form: dict[str, str]) -> tuple[OutsideOfficer, dict[str, FormError]]:
    """Return who is meant by the form for somebody off the roll, and the mistakes in it."""
    found: dict[str, FormError] = {}
    name = line(form, "name", outside_officers.NAME_LENGTH, found)
    organisation = line(form, "organisation", outside_officers.ORGANISATION_LENGTH, found)
    number = phone_number(form.get("phone", "")) or ""
    if not takes_messages(number):
        found["phone"] = FormError.NOT_A_PHONE
    return OutsideOfficer(name, organisation, number), found


def _groups() -> dict[str, int]:
    return {str(g.id): g.id for g in roll_queries.groups_of(village().id)}


def _holder(form: dict[str, str]) -> Person | None:
    return person_queries.by_code_and_name(village().id, plain(form.get("code", "")), plain(form.get("name", "")))


@bp.errorhandler(Refused)
def refused(error: Refused) -> Response:
    """Show the form again with what was typed."""
    form = request.form.to_dict()

    def again(said: dict[str, str], status: int) -> Response:
        if request.endpoint == "grants.change":
            return _edit_page(_held((request.view_args or {})["grant_id"]), form, {}, status=status, said=said)
        if request.endpoint == "grants.create_outside":
            return _outside_page(form, {}, status, said)
        return _page(form, {}, status, said)

    return errors.shown_again(error, again)


def _page(
    values: dict[str, str], mistakes: dict[str, FormError], status: int = 200, said: dict[str, str] | None = None
) -> Response:
    return pages.page(
        "people/grants/index.html",
        status,
        grants=grants.in_village(village().id),
        waiting=sum(one.kind in OFFICE_KINDS for one in right_queries.waiting(village().id)),
        values={"key": "", **values},
        mistakes={**code_words.mistakes(mistakes), **(said or {})},
        roles_on_offer=[(r.value, refusal_words.role(r.value)) for r in GRANTABLE],
        groups={g.id: g.name for g in roll_queries.groups_of(village().id)},
        ways=right_words.ways(),
        origin=right_words.origin,
        place=right_words.place,
        over=right_lists.term_is_over(today()),
    )


def _outside_page(
    values: dict[str, str], mistakes: dict[str, FormError], status: int = 200, said: dict[str, str] | None = None
) -> Response:
    return pages.page(
        "people/grants/outside.html",
        status,
        values={"key": "", **values},
        mistakes={**code_words.mistakes(mistakes), **(said or {})},
        roles_on_offer=[(r.value, refusal_words.role(r.value)) for r in SHOWN_IN_ORDER if r in OFF_THE_ROLL],
        groups={g.id: g.name for g in roll_queries.groups_of(village().id)},
        ways=right_words.ways(),
    )


def _edit_page(
    held: RoleGrant,
    values: dict[str, str],
    mistakes: dict[str, FormError],
    *,
    status: int = 200,
    said: dict[str, str] | None = None,
) -> Response:
    return pages.page(
        "people/grants/edit.html",
        status,
        grant=held,
        ways=right_words.ways(),
        values={"key": "", **values},
        mistakes={**code_words.mistakes(mistakes), **(said or {})},
        groups={g.id: g.name for g in roll_queries.groups_of(village().id)},
    )
