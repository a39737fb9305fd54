"""The offices of the village: who holds which, from when to when."""

from datetime import date

from flask import Blueprint, Response, request, url_for
from sqlalchemy import select

from consult.domain.mistakes import Mistake
from consult.domain.roles import GROUP_SCOPED, KEEPS_THE_ROLL, Role
from consult.models import Household, Person, consultation_reads, db
from consult.services import grants
from consult.web import pages, terms, wording
from consult.web.access import now, only, person, today, village

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
    holder = _holder(form)
    since, until = _day(form.get("since", "")), _day(form.get("until", ""))
    mistakes = {
        name: Mistake.NOT_A_DAY for name, day in (("since", since), ("until", until)) if form.get(name) and not day
    }
    if holder is None:
        mistakes["name"] = Mistake.NOBODY_THERE
    if since and until and until < since:
        mistakes["until"] = Mistake.ENDS_TOO_EARLY
    if form.get("role") not in [r.value for r in GRANTABLE]:
        mistakes["role"] = Mistake.NOT_OFFERED
    if mistakes or holder is None:
        return _page(form, mistakes, status=422)
    role = Role(form["role"])
    group_id = holder.household.group_id if role in GROUP_SCOPED else None
    grants.grant(holder, role, person(), group_id=group_id, since=since or today(), until=until, now=now())
    return pages.done(url_for(".index"))


@bp.post("/<slug>/offices/<int:grant_id>/end")
@only(*sorted(KEEPS_THE_ROLL))
def end(grant_id: int) -> Response:
    grants.end(grant_id, person(), now=now())
    return pages.done(url_for(".index"))


def _holder(form: dict[str, str]) -> Person | None:
    """One person by household code and name; None when nobody or several fit."""
    query = (
        select(Person)
        .join(Household, Household.id == Person.household_id)
        .where(Person.village_id == village().id, Person.name == form.get("name", "").strip())
        .where(Household.code == form.get("code", "").strip())
    )
    found = db.session.scalars(query).all()
    return found[0] if len(found) == 1 else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _page(values: dict[str, str], mistakes: dict[str, Mistake], status: int = 200) -> Response:
    return pages.page(
        "grants/index.html", status, grants=grants.in_village(village().id), values=values,
        mistakes=terms.mistakes(mistakes), roles_on_offer=[(r.value, wording.role(r.value)) for r in GRANTABLE],
        groups={g.id: g.name for g in consultation_reads.groups_of(village().id)},
    )  # fmt: skip
