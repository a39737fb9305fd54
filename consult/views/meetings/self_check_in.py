"""Checking in by one's own phone: with the code on the screen, or from away where the rule allows it."""

from flask import Blueprint, Response, request, url_for

from consult.domain.meetings.check_ins import CheckInWay
from consult.domain.people import roles
from consult.models.meetings import check_in_queries
from consult.services.meetings import check_ins, meeting_states
from consult.views.meetings import meeting_pages
from consult.web import pages, qr_codes
from consult.web.access import act, members_only, now, only, person
from consult.web.addresses import public_address
from consult.web.guards import carried_codes

bp = Blueprint("arrivals", __name__)


@bp.get("/<slug>/meetings/<int:meeting_id>/sign-in", endpoint="sign_in")
@members_only
def show_check_in(meeting_id: int) -> Response:
    """Show the page that the QR on the screen leads to, with one button. A GET checks nobody in.

    The code was taken out of the address before the guard, so that it comes along through a sign-in.
    """
    meeting = meeting_pages.find_meeting(meeting_id)
    code = carried_codes.carried(carried_codes.DOOR)
    entry = check_in_queries.unit_of(meeting.id, person(), by_household=meeting_states.by_household(meeting))
    return pages.page(
        "meetings/self_check_in/sign_in.html",
        meeting=meeting,
        code=code,
        called=entry is not None,
        fresh=code in check_ins.screen_codes(meeting.id, now()),
        signed_in=entry is not None and entry.attending_id == person().id,
    )


@bp.post("/<slug>/meetings/<int:meeting_id>/sign-in", endpoint="arrive")
@members_only
def check_in(meeting_id: int) -> Response:
    meeting = meeting_pages.find_meeting(meeting_id)
    check_ins.check_in(meeting, CheckInWay.SCAN, act(), code=request.form.get("code", "")[:40])
    return pages.done(url_for("meetings.show", meeting_id=meeting_id))


@bp.post("/<slug>/meetings/<int:meeting_id>/online")
@members_only
def take_part_from_away(meeting_id: int) -> Response:
    meeting = meeting_pages.find_meeting(meeting_id)
    check_ins.check_in(meeting, CheckInWay.ONLINE, act())
    return pages.done(url_for("meetings.show", meeting_id=meeting_id))


@bp.post("/<slug>/meetings/<int:meeting_id>/departure", endpoint="go")
@members_only
def leave(meeting_id: int) -> Response:
    """Note that the reader goes home."""
    check_ins.leave_by_oneself(meeting_pages.find_meeting(meeting_id), act())
    return pages.done(url_for("meetings.show", meeting_id=meeting_id))


@bp.get("/<slug>/meetings/<int:meeting_id>/door.svg")
@only(*sorted(roles.STAFFS_CHECK_IN))
def qr(meeting_id: int) -> Response:
    """Return the QR of the code on the screen. It changes every ten minutes, so that a photo of it is soon worthless."""
    meeting_pages.find_meeting(meeting_id)
    code = check_ins.screen_codes(meeting_id, now())[0]
    address = public_address() + url_for(".sign_in", meeting_id=meeting_id, code=code)
    return qr_codes.response(address, cache_control="no-store")
