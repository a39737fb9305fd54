"""The agenda of a meeting: putting an item on it, taking one off a draft, planning the vote on a motion."""

import secrets

from flask import Blueprint, Response, abort, request, url_for

from consult.domain.meetings import agendas as rules
from consult.domain.numbers import read_id
from consult.domain.people import roles
from consult.domain.polls import methods, poll_plans
from consult.domain.refusals import Refused
from consult.models import AgendaItem, Meeting
from consult.models.meetings import meeting_queries
from consult.services.meetings import agendas, meeting_votes, proceedings
from consult.views.meetings import meeting_pages
from consult.web import errors, pages
from consult.web.access import act, only, village
from consult.web.forms import key_from
from consult.web.words import code_words

bp = Blueprint("agendas", __name__)


@bp.errorhandler(Refused)
def refused(error: Refused) -> Response:
    """Show a refusal on the form it came from."""

    def again(mistakes: dict[str, str], status: int) -> Response:
        meeting = meeting_pages.find_meeting((request.view_args or {})["meeting_id"], drafts=True)
        return _form(meeting, request.form.to_dict(), mistakes, status)

    return errors.shown_again(error, again) if request.endpoint == "agendas.create" else errors.refused(error)


@bp.get("/<slug>/meetings/<int:meeting_id>/items/new")
@only(*sorted(roles.RUNS_MEETINGS))
def new(meeting_id: int) -> Response:
    meeting = meeting_pages.to_run(meeting_id)
    return _form(meeting, {"key": secrets.token_urlsafe(18), "kind": rules.ItemKind.MOTION.value}, {})


@bp.post("/<slug>/meetings/<int:meeting_id>/items")
@only(*sorted(roles.RUNS_MEETINGS))
def create(meeting_id: int) -> Response:
    meeting, form = meeting_pages.to_run(meeting_id), request.form.to_dict()
    offered = [p.id for p in meeting_queries.proposals_for_agenda(village().id)]
    plan, mistakes = rules.read_item_form(form, proposals=offered, called=meeting.called_at is not None)
    if plan is None:
        return _form(meeting, form, code_words.mistakes(mistakes), status=422)
    item = agendas.add(meeting, plan, act(key_from(form)))
    if plan.kind is rules.ItemKind.MOTION:
        return pages.done(url_for(".plan_vote", meeting_id=meeting_id, number=item.number))
    return pages.done(_back(meeting))


@bp.post("/<slug>/meetings/<int:meeting_id>/items/removal")
@only(*sorted(roles.CALLS_MEETINGS))
def remove(meeting_id: int) -> Response:
    """Take an item off by its id: numbers move up, and a second tap must not remove the next one."""
    meeting, item_id = meeting_pages.to_call(meeting_id), read_id(request.form.get("item", ""))
    if item_id is None:
        abort(400)
    agendas.remove(meeting, item_id)
    return pages.done(url_for("meetings.show", meeting_id=meeting_id))


@bp.get("/<slug>/meetings/<int:meeting_id>/items/<int:number>/votes/new")
@only(*sorted(roles.CALLS_MEETINGS))
def plan_vote(meeting_id: int, number: int) -> Response:
    """Show the form how a motion will be voted on."""
    meeting, item = _find_item(meeting_id, number)
    values = {"key": secrets.token_urlsafe(18), "kind": methods.codes()[0], "secrecy": "named", "hands": "1"}
    return _vote_form(meeting, item, values, {})


@bp.post("/<slug>/meetings/<int:meeting_id>/items/<int:number>/votes")
@only(*sorted(roles.CALLS_MEETINGS))
def create_vote(meeting_id: int, number: int) -> Response:
    meeting, item = _find_item(meeting_id, number)
    form = request.form.to_dict()
    asked, mistakes = poll_plans.read_asked(form)
    if asked is None:
        return _vote_form(meeting, item, form, code_words.mistakes(mistakes), status=422)
    meeting_votes.plan(item, asked, act(key_from(form)))
    return pages.done(_back(meeting))


def _find_item(meeting_id: int, number: int) -> tuple[Meeting, AgendaItem]:
    meeting = meeting_pages.to_call(meeting_id)
    item = proceedings.item_of(meeting.id, number)
    if item is None:
        abort(404)
    return meeting, item


def _back(meeting: Meeting) -> str:
    """Return the address of the draft, or of the console once it is called."""
    if meeting.called_at is None:
        return url_for("meetings.show", meeting_id=meeting.id)
    return url_for("consoles.show", meeting_id=meeting.id)


def _form(meeting: Meeting, values: dict[str, str], mistakes: dict[str, str], status: int = 200) -> Response:
    return pages.page(
        "meetings/agendas/new.html",
        status,
        meeting=meeting,
        values=values,
        mistakes=mistakes,
        back_to=_back(meeting),
        proposals=[(p.id, p.title) for p in meeting_queries.proposals_for_agenda(village().id)],
    )


def _vote_form(
    meeting: Meeting, item: AgendaItem, values: dict[str, str], mistakes: dict[str, str], status: int = 200
) -> Response:
    return pages.page(
        "meetings/agendas/vote.html",
        status,
        meeting=meeting,
        item=item,
        poll_kinds=code_words.kinds(),
        values=values,
        mistakes=mistakes,
        back_to=_back(meeting),
    )
