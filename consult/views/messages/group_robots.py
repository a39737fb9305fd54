"""The robot of the village's chat group: set it, take it away."""

from flask import Blueprint, Response, request, url_for

from consult.domain.form_errors import FormError
from consult.domain.people.roles import KEEPS_THE_ROLL
from consult.models import GroupRobot, db
from consult.services.messages import group_robots
from consult.services.messages.providers import robot_providers
from consult.web import pages
from consult.web.access import act, only, village
from consult.web.words import code_words

bp = Blueprint("group_robots", __name__)
clerk_only = only(*sorted(KEEPS_THE_ROLL))


@bp.get("/<slug>/group-robot", endpoint="show")
@clerk_only
def show_robot() -> Response:
    return _page({}, {})


@bp.post("/<slug>/group-robot")
@clerk_only
def create() -> Response:
    form = request.form.to_dict()
    mistake = group_robots.mistake_in(form.get("kind", ""), form.get("address", ""))
    if mistake is not None:
        return _page(form, {"address": FormError.NOT_AN_ADDRESS}, status=422)
    group_robots.set_robot(form["kind"], form["address"], form.get("secret", ""), act())
    return pages.done(url_for(".show"))


@bp.post("/<slug>/group-robot/removal")
@clerk_only
def remove() -> Response:
    group_robots.remove(act())
    return pages.done(url_for(".show"))


def _page(values: dict[str, str], mistakes: dict[str, FormError], status: int = 200) -> Response:
    """The address itself is never shown again: whoever has it can speak in the group."""
    robot = db.session.get(GroupRobot, village().id)
    return pages.page(
        "messages/group_robots/show.html",
        status,
        robot=robot,
        values=values,
        mistakes=code_words.mistakes(mistakes),
        kinds=[(kind, code_words.robot(kind)) for kind in sorted(robot_providers(), key=code_words.robot)],
    )
