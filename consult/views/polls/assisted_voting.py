"""Filling in for a voter who is here: find the unit, mark the choice, read it aloud, name the witness, cast."""

import secrets

from flask import Blueprint, Response, request

from consult import clock
from consult.domain.form_errors import FormError
from consult.domain.numbers import read_id
from consult.domain.people import roles
from consult.domain.people.roll.headers import plain
from consult.domain.people.roll_numbers import read_roll_numbers
from consult.domain.polls.polls import Channel, PollState
from consult.domain.polls.secret_ballots import new_token
from consult.domain.refusals import Reason, Refused
from consult.models import Person, Poll, db
from consult.models.people import person_queries
from consult.models.polls import channel_queries, poll_queries
from consult.models.polls.channel_queries import ListedUnit
from consult.services.people import proofs
from consult.services.polls import ballots
from consult.services.polls.ballot_requests import Assistant, BallotRequest
from consult.services.polls.channels import own_acts
from consult.services.polls.counting import paper_tickers
from consult.views.polls import ballots as ballot_pages
from consult.views.polls.poll_pages import is_author, rule_of, state_of
from consult.views.polls.polls import find_poll
from consult.web import pages
from consult.web.access import now, only, person, sign_in, today, village
from consult.web.guards.browser import asker
from consult.web.words import code_words, refusal_words

bp = Blueprint("assistances", __name__)
HELPERS = sorted(roles.HELPS_VOTERS)


@bp.get("/<slug>/polls/<int:poll_id>/assistances/new")
@only(*HELPERS)
def new(poll_id: int) -> Response:
    """Ask whose vote it is, by roll number; then show the ballot."""
    poll, typed = _open_poll(poll_id), request.args.get("number", "")
    numbers = read_roll_numbers(typed) if typed else []
    unit = _unit_on_list(poll, numbers[0]) if numbers else None
    mistakes = {"number": FormError.NOT_NUMBERS_OF_ROLL} if typed and unit is None else {}
    return pages.page(
        "polls/assisted_voting/new.html",
        422 if mistakes else 200,
        poll=poll,
        rule=rule_of(poll),
        unit=unit,
        hidden=paper_tickers.hides_voters(poll, now()),
        choice=(),
        values={"number": typed},
        mistakes=code_words.mistakes(mistakes),
    )


@bp.post("/<slug>/polls/<int:poll_id>/assistances/look", endpoint="look")
@only(*HELPERS)
def confirm_assisted(poll_id: int) -> Response:
    """Show the choice to read aloud, and what the helper states."""
    return _confirm_page(_open_poll(poll_id), request.form.to_dict(), {})


@bp.post("/<slug>/polls/<int:poll_id>/assistances")
@only(*HELPERS)
def create(poll_id: int) -> Response:
    poll, form = find_poll(poll_id), request.form.to_dict()
    witness = person_queries.by_code_and_name(village().id, plain(form.get("code", "")), plain(form.get("name", "")))
    mistakes = {name: FormError.MUST_BE_SAID for name in ("is_here", "read_back") if not form.get(name)}
    if witness is None:
        mistakes["name"] = FormError.NOBODY_THERE
    if witness is None or mistakes:
        return _confirm_page(poll, form, code_words.mistakes(mistakes), status=422)
    try:
        witnessed = _witnessed(witness, form)
    except Refused as refusal:  # of the PIN: on the field, with all that was typed
        return _confirm_page(poll, form, {"pin": refusal_words.refusal(refusal)}, status=422)
    acting, key = person(), form.get("key", "")[:64] or new_token()
    asked = BallotRequest(
        acting.village_id,
        poll_id,
        acting.id,
        ballot_pages.chosen(),
        key,
        channel=Channel.ASSISTED,
        number=_roll_number(form),
        assistant=Assistant(acting.id, witness.id, witnessed=witnessed),
    )
    receipt = ballots.cast(asked, clock=clock.now)
    if receipt.key:
        return ballot_pages.secret_receipt(poll_id, receipt, for_another=True)
    db.session.rollback()  # to see what the writing thread has committed
    act = own_acts.given(find_poll(poll_id), person(), asked.number, receipt.rev)
    return pages.page(
        "polls/receipt.html",
        poll_id=poll_id,
        **poll_queries.heading_of(poll_id),
        receipt=receipt,
        channel=Channel.ASSISTED.value,
        voter=act.voter if act is not None else "",
        waits=act is not None and act.waits,
    )


def _witnessed(witness: Person, form: dict[str, str]) -> bool:
    """Tell whether the witness proved on this phone that it was so, by their own PIN. Raises Refused for a wrong one."""
    typed = form.get("pin", "").strip()
    if typed and not proofs.is_free(sign_in()):  # in the demo anybody may be anybody
        proofs.check_pin_of(witness, typed, asker(), on=today(), now=now())
    return bool(typed)


def _open_poll(poll_id: int) -> Poll:
    """Return the open poll that the reader may help in; say before the first page what the act would refuse."""
    poll = find_poll(poll_id)
    if is_author(poll):
        raise Refused(Reason.HELPER_IS_AUTHOR)
    if state_of(poll) is PollState.ANNOUNCED:
        raise Refused(Reason.POLL_NOT_OPEN_YET)
    if state_of(poll) is not PollState.OPEN:
        raise Refused(Reason.POLL_CLOSED)
    return poll


def _unit_on_list(poll: Poll, number: int) -> ListedUnit | None:
    return next(iter(channel_queries.voter_list(poll.id, on=today(), number=number)), None)


def _roll_number(form: dict[str, str]) -> int:
    return read_id(form.get("number", "")) or 0


def _confirm_page(poll: Poll, form: dict[str, str], mistakes: dict[str, str], status: int = 200) -> Response:
    unit, choice = _unit_on_list(poll, _roll_number(form)), ballot_pages.chosen()
    if unit is None:
        raise Refused(Reason.NO_SUCH_NUMBER, numbers=form.get("number", ""))
    if not choice:
        raise Refused(Reason.NOT_A_CHOICE)
    key = form.get("key") or (new_token() if poll.secret else secrets.token_urlsafe(18))
    return pages.page(
        "polls/assisted_voting/confirm.html",
        status,
        poll=poll,
        rule=rule_of(poll),
        unit=unit,
        choice=[n for n in choice if n <= len(poll.options)],
        values={**form, "key": key, "pin": ""},
        mistakes=mistakes,
    )
