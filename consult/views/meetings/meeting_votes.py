"""The votes of a meeting on its console: opening, ending, declaring."""

from flask import Blueprint, Response, abort

from consult import clock
from consult.domain.people import roles
from consult.domain.refusals import Refused
from consult.models import MeetingPoll, Poll, db
from consult.services.meetings import meeting_votes
from consult.services.polls import closing
from consult.views.meetings import consoles, meeting_pages
from consult.web import pages
from consult.web.access import act, only

bp = Blueprint("meeting_votes", __name__)
bp.register_error_handler(Refused, consoles.refused)
DECIDES = sorted(roles.CALLS_MEETINGS)


@bp.post("/<slug>/meetings/<int:meeting_id>/votes/<int:poll_id>/opening")
@only(*DECIDES)
def open_vote(meeting_id: int, poll_id: int) -> Response:
    meeting_votes.open_vote(meeting_pages.to_call(meeting_id), _of(meeting_id, poll_id).id, act())
    return consoles.back(meeting_id)


@bp.get("/<slug>/meetings/<int:meeting_id>/votes/<int:poll_id>/ending")
@only(*DECIDES)
def ask_to_end(meeting_id: int, poll_id: int) -> Response:
    """Show what ending the vote means, and the button that does it."""
    meeting = meeting_pages.to_call(meeting_id)
    return pages.page("meetings/meeting_votes/ending.html", meeting=meeting, poll=_of(meeting_id, poll_id))


@bp.post("/<slug>/meetings/<int:meeting_id>/votes/<int:poll_id>/ending")
@only(*DECIDES)
def end_vote(meeting_id: int, poll_id: int) -> Response:
    """End the vote: phones close, those left raise their hands."""
    meeting_votes.end_vote(meeting_pages.to_call(meeting_id), _of(meeting_id, poll_id).id, act(), clock=clock.now)
    return consoles.back(meeting_id)


@bp.post("/<slug>/meetings/<int:meeting_id>/votes/<int:poll_id>/declaration")
@only(*DECIDES)
def declare(meeting_id: int, poll_id: int) -> Response:
    meeting_pages.to_call(meeting_id)
    closing.declare(_of(meeting_id, poll_id), act())
    return consoles.back(meeting_id)


def _of(meeting_id: int, poll_id: int) -> Poll:
    """Return a vote of this meeting; 404 otherwise."""
    link = db.session.get(MeetingPoll, poll_id)
    if link is None or link.meeting_id != meeting_id:
        abort(404)
    return db.session.get_one(Poll, poll_id)
