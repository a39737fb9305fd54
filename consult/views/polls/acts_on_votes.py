"""Acts of others on a reader's vote, by whom, when and how; and the votes that the reader gave or witnessed for others."""

from flask import Blueprint, Response, request, url_for

from consult.domain.numbers import read_id
from consult.domain.refusals import Reason, Refused
from consult.services.polls.channels import answers, own_acts, vote_disputes
from consult.views.polls.poll_pages import state_of
from consult.views.polls.polls import find_poll
from consult.web import pages
from consult.web.access import act, members_only, person, today

bp = Blueprint("acts_on_votes", __name__)


@bp.get("/<slug>/polls/<int:poll_id>/my-vote")
@members_only
def show(poll_id: int) -> Response:
    poll = find_poll(poll_id)
    return pages.page(
        "polls/acts_on_votes/show.html",
        poll=poll,
        state=state_of(poll),
        acts=own_acts.mine(poll, person()),
        given=own_acts.of_others(poll, person()),
        contests=own_acts.contests(poll, person()),
        may_contest=vote_disputes.may_contest(poll, person(), state_of(poll), on=today()),
    )


@bp.post("/<slug>/polls/<int:poll_id>/my-vote/answers")
@members_only
def answer(poll_id: int) -> Response:
    """Say as the witness, or as the voter, whether a helped vote was so."""
    form = request.form
    number, rev = read_id(form.get("number", "")), read_id(form.get("rev", ""))
    if number is None or rev is None or form.get("so") not in ("yes", "no"):
        raise Refused(Reason.NOT_THE_WITNESS)
    answers.witness(find_poll(poll_id), number, rev, act(), sound=form["so"] == "yes")
    return pages.done(url_for(".show", poll_id=poll_id))
