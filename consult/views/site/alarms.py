"""All that is wrong with the site at this moment, for those who are told: the banner of a page has room for one line."""

from flask import Blueprint, Response

from consult.domain.people import roles
from consult.services.polls.counting import poll_faults
from consult.web import pages
from consult.web.access import held_roles, public, village

bp = Blueprint("alarms", __name__)


@bp.get("/<slug>/alarms", endpoint="show")
@public
def show_alarms() -> Response:
    looks = roles.holds_any(held_roles(), roles.LOOKS_INTO_POLLS)
    return pages.page("site/alarms/show.html", set_aside=poll_faults.set_aside_polls(village().id) if looks else [])
