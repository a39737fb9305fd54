"""My own page: how I read, what is mine, what my office lets me do, and where I am signed in."""

from flask import Blueprint, Response, url_for

from consult.domain.people import roles
from consult.services.people import sign_ins
from consult.web import pages
from consult.web.access import held_roles, members_only, now, offices, person, sign_in

bp = Blueprint("me", __name__)


@bp.get("/<slug>/me", endpoint="show")
@members_only
def show_me() -> Response:
    held = held_roles()
    mine, group = sign_ins.of_person(person(), now=now())
    return pages.page(
        "people/me/show.html",
        household=person().household,
        group=group,
        offices=sorted(role.value for role in offices() - {roles.Role.VILLAGER}),
        keeps_the_roll=roles.holds_any(held, roles.KEEPS_THE_ROLL),
        settles=roles.holds_any(held, roles.SETTLES_RIGHTS),
        reads_hidden=roles.holds_any(held, roles.READS_HIDDEN),
        writes=roles.holds_any(held, roles.WRITES_CONSULTATIONS),
        sign_ins=mine,
        this_sign_in=sign_in().id,
    )


@bp.post("/<slug>/me/sign-ins/<int:sign_in_id>/end")
@members_only
def end_sign_in(sign_in_id: int) -> Response:
    sign_ins.end_own(person(), sign_in_id, now=now())
    return pages.done(url_for(".show") + "#sign-ins")


@bp.post("/<slug>/me/sign-ins/others/end")
@members_only
def end_other_sign_ins() -> Response:
    sign_ins.end_others(person(), sign_in().id, now=now())
    return pages.done(url_for(".show") + "#sign-ins")
