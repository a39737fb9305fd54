"""Casting a ballot: a second look, the act, the receipt."""

import secrets
from typing import Any

from flask import Blueprint, Response, request, url_for

from consult import clock
from consult.domain.numbers import read_number
from consult.domain.polls.secret_ballots import new_token
from consult.domain.refusals import Refused
from consult.models import Poll, db
from consult.models.polls import poll_queries
from consult.services.polls import ballots, poll_states, roll_units
from consult.services.polls.ballot_requests import BallotRequest, Receipt
from consult.services.polls.channels import own_acts
from consult.views.polls.poll_pages import rule_of, standing_of_reader, state_of
from consult.views.polls.polls import find_poll
from consult.web import errors, fragments, pages
from consult.web.access import members_only, person, today
from consult.web.words import refusal_words

bp = Blueprint("ballots", __name__)
KEY_LENGTH = 64
LARGEST_OPTION = 999


@bp.post("/<slug>/polls/<int:poll_id>/ballots/look", endpoint="look")
@members_only
def confirm_ballot(poll_id: int) -> Response:
    """Show what would be cast, for a second look, with the key under which it will be cast once.

    Nothing is written. It is a POST because addresses are logged, and a choice must stand in no log.
    """
    poll = find_poll(poll_id)
    choice = chosen()
    refusal = ballots.refusal_ahead(poll, person(), choice, state_of(poll), on=today())
    if refusal is not None:
        return _ballot_again(poll, choice, refusal)
    key = new_token() if poll.secret else secrets.token_urlsafe(18)
    context: dict[str, Any] = {"poll": poll, "rule": rule_of(poll), "choice": choice, "key": key}
    template = "polls/_confirm.html" if fragments.wanted() else "polls/confirm.html"
    return _no_store(pages.page(template, **context))


@bp.post("/<slug>/polls/<int:poll_id>/ballots")
@members_only
def create(poll_id: int) -> Response:
    key = request.form.get("key", "")[:KEY_LENGTH] or new_token()
    acting = person()
    asked = BallotRequest(acting.village_id, poll_id, acting.id, chosen(), key)
    try:
        receipt = ballots.cast(asked, clock=clock.now)
    except Refused as refusal:
        db.session.rollback()  # look again: another person's act may be why
        return _ballot_again(find_poll(poll_id), asked.choice, refusal)
    if receipt.key:
        return secret_receipt(poll_id, receipt)
    if fragments.wanted():
        return pages.page(
            "polls/_receipt.html",
            poll_id=poll_id,
            **poll_queries.heading_of(poll_id),
            receipt=receipt,
            swapped=True,
        )
    return pages.done(url_for(".receipt", poll_id=poll_id))


def secret_receipt(poll_id: int, receipt: Receipt, *, for_another: bool = False) -> Response:
    """Shown in the answer itself: an address with the token in it would stand in logs and in the phone's history."""
    swapped = fragments.wanted()
    context = {**poll_queries.heading_of(poll_id), "receipt": receipt, "for_another": for_another, "swapped": swapped}
    template = "polls/_secret_receipt.html" if swapped else "polls/secret_receipt.html"
    return _no_store(pages.page(template, poll_id=poll_id, **context))


def _no_store(response: Response) -> Response:
    """Forbid browsers to keep a copy: a choice or a token is on the page."""
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/<slug>/polls/<int:poll_id>/receipt")
@members_only
def receipt(poll_id: int) -> Response:
    """Show the newest receipt of the reader's own unit, as often as it is wanted; of a secret ballot there is none."""
    poll = find_poll(poll_id)
    unit = roll_units.unit_of_person(poll_states.frozen_of(poll), person().id, on=today())
    cast = poll_queries.ballots_of(poll, unit.number) if unit and unit.voted_by == person().id else []
    if not cast:
        return pages.done(url_for("polls.show", poll_id=poll_id))
    newest = cast[0]
    kept = Receipt(newest.receipt, newest.rev, (), newest.cast_at)
    by_another = next(iter(own_acts.mine(poll, person())), None)
    channel, waits = (by_another.kind.value, by_another.waits) if by_another is not None else ("", False)
    return pages.page(
        "polls/receipt.html",
        poll_id=poll_id,
        **poll_queries.heading_of(poll_id),
        receipt=kept,
        channel=channel,
        waits=waits,
    )


def chosen() -> tuple[int, ...]:
    """Return what was chosen as option numbers in rising order; what is no number is left out."""
    typed = request.form.getlist("choice")
    return tuple(sorted({n for c in typed if (n := read_number(c, most=LARGEST_OPTION)) is not None}))


def _ballot_again(poll: Poll, choice: tuple[int, ...], refusal: Refused) -> Response:
    """Show the ballot again, with the reason on it and what was chosen still chosen."""
    context: dict[str, Any] = {
        **standing_of_reader(poll, state_of(poll)),
        "poll": poll,
        "rule": rule_of(poll),
        "choice": choice,
        "state": state_of(poll),
        "mistake": refusal_words.refusal(refusal),
    }
    template = "polls/_ballot.html" if fragments.wanted() else "polls/refused.html"
    return pages.page(template, errors.status_of(refusal.reason), **context)
