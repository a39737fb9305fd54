"""Voting with a letter for an adult of one's own household who is away."""

import secrets
from typing import Any

from flask import Blueprint, Response, request
from sqlalchemy import Row

from consult import clock
from consult.domain.form_errors import FormError
from consult.domain.numbers import read_id
from consult.domain.polls.polls import Channel
from consult.domain.polls.secret_ballots import new_token
from consult.domain.refusals import Reason, Refused
from consult.models import Poll, db
from consult.models.polls import poll_queries
from consult.services.polls import ballots
from consult.services.polls.ballot_requests import BallotRequest
from consult.services.polls.channels import own_acts, proxies
from consult.views.polls import ballots as ballot_pages
from consult.views.polls.polls import find_poll
from consult.web import pages
from consult.web.access import members_only, person
from consult.web.uploads import photo_of_paper
from consult.web.words import code_words

bp = Blueprint("proxies", __name__)


@bp.get("/<slug>/polls/<int:poll_id>/proxies/new")
@members_only
def new(poll_id: int) -> Response:
    return _letter_page(find_poll(poll_id), {}, {})


@bp.post("/<slug>/polls/<int:poll_id>/proxies/look", endpoint="look")
@members_only
def confirm_by_proxy(poll_id: int) -> Response:
    """Show for whom, by which letter and what, for a second look."""
    poll, form, mistakes = find_poll(poll_id), request.form.to_dict(), {}
    proxies.refuse_unless_offered(poll, person())
    givers = {str(row.number): row.name for row in _givers(poll)}
    if form.get("number") not in givers:
        mistakes["number"] = FormError.NOT_OFFERED
    photo, wrong = _letter(poll, form)
    if not photo:
        mistakes["picture"] = wrong or FormError.PICTURE_MISSING
    if not ballot_pages.chosen():
        mistakes["choice"] = FormError.NOT_OFFERED
    if mistakes:
        return _letter_page(poll, form, code_words.mistakes(mistakes), status=422)
    key = new_token() if poll.secret else secrets.token_urlsafe(18)
    return pages.page(
        "polls/proxies/confirm.html",
        poll=poll,
        giver=givers[form["number"]],
        choice=ballot_pages.chosen(),
        values=form,
        key=key,
    )


@bp.post("/<slug>/polls/<int:poll_id>/proxies")
@members_only
def create(poll_id: int) -> Response:
    form, acting = request.form.to_dict(), person()
    photo, _ = _letter(find_poll(poll_id), form)
    number = read_id(form.get("number", ""))
    if not photo or number is None:
        raise Refused(Reason.PROXY_OF_ANOTHER)
    asked = BallotRequest(
        acting.village_id,
        poll_id,
        acting.id,
        ballot_pages.chosen(),
        form.get("key", "")[:64] or new_token(),
        channel=Channel.PROXY,
        number=number,
        letter=photo,
    )
    receipt = ballots.cast(asked, clock=clock.now)
    if receipt.key:
        return ballot_pages.secret_receipt(poll_id, receipt, for_another=True)
    db.session.rollback()  # to see what the writing thread has committed
    act = own_acts.given(find_poll(poll_id), person(), number, receipt.rev)
    return pages.page(
        "polls/receipt.html",
        poll_id=poll_id,
        **poll_queries.heading_of(poll_id),
        receipt=receipt,
        channel=Channel.PROXY.value,
        voter=act.voter if act is not None else "",
        waits=act is not None and act.waits,
    )


def _givers(poll: Poll) -> list[Row[Any]]:
    """Return for whom the reader may vote: in a meeting, those whose letter was accepted at check-in."""
    givers = proxies.givers_for(poll.id, person())
    if poll.meeting_poll is None:
        return givers
    letters = proxies.letters_at(poll.meeting_poll.meeting_id, person())
    return [row for row in givers if row.number in letters]


def _letter(poll: Poll, form: dict[str, str]) -> tuple[str, FormError | None]:
    """Return the photo of the letter, taken now or at check-in, and the mistake."""
    if poll.meeting_poll is None:
        return photo_of_paper(form, taken_by="proxies.create")
    number = read_id(form.get("number", ""))
    letters = proxies.letters_at(poll.meeting_poll.meeting_id, person())
    return letters.get(number, "") if number is not None else "", None


def _letter_page(poll: Poll, values: dict[str, str], mistakes: dict[str, str], status: int = 200) -> Response:
    proxies.refuse_unless_offered(poll, person())
    givers = [(row.number, row.name) for row in _givers(poll)]
    return pages.page(
        "polls/proxies/new.html",
        status,
        poll=poll,
        givers=givers,
        choice=ballot_pages.chosen(),
        values=values,
        mistakes=mistakes,
    )
