"""A poll as a zip to be checked by anybody; with the choices for scrutineers only."""

from flask import Blueprint, Response, make_response

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
    response = _bundle(poll_id, full=True)
    handing_out.count(poll_states.roll_size(find_poll(poll_id)))
    response.headers["Cache-Control"] = "no-store"
    return response


def _bundle(poll_id: int, *, full: bool) -> Response:
    poll = find_poll(poll_id)
    response = make_response(bundles.make_bundle(poll, full=full))
    response.mimetype = "application/zip"
    name = f"poll-{poll.id}{'-scrutiny' if full else ''}.zip"
    response.headers["Content-Disposition"] = f"attachment; filename={name}"
    return response
