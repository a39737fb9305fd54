"""An adult of a household says that its vote was not agreed."""

from flask import Blueprint, Response, request, url_for

from consult.domain.form_errors import FormError
from consult.domain.text_fields import line
from consult.services.polls import vote_disputes
from consult.views.polls.polls import find_poll
from consult.web import pages
from consult.web.access import act, members_only, today
from consult.web.words import code_words

bp = Blueprint("contests", __name__)
REASON_LENGTH = 200


@bp.get("/<slug>/polls/<int:poll_id>/contests/new")
@members_only
def new(poll_id: int) -> Response:
    return pages.page("polls/vote_disputes/new.html", poll=find_poll(poll_id), values={}, mistakes={})


@bp.post("/<slug>/polls/<int:poll_id>/contests")
@members_only
def create(poll_id: int) -> Response:
    poll, form = find_poll(poll_id), request.form.to_dict()
    mistakes: dict[str, FormError] = {}
    reason = line(form, "reason", REASON_LENGTH, mistakes)
    if mistakes:
        return pages.page(
            "polls/vote_disputes/new.html", 422, poll=poll, values=form, mistakes=code_words.mistakes(mistakes)
        )
    vote_disputes.dispute(poll, reason, act(), on=today())
    return pages.done(url_for("polls.show", poll_id=poll_id))
