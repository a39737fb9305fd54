"""The agenda of a meeting: one form for an item, with kind of matter, questions of law and vote; taking one off a draft."""

import secrets
from typing import Any

from flask import Blueprint, Response, abort, request, url_for

from consult.domain import versions
from consult.domain.law import matters, motion_checks
from consult.domain.meetings import agendas as rules
from consult.domain.numbers import read_id
from consult.domain.people import roles
from consult.domain.polls import methods, poll_plans
from consult.domain.refusals import Reason, Refused
from consult.models import AgendaItem, Meeting, Poll
from consult.models.meetings import meeting_queries
from consult.models.people import roll_queries
from consult.services.law import four_deliberations
from consult.services.meetings import agendas, meeting_states, meeting_votes, proceedings, resolutions
from consult.views.meetings import meeting_pages
from consult.web import conveners, errors, pages
from consult.web.access import act, only, village
from consult.web.forms import key_from
from consult.web.words import code_words, meeting_words

bp = Blueprint("agendas", __name__)
ALREADY_SAID = ("title", "kind", "consultation_id", "summary", "reason")


@bp.errorhandler(Refused)
def refused(error: Refused) -> Response:
    """Show a refusal on the form it came from."""

    def again(mistakes: dict[str, str], status: int) -> Response:
        asked = request.view_args or {}
        meeting = meeting_pages.find_meeting(asked["meeting_id"], drafts=True)
        item = proceedings.item_of(meeting.id, asked["number"]) if "number" in asked else None
        return _form(meeting, request.form.to_dict(), mistakes, status, item=item)

    def on_text(mistakes: dict[str, str], status: int) -> Response:
        where = request.view_args or {}
        return _text_form(
            *_motion_to_decide(where["meeting_id"], where["number"]), request.form.to_dict(), mistakes, status
        )

    forms = {"agendas.create": again, "agendas.revise": again, "agendas.amend": on_text}
    if request.endpoint not in forms or error.reason is Reason.NOT_CONVENER:
        return errors.refused(error)
    return errors.shown_again(error, forms[request.endpoint])


@bp.get("/<slug>/meetings/<int:meeting_id>/items/new")
@conveners.runs_it
def new(meeting_id: int) -> Response:
    meeting = meeting_pages.to_run(meeting_id)
    return _form(meeting, {"key": secrets.token_urlsafe(18), "kind": rules.ItemKind.MOTION.value, **_usual_vote()}, {})


def _usual_vote() -> dict[str, str]:
    return {"method": methods.codes()[0], "secrecy": "named", "hands": "1"}


@bp.post("/<slug>/meetings/<int:meeting_id>/items")
@conveners.runs_it
def create(meeting_id: int) -> Response:
    """Put an item on the agenda, and its motion on the way, with one form."""
    meeting, form = meeting_pages.to_run(meeting_id), request.form.to_dict()
    offered = [p.id for p in meeting_queries.proposals_for_agenda(village().id)]
    plan, mistakes = rules.read_item_form(
        form, proposals=offered, called=meeting.called_at is not None, groups=_groups_to_choose(meeting)
    )
    if plan is None:
        return _form(meeting, form, code_words.mistakes(mistakes), status=422)
    agendas.add(meeting, plan, act(key_from(form)))
    return pages.done(_back(meeting))


def _groups_to_choose(meeting: Meeting) -> list[int] | None:
    """Return the groups whose matter an item can be; None: the reader only puts items on the agenda."""
    if not conveners.may_decide(meeting):
        return None
    return [group.id for group in roll_queries.groups_of(village().id)]


@bp.get("/<slug>/meetings/<int:meeting_id>/items/<int:number>/revision")
@conveners.runs_it
def edit(meeting_id: int, number: int) -> Response:
    """Show the form of an item that is on the agenda, with what is on record of its motion."""
    meeting, item = _find_item(meeting_id, number)
    return _form(meeting, {"key": secrets.token_urlsafe(18), **_on_record(item)}, {}, item=item)


@bp.post("/<slug>/meetings/<int:meeting_id>/items/<int:number>/revision")
@conveners.runs_it
def revise(meeting_id: int, number: int) -> Response:
    meeting, item = _find_item(meeting_id, number)
    form = request.form.to_dict()
    said = form | {name: value for name, value in _on_record(item).items() if name in ALREADY_SAID}
    if meeting.called_at is None:
        said["title"] = form.get("title", "")
    chosen = [item.consultation_id] if item.consultation_id is not None else []
    plan, mistakes = rules.read_item_form(
        said, proposals=chosen, called=item.reason != "", groups=_groups_to_choose(meeting)
    )
    if plan is None:
        return _form(meeting, form, code_words.mistakes(mistakes), status=422, item=item)
    agendas.revise(item, plan, act(key_from(form)))
    return pages.done(_back(meeting))


def _on_record(item: AgendaItem) -> dict[str, str]:
    """Return the values of the form for what is on record of an item and its motion."""
    values = {
        "title": item.title,
        "kind": item.kind.value,
        "consultation_id": str(item.consultation_id or ""),
        "summary": "",
        "reason": item.reason,
        "short_notice": item.short_notice_reason,
        "authorisation": item.authorisation,
        **_resolution(item),
        **_usual_vote(),
    }
    if item.consultation_id is None:
        return values
    chosen = four_deliberations.choice_of(item.consultation_id)
    check = four_deliberations.motion(item.consultation_id).check
    poll = agendas.planned_vote(item)
    return (
        values
        | ({"matter": chosen.matter, "whose": str(chosen.group_id or "")} if chosen else {})
        | ({**check.answers, "note": check.note} if check else {})
        | (_as_fields(poll) if poll else {})
    )


def _resolution(item: AgendaItem) -> dict[str, str]:
    """Return what is written on an item of the text put to the vote; what is empty follows the proposal."""
    written = meeting_queries.resolution_of(item)
    return {
        "resolution": written.text,
        "cost": _yuan(written.cost_fen),
        "funding": "".join(name for name, _ in written.funding),
    }


def _yuan(fen: int | None) -> str:
    return "" if fen is None else f"{fen // 100}" + (f".{fen % 100:02}" if fen % 100 else "")


def _as_fields(poll: Poll) -> dict[str, str]:
    asked = meeting_votes.asked_of(poll)
    return {
        "question": asked.question,
        "method": asked.kind,
        "options": "\n".join(asked.options),
        "max_choices": str(asked.max_choices),
        "secrecy": "secret" if asked.secret else "named",
        "hands": "1" if asked.hands else "",
        "paper": "1" if asked.paper else "",
    }


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
@conveners.runs_it
def plan_vote(meeting_id: int, number: int) -> Response:
    """Show the form how a motion will be voted on once more."""
    meeting, item = _find_item(meeting_id, number, to_decide=True)
    values = {"key": secrets.token_urlsafe(18), "kind": methods.codes()[0], "secrecy": "named", "hands": "1"}
    return _vote_form(meeting, item, values, {})


@bp.post("/<slug>/meetings/<int:meeting_id>/items/<int:number>/votes")
@conveners.runs_it
def create_vote(meeting_id: int, number: int) -> Response:
    meeting, item = _find_item(meeting_id, number, to_decide=True)
    form = request.form.to_dict()
    asked, mistakes = poll_plans.read_asked(form)
    if asked is None:
        return _vote_form(meeting, item, form, code_words.mistakes(mistakes), status=422)
    meeting_votes.plan(item, asked, act(key_from(form)))
    return pages.done(_back(meeting))


@bp.get("/<slug>/meetings/<int:meeting_id>/items/<int:number>/text")
@conveners.runs_it
def edit_text(meeting_id: int, number: int) -> Response:
    """Show the form that changes the text of an item before it is put to the vote."""
    meeting, item = _motion_to_decide(meeting_id, number)
    return _text_form(meeting, item, {"resolution": resolutions.of_item(item).text}, {})


@bp.post("/<slug>/meetings/<int:meeting_id>/items/<int:number>/text")
@conveners.runs_it
def amend(meeting_id: int, number: int) -> Response:
    meeting, item = _motion_to_decide(meeting_id, number)
    form = request.form.to_dict()
    text, mistakes = rules.read_text_form(form)
    if mistakes:
        return _text_form(meeting, item, form, code_words.mistakes(mistakes), status=422)
    resolutions.amend(meeting, item.id, text, act())
    return pages.done(_back(meeting))


def _motion_to_decide(meeting_id: int, number: int) -> tuple[Meeting, AgendaItem]:
    """Find a motion for who may put it to the vote: who only keeps the record puts no other text to it."""
    meeting = meeting_pages.to_decide(meeting_id)
    item = proceedings.item_of(meeting.id, number)
    if item is None or item.kind is not rules.ItemKind.MOTION:
        abort(404)
    return meeting, item


def _text_form(
    meeting: Meeting, item: AgendaItem, values: dict[str, str], mistakes: dict[str, str], status: int = 200
) -> Response:
    return pages.page(
        "meetings/agendas/text.html",
        status,
        meeting=meeting,
        item=item,
        called=resolutions.called_of_item(meeting.call, item),
        values=values,
        mistakes=mistakes,
        back_to=_back(meeting),
    )


def _find_item(meeting_id: int, number: int, *, to_decide: bool = False) -> tuple[Meeting, AgendaItem]:
    meeting = meeting_pages.to_decide(meeting_id) if to_decide else meeting_pages.to_run(meeting_id)
    item = proceedings.item_of(meeting.id, number)
    if item is None:
        abort(404)
    return meeting, item


def _back(meeting: Meeting) -> str:
    """Return the address of the draft, or of the console once it is called."""
    if meeting.called_at is None:
        return url_for("meetings.show", meeting_id=meeting.id)
    return url_for("consoles.show", meeting_id=meeting.id)


def _form(
    meeting: Meeting,
    values: dict[str, str],
    mistakes: dict[str, str],
    status: int = 200,
    *,
    item: AgendaItem | None = None,
) -> Response:
    added = meeting.called_at is not None and (item is None or item.reason != "")
    body = meeting_states.body_of(meeting)
    return pages.page(
        "meetings/agendas/item.html",
        status,
        meeting=meeting,
        item=item,
        version=versions.token(agendas.shown_parts(item)) if item else "",
        added=added,
        excepted=added or meeting.called_at is None,
        waivable=added and body.notice_days > 0 and body.notice_waivable != "",
        notice_days=body.notice_days,
        may_decide=conveners.may_decide(meeting),
        values=values,
        mistakes=mistakes,
        back_to=_back(meeting),
        proposals=[(p.id, p.title) for p in meeting_queries.proposals_for_agenda(village().id)],
        **_choices(meeting),
    )


def _choices(meeting: Meeting) -> dict[str, Any]:
    """Return what can be chosen of a motion: kinds of matter that this body may decide first, whose, questions, methods."""
    there = matters.offered(meeting_pages.day_of_vote(meeting))
    codes = [row.code for row in sorted(there, key=lambda row: meeting.body not in row.bodies)]
    return {
        "matters": [("", "—"), *((code, meeting_words.matter(code)) for code in codes)],
        "authorisable": any(meeting.body in row.authorised for row in there),
        "group_choices": [(group.id, group.name) for group in roll_queries.groups_of(village().id)],
        "questions": list(motion_checks.sources().items()),
        "poll_kinds": code_words.kinds(),
    }


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
