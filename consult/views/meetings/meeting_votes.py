"""The votes of a meeting on its console: opening, ending, declaring."""

from flask import Blueprint, Response, abort, request, url_for

from consult import clock
from consult.domain.meetings.agendas import Result
from consult.domain.people import roles
from consult.domain.polls.polls import Channel
from consult.domain.refusals import Refused
from consult.models import AgendaItem, MeetingPoll, Poll, db
from consult.services.meetings import meeting_votes, proceedings
from consult.services.polls import closing, count_sheets
from consult.views.meetings import consoles, meeting_pages
from consult.web import conveners, pages
from consult.web.access import act, held_roles
from consult.web.forms import key_from

bp = Blueprint("meeting_votes", __name__)
bp.register_error_handler(Refused, consoles.refused)


@bp.post("/<slug>/meetings/<int:meeting_id>/votes/<int:poll_id>/opening")
@conveners.runs_it
def open_vote(meeting_id: int, poll_id: int) -> Response:
    meeting_votes.open_vote(meeting_pages.to_decide(meeting_id), _of(meeting_id, poll_id).id, act())
    return consoles.back(meeting_id)


@bp.get("/<slug>/meetings/<int:meeting_id>/votes/<int:poll_id>/ending")
@conveners.runs_it
def ask_to_end(meeting_id: int, poll_id: int) -> Response:
    """Show what ending the vote means, and the button that does it."""
    meeting = meeting_pages.to_decide(meeting_id)
    return pages.page("meetings/meeting_votes/ending.html", meeting=meeting, poll=_of(meeting_id, poll_id))


@bp.post("/<slug>/meetings/<int:meeting_id>/votes/<int:poll_id>/ending")
@conveners.runs_it
def end_vote(meeting_id: int, poll_id: int) -> Response:
    """End the vote: phones close, those left raise their hands; on to the sheet for those who count on this phone."""
    meeting_votes.end_vote(meeting_pages.to_decide(meeting_id), _of(meeting_id, poll_id).id, act(), clock=clock.now)
    hands = [sheet for sheet in count_sheets.sheets_of(poll_id) if sheet.channel is Channel.HANDS]
    if hands and roles.holds_any(held_roles(), roles.COUNTS_BALLOTS):
        return pages.done(url_for("count_sheets.show", poll_id=poll_id, sheet_id=hands[-1].id))
    return consoles.back(meeting_id)


@bp.post("/<slug>/meetings/<int:meeting_id>/votes/<int:poll_id>/declaration")
@conveners.runs_it
def declare(meeting_id: int, poll_id: int) -> Response:
    """Declare the result; where it was asked for, end the item with it and turn to the next one."""
    meeting, form = meeting_pages.to_decide(meeting_id), request.form.to_dict()
    closing.declare(_of(meeting_id, poll_id), act())
    if form.get("then") == "next":
        item = db.session.get_one(AgendaItem, db.session.get_one(MeetingPoll, poll_id).item_id)
        proceedings.go_on(meeting, item.number, Result.TALKED_OVER, act(key_from(form)))
    return consoles.back(meeting_id)


@bp.post("/<slug>/meetings/<int:meeting_id>/votes/<int:poll_id>/repetition")
@conveners.runs_it
def repeat(meeting_id: int, poll_id: int) -> Response:
    """Plan a vote again that came to nothing: too few were there, or it was cancelled."""
    poll = _of(meeting_id, poll_id)
    meeting_votes.repeat(meeting_pages.to_decide(meeting_id), poll.id, act(key_from(request.form)))
    return consoles.back(meeting_id)


def _of(meeting_id: int, poll_id: int) -> Poll:
    """Return a vote of this meeting; 404 otherwise."""
    link = db.session.get(MeetingPoll, poll_id)
    if link is None or link.meeting_id != meeting_id:
        abort(404)
    return db.session.get_one(Poll, poll_id)
