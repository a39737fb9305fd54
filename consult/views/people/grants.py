"""The offices of the village and their holders, with first and last day."""

from flask import Blueprint, Response, request, url_for
from sqlalchemy import select

from consult.domain.form_errors import FormError
from consult.domain.instants import read_day
from consult.domain.people.roles import GROUP_SCOPED, KEEPS_THE_ROLL, Role
from consult.domain.people.roll_headers import plain
from consult.models import Person, RoleGrant, db
from consult.models.people import person_queries, roll_queries
from consult.services.people import grants
from consult.services.people.grants import Term
from consult.web import pages
from consult.web.access import act, only, today, village
from consult.web.words import code_words, refusal_words

bp = Blueprint("grants", __name__)
GRANTABLE = [role for role in Role if role is not Role.VILLAGER]


@bp.get("/<slug>/offices")
@only(*sorted(KEEPS_THE_ROLL))
def index() -> Response:
    return _page({"since": today().isoformat()}, {})


@bp.post("/<slug>/offices")
@only(*sorted(KEEPS_THE_ROLL))
def create() -> Response:
    form = request.form.to_dict()
    holder, mistakes = _holder(form), _mistakes(form)
    if holder is None:
        mistakes["name"] = FormError.NOBODY_THERE
    if mistakes or holder is None:
        return _page(form, mistakes, status=422)
    grants.grant(
        holder,
        Role(form["role"]),
        Term(
            since=read_day(form.get("since", "")) or today(),
            until=read_day(form.get("until", "")),
            group_id=_groups().get(form.get("group_id", "")),
        ),
        act(),
    )
    return pages.done(url_for(".index"))


@bp.post("/<slug>/offices/<int:grant_id>/end")
@only(*sorted(KEEPS_THE_ROLL))
def end(grant_id: int) -> Response:
    here = select(RoleGrant.id).where(RoleGrant.id == grant_id, RoleGrant.village_id == village().id)
    grants.end(db.one_or_404(here), act())
    return pages.done(url_for(".index"))


def _mistakes(form: dict[str, str]) -> dict[str, FormError]:
    """Return the mistakes in the office, its scope and its term."""
    days = {name: read_day(form.get(name, "")) for name in ("since", "until")}
    found = {name: FormError.NOT_A_DAY for name, day in days.items() if form.get(name) and not day}
    if days["until"] and days["until"] < (days["since"] or today()) and not found:
        found["until"] = FormError.ENDS_TOO_EARLY
    role, group = form.get("role", ""), form.get("group_id", "")
    if role not in [r.value for r in GRANTABLE]:
        found["role"] = FormError.NOT_OFFERED
    if (group and group not in _groups()) or (not group and role in GROUP_SCOPED):
        found["group_id"] = FormError.NOT_OFFERED
    return found


def _groups() -> dict[str, int]:
    return {str(g.id): g.id for g in roll_queries.groups_of(village().id)}


def _holder(form: dict[str, str]) -> Person | None:
    return person_queries.by_code_and_name(village().id, plain(form.get("code", "")), plain(form.get("name", "")))


def _page(values: dict[str, str], mistakes: dict[str, FormError], status: int = 200) -> Response:
    return pages.page(
        "people/grants/index.html",
        status,
        grants=grants.in_village(village().id),
        values=values,
        mistakes=code_words.mistakes(mistakes),
        roles_on_offer=[(r.value, refusal_words.role(r.value)) for r in GRANTABLE],
        groups={g.id: g.name for g in roll_queries.groups_of(village().id)},
    )
