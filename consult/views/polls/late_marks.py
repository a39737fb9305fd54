"""Marks made or undone after the close: one officer asks with a photo of the signed list, another holds them against it."""

import secrets
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, request, url_for

from consult.domain.form_errors import FormError
from consult.domain.people import roles, roll_numbers
from consult.domain.polls.polls import Channel, PollState
from consult.domain.refusals import Refused
from consult.domain.text_fields import line
from consult.models import LateMarks, Poll, db
from consult.models.people import person_queries
from consult.models.polls import channel_queries
from consult.models.polls.channel_queries import ListedUnit
from consult.services.polls import offline_turnout, poll_states
from consult.services.polls.counting import late_marks
from consult.views.polls.poll_pages import state_of
from consult.views.polls.polls import find_poll
from consult.web import errors, pages
from consult.web.access import act, acting_office, now, only, person, today
from consult.web.forms import key_from
from consult.web.uploads import photo_of_paper
from consult.web.words import code_words

bp = Blueprint("late_marks", __name__)
MARKERS = sorted(roles.MARKS_TURNOUT)
UNDO = "undo"
REASON_LENGTH = 120


@dataclass(frozen=True)
class Waiting:
    """Marks that wait for a second person, with the voters they name and who asked."""

    row: LateMarks
    units: list[ListedUnit]
    name: str
    own: bool
    """Whether one of them is of the reader's own house: somebody else confirms."""


@bp.get("/<slug>/polls/<int:poll_id>/late-marks/")
@only(*MARKERS)
def index(poll_id: int) -> Response:
    return _page(find_poll(poll_id), {"what": UNDO} if request.args.get("what") == UNDO else {}, {})


@bp.post("/<slug>/polls/<int:poll_id>/late-marks/")
@only(*MARKERS)
def create(poll_id: int) -> Response:
    poll, form = find_poll(poll_id), request.form.to_dict()
    mistakes: dict[str, FormError] = {}
    numbers = roll_numbers.read_roll_numbers(form.get("numbers", ""))
    if numbers is None:
        mistakes["numbers"] = FormError.NOT_NUMBERS_OF_ROLL
    if form.get("channel") not in dict(_channels(poll)):
        mistakes["channel"] = FormError.NOT_OFFERED
    undoes = form.get("what") == UNDO
    reason = line(form, "reason", REASON_LENGTH, mistakes) if undoes else ""
    photo, wrong = photo_of_paper(form)
    if wrong is not None or not photo:
        mistakes["picture"] = wrong or FormError.PICTURE_MISSING
    if mistakes or numbers is None:
        return _page(poll, form, code_words.mistakes(mistakes), status=422)
    office = acting_office(roles.MARKS_TURNOUT)
    asked = {"picture": photo, "office": office, "undo_because": reason}
    try:
        late_marks.ask(poll, Channel(form["channel"]), numbers, act(key_from(form)), **asked)
    except Refused as error:  # the page keeps the photo, which is in `form` by now
        return errors.shown_again(error, lambda why, status: _page(poll, form, why, status))
    return pages.done(url_for(".index", poll_id=poll_id))


@bp.post("/<slug>/polls/<int:poll_id>/late-marks/<int:request_id>/confirmation")
@only(*MARKERS)
def confirm(poll_id: int, request_id: int) -> Response:
    row = _find(poll_id, request_id)
    late_marks.confirm(row, acting_office(roles.MARKS_TURNOUT, other_than=row.asked_office), act())
    return pages.done(url_for("attendance.show", poll_id=poll_id))


@bp.post("/<slug>/polls/<int:poll_id>/late-marks/<int:request_id>/refusal")
@only(*MARKERS)
def drop(poll_id: int, request_id: int) -> Response:
    late_marks.drop(_find(poll_id, request_id), acting_office(roles.MARKS_TURNOUT), act())
    return pages.done(url_for(".index", poll_id=poll_id))


@bp.get("/<slug>/polls/<int:poll_id>/late-marks/<int:request_id>/picture")
@only(*MARKERS)
def picture(poll_id: int, request_id: int) -> Response:
    """Send the photo of the signed list, to those who mark: it shows signatures."""
    return pages.photo(_find(poll_id, request_id).picture)


def _find(poll_id: int, request_id: int) -> LateMarks:
    row = db.session.get(LateMarks, request_id)
    if row is None or row.poll_id != find_poll(poll_id).id:
        abort(404)
    return row


def _channels(poll: Poll) -> list[tuple[str, str]]:
    offered = ((Channel.PAPER, poll.paper), (Channel.HANDS, poll.hands and poll.meeting_poll is None))
    return [(channel.value, code_words.channel(channel)) for channel, there in offered if there]


def _waiting(poll: Poll) -> list[Waiting]:
    rows = late_marks.waiting(poll.id, now=now())
    if not rows:
        return []
    names = person_queries.names([row.asked_by for row in rows])
    units = {unit.number: unit for unit in channel_queries.voter_list(poll.id, on=today())}
    own = set(offline_turnout.of_own_house(poll.id, [n for row in rows for n in row.numbers], person()))
    return [
        Waiting(
            row, [units[n] for n in row.numbers if n in units], names[row.asked_by], not own.isdisjoint(row.numbers)
        )
        for row in rows
    ]


def _page(poll: Poll, values: dict[str, Any], mistakes: dict[str, str], status: int = 200) -> Response:
    state = state_of(poll)
    channels = _channels(poll)
    usual = {"key": secrets.token_urlsafe(18), "channel": channels[0][0] if channels else ""}
    return pages.page(
        "polls/late_marks/index.html",
        status,
        poll=poll,
        state=state,
        counted=poll_states.stored_tally(poll) is not None or state is PollState.CANCELLED,
        channels=channels,
        undoes=values.get("what") == UNDO,
        waiting=_waiting(poll),
        values={**usual, **values},
        mistakes=mistakes,
    )
