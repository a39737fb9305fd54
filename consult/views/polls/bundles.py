"""A poll as a zip to be checked by anybody; with the choices for scrutineers only."""

from flask import Blueprint, Response

from consult.domain.people import roles
from consult.services.polls import bundles, poll_states
from consult.views.polls.polls import find_poll
from consult.web.access import only, public
from consult.web.guards import handing_out

bp = Blueprint("bundles", __name__)


@bp.get("/<slug>/polls/<int:poll_id>/bundle.zip")
@public
def public_bundle(poll_id: int) -> Response:
    return _bundle(poll_id, full=False)


@bp.get("/<slug>/polls/<int:poll_id>/scrutiny/bundle.zip")
@only(*sorted(roles.SCRUTINEERS))
def full_bundle(poll_id: int) -> Response:
    handing_out.count(poll_states.roll_size(find_poll(poll_id)), of=f"poll:{poll_id}")
    return _bundle(poll_id, full=True)


def _bundle(poll_id: int, *, full: bool) -> Response:
    poll = find_poll(poll_id)
    name = f"poll-{poll.id}{'-scrutiny' if full else ''}.zip"
    return handing_out.file(bundles.make_bundle(poll, full=full), handing_out.ZIP, name, public=not full)
