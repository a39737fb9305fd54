"""Signing in to a meeting by one's own phone: with the code on the screen in the room, or from away where the rule allows it."""

from flask import Blueprint, Response, request, url_for

from consult.domain.meetings.check_ins import CheckInWay
from consult.domain.people import roles
from consult.models.meetings import check_in_queries
from consult.services.meetings import check_ins, meeting_states
from consult.views.board.notices import public_address
from consult.views.meetings import meeting_pages
from consult.web import pages, qr_codes
from consult.web.access import members_only, now, only, person

bp = Blueprint("arrivals", __name__)


@bp.get("/<slug>/meetings/<int:meeting_id>/sign-in")
@members_only
def sign_in(meeting_id: int) -> Response:
    """Where the QR on the screen leads: one button. Looking signs nobody in."""
    meeting = meeting_pages.find_meeting(meeting_id)
    entry = check_in_queries.unit_of(meeting.id, person(), by_household=meeting_states.by_household(meeting))
    return pages.page(
        "meetings/self_check_in/sign_in.html",
        meeting=meeting,
        code=request.args.get("code", "")[:40],
        called=entry is not None,
        fresh=request.args.get("code", "")[:40] in check_ins.door_codes(meeting.id, now()),
        signed_in=entry is not None and entry.attending_id == person().id,
    )


@bp.post("/<slug>/meetings/<int:meeting_id>/sign-in")
@members_only
def arrive(meeting_id: int) -> Response:
    meeting = meeting_pages.find_meeting(meeting_id)
    check_ins.sign_in(meeting, person(), CheckInWay.SCAN, code=request.form.get("code", "")[:40], now=now())
    return pages.done(url_for("meetings.show", meeting_id=meeting_id))


@bp.post("/<slug>/meetings/<int:meeting_id>/online")
@members_only
def take_part_from_away(meeting_id: int) -> Response:
    meeting = meeting_pages.find_meeting(meeting_id)
    check_ins.sign_in(meeting, person(), CheckInWay.ONLINE, now=now())
    return pages.done(url_for("meetings.show", meeting_id=meeting_id))


@bp.post("/<slug>/meetings/<int:meeting_id>/departure")
@members_only
def go(meeting_id: int) -> Response:
    """I am going home."""
    check_ins.leave_by_oneself(meeting_pages.find_meeting(meeting_id), person(), now=now())
    return pages.done(url_for("meetings.show", meeting_id=meeting_id))


@bp.get("/<slug>/meetings/<int:meeting_id>/door.svg")
@only(*sorted(roles.KEEPS_THE_DOOR))
def qr(meeting_id: int) -> Response:
    """The code on the screen: it changes every ten minutes, so that a photo of it signs nobody in next week."""
    meeting_pages.find_meeting(meeting_id)
    code = check_ins.door_codes(meeting_id, now())[0]
    address = public_address() + url_for(".sign_in", meeting_id=meeting_id, code=code)
    return qr_codes.response(address, cache_control="no-store")
