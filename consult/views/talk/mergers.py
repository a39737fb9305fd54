"""A request to merge a proposal into another: the proposer says yes or no, a second officer confirms."""

from flask import Blueprint, Response, abort, url_for

from consult.domain.people import roles
from consult.models import Consultation, MergerRequest, Person, db
from consult.services.talk import endorsements
from consult.services.talk.duty import mergers
from consult.web import pages
from consult.web.access import act, acting_office, held_roles, members_only, only, person, signed_in_only, village

bp = Blueprint("mergers", __name__)


@bp.get("/<slug>/mergers/<int:request_id>")
@signed_in_only
def show(request_id: int) -> Response:
    """Show what is asked, for the proposer and for those who merge."""
    request = _find(request_id)
    one, into = (db.session.get_one(Consultation, n) for n in (request.consultation_id, request.into_id))
    mine, officer = one.proposal.proposed_by == person().id, roles.holds_any(held_roles(), roles.CHANGES_POLLS)
    if not (mine or officer):
        abort(404)
    return pages.page(
        "talk/mergers/show.html",
        merger=request,
        consultation=one,
        into=into,
        behind=(endorsements.count(one.id), endorsements.count(into.id)),
        asker=db.session.get_one(Person, request.asked_by).name,
        second=db.session.get_one(Person, request.confirmed_by).name if request.confirmed_by else "",
        is_proposer=mine,
        may_confirm=officer and not mine and person().id != request.asked_by,
        may_drop=officer,
    )


@bp.post("/<slug>/mergers/<int:request_id>/agreement")
@members_only
def agree(request_id: int) -> Response:
    request = _find(request_id)
    mergers.agree(request, act())
    return pages.done(url_for("consultations.show", consultation_id=request.into_id))


@bp.post("/<slug>/mergers/<int:request_id>/refusal")
@members_only
def decline(request_id: int) -> Response:
    request = _find(request_id)
    mergers.decline(request, act())
    return pages.done(url_for("consultations.show", consultation_id=request.consultation_id))


@bp.post("/<slug>/mergers/<int:request_id>/confirmation")
@only(*sorted(roles.CHANGES_POLLS))
def confirm(request_id: int) -> Response:
    request = _find(request_id)
    mergers.confirm(request, acting_office(roles.CHANGES_POLLS, other_than=request.asked_office), act())
    return pages.done(url_for(".show", request_id=request_id))


@bp.post("/<slug>/mergers/<int:request_id>/dropping")
@only(*sorted(roles.CHANGES_POLLS))
def drop(request_id: int) -> Response:
    request = _find(request_id)
    mergers.drop(request, act())
    return pages.done(url_for("consultations.show", consultation_id=request.consultation_id))


def _find(request_id: int) -> MergerRequest:
    request = mergers.find(village().id, request_id)
    if request is None:
        abort(404)
    return request
