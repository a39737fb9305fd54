"""My own page: how I read, what is mine, what my office lets me do."""

from flask import Blueprint, Response

from consult.domain.people import roles
from consult.web import pages
from consult.web.access import held_roles, members_only, person

bp = Blueprint("me", __name__)


@bp.get("/<slug>/me", endpoint="show")
@members_only
def show_me() -> Response:
    held = held_roles()
    return pages.page(
        "people/me/show.html",
        household=person().household,
        offices=sorted(role.value for role in held - {roles.Role.VILLAGER}),
        keeps_the_roll=roles.holds_any(held, roles.KEEPS_THE_ROLL),
        settles=roles.holds_any(held, roles.SETTLES_RIGHTS),
        reads_hidden=roles.holds_any(held, roles.READS_HIDDEN),
        writes=roles.holds_any(held, roles.WRITES_CONSULTATIONS),
    )
