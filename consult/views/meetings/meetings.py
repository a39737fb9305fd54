"""Meetings: the list, planning one, calling it, moving it or calling it off, answering the call, the live part of its page."""

import secrets
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, current_app, make_response, request, url_for

from consult.domain import instants, versions
from consult.domain.form_errors import FormError
from consult.domain.law import bodies
from consult.domain.meetings import meetings as rules
from consult.domain.meetings.agendas import read_titles
from consult.domain.meetings.meetings import MeetingChangeKind, RsvpAnswer
from consult.domain.numbers import read_id
from consult.domain.people import roles
from consult.domain.refusals import Refused
from consult.domain.text_fields import line
from consult.models import Meeting
from consult.models.meetings import check_in_queries, meeting_queries
from consult.models.people import roll_queries
from consult.services.meetings import agendas, appointments, meetings, rsvps
from consult.services.people import villages
from consult.views.meetings import meeting_pages
from consult.web import conveners, errors, i18n, pages
from consult.web.access import act, held_roles, members_only, now, only, person_or_none, public, today, village
from consult.web.forms import key_from, key_of_words
from consult.web.numbers import ident
from consult.web.words import code_words

bp = Blueprint("meetings", __name__)
PAGE = 20


@bp.errorhandler(Refused)
def refused(error: Refused) -> Response:
    """Show a refusal on the form it came from."""
    form, meeting_id = request.form.to_dict(), (request.view_args or {}).get("meeting_id", 0)
    forms: dict[str | None, Any] = {
        "meetings.create": lambda mistakes, status: meeting_pages.form(form, mistakes, status),
        "meetings.revise": lambda mistakes, status: _edit_form(meeting_id, form, mistakes, status),
        "meetings.call": lambda mistakes, status: _draft(meeting_id, form, mistakes, status),
        "meetings.make_change": lambda mistakes, status: _change_form(meeting_id, form, mistakes, status),
    }
    page = forms.get(request.endpoint)
    return errors.shown_again(error, page) if page else errors.refused(error)


@bp.get("/<slug>/meetings/")
@public
def index() -> Response:
    reader, officer = person_or_none(), meeting_pages.in_office()
    seen: dict[str, Any] = {
        "since": villages.local_midnight(village(), now()),
        "internal": meeting_pages.INTERNAL,
        "officer": officer,
    }
    past = meeting_queries.past(village().id, reader, before=request.args.get("before", type=ident), most=PAGE, **seen)
    return pages.page(
        "meetings/index.html",
        upcoming=meeting_queries.upcoming(village().id, reader, **seen),
        past=past,
        drafts=meeting_queries.drafts(village().id) if meeting_pages.runs() else [],
        may_call=roles.holds_any(held_roles(), roles.CALLS_MEETINGS),
        more=past[-1].id if len(past) == PAGE else None,
    )


@bp.get("/<slug>/meetings/new")
@only(*sorted(roles.CALLS_MEETINGS))
def new() -> Response:
    """Show the form of a new meeting; with `copy`, as an earlier one was, for another day."""
    values = {"key": secrets.token_urlsafe(18), "speech_minutes": "3", "petition": request.args.get("petition", "")}
    return meeting_pages.form(values | meeting_pages.copied(request.args.get("copy", "")), {})


@bp.post("/<slug>/meetings/")
@only(*sorted(roles.CALLS_MEETINGS))
def create() -> Response:
    form = request.form.to_dict()
    groups = {g.id for g in roll_queries.groups_of(village().id)}
    plan, mistakes = rules.read_meeting_form(
        form, bodies=bodies.codes(), groups=groups, zone=ZoneInfo(village().timezone), now=now()
    )
    titles = read_titles(form, mistakes)
    if plan is None or mistakes:
        return meeting_pages.form(form, code_words.mistakes(mistakes), status=422)
    conveners.refuse_unless_offered(plan.body, plan.group_id)
    chosen = set(request.form.getlist("carry"))
    carried = [item for item in meeting_pages.put_off(form.get("copy", "")) if str(item.id) in chosen]
    meeting = agendas.plan_meeting(
        plan,
        titles,
        carried,
        act(key_of_words(form, "body", "group_id", "title", "place", "starts_at", "reports")),
        petition_id=read_id(form.get("petition", "")),
    )
    return pages.done(url_for(".show", meeting_id=meeting.id))


@bp.get("/<slug>/meetings/<int:meeting_id>", endpoint="show")
@public
def show_meeting(meeting_id: int) -> Response:
    meeting = meeting_pages.find_meeting(meeting_id, drafts=True)
    return meeting_pages.draft(meeting) if meeting.called_at is None else meeting_pages.render_meeting(meeting)


@bp.get("/<slug>/meetings/<int:meeting_id>/revision")
@only(*sorted(roles.CALLS_MEETINGS))
def edit(meeting_id: int) -> Response:
    """Show the form for name, place and hour of a draft."""
    meeting = meeting_pages.to_call(meeting_id)
    values = {**meeting_pages.as_values(meeting), "title": meeting.title, "speech_minutes": str(meeting.speech_minutes)}
    return _edit_form(meeting_id, values, {})


@bp.post("/<slug>/meetings/<int:meeting_id>/revision")
@only(*sorted(roles.CALLS_MEETINGS))
def revise(meeting_id: int) -> Response:
    meeting, form = meeting_pages.to_call(meeting_id), request.form.to_dict()
    fixed = {"body": meeting.body, "group_id": str(meeting.group_id or "")}
    plan, mistakes = rules.read_meeting_form(
        form | fixed,
        bodies=[meeting.body],
        groups=[meeting.group_id or 0],
        zone=ZoneInfo(village().timezone),
        now=now(),
    )
    if plan is None:
        return _edit_form(meeting_id, form, code_words.mistakes(mistakes), status=422)
    meetings.revise(meeting, plan, seen=request.form.get("seen"))
    return pages.done(url_for(".show", meeting_id=meeting_id))


@bp.post("/<slug>/meetings/<int:meeting_id>/removal")
@only(*sorted(roles.CALLS_MEETINGS))
def discard(meeting_id: int) -> Response:
    """Give up a draft."""
    if not meetings.was_given_up(village().id, meeting_id):
        meetings.discard(meeting_pages.to_call(meeting_id), act())
    return pages.done(url_for(".index"))


def _edit_form(meeting_id: int, values: dict[str, str], mistakes: dict[str, str], status: int = 200) -> Response:
    meeting = meeting_pages.find_meeting(meeting_id, drafts=True)
    return pages.page(
        "meetings/edit.html", status, meeting=meeting, values=values, mistakes=mistakes, version=_version(meeting)
    )


@bp.post("/<slug>/meetings/<int:meeting_id>/call")
@only(*sorted(roles.CALLS_MEETINGS))
def call(meeting_id: int) -> Response:
    meeting = meeting_pages.to_call(meeting_id)
    form, mistakes = request.form.to_dict(), dict[str, FormError]()
    why = meeting_pages.exceptions_from(form, mistakes)
    if mistakes:
        return _draft(meeting_id, form, code_words.mistakes(mistakes), 422)
    meetings.call(meeting, why, act())
    return pages.done(url_for(".show", meeting_id=meeting_id))


@bp.get("/<slug>/meetings/<int:meeting_id>/changes/new")
@only(*sorted(roles.CALLS_MEETINGS))
def change(meeting_id: int) -> Response:
    meeting = meeting_pages.to_call(meeting_id)
    values = {
        **meeting_pages.as_values(meeting),
        "key": secrets.token_urlsafe(18),
        "kind": request.args.get("kind", ""),
    }
    if meeting_pages.is_in_doubt(meeting):
        values["starts_at"] = meeting_pages.local_time(meeting_pages.same_hour_tomorrow(meeting))
    return _change_form(meeting_id, values, {})


@bp.post("/<slug>/meetings/<int:meeting_id>/changes")
@only(*sorted(roles.CALLS_MEETINGS))
def make_change(meeting_id: int) -> Response:
    meeting, form = meeting_pages.to_call(meeting_id), request.form.to_dict()
    mistakes: dict[str, FormError] = {}
    reason = line(form, "reason", rules.REASON_LENGTH, mistakes)
    place = line(form, "place", rules.PLACE_LENGTH, mistakes)
    starts_at = instants.read_instant(form, "starts_at", ZoneInfo(village().timezone), mistakes)
    if form.get("kind") not in rules.ANNOUNCED_BEFORE:
        mistakes["kind"] = FormError.NOT_OFFERED
    if mistakes or starts_at is None:
        return _change_form(meeting_id, form, code_words.mistakes(mistakes), status=422)
    if form["kind"] == MeetingChangeKind.MOVED:
        meetings.move(meeting, place, starts_at, reason, act(key_from(form)))
    else:
        meetings.cancel(meeting, reason, act(key_from(form)))
    return pages.done(url_for(".show", meeting_id=meeting_id))


def _draft(meeting_id: int, values: dict[str, str], mistakes: dict[str, str], status: int) -> Response:
    meeting = meeting_pages.find_meeting(meeting_id, drafts=True)
    return meeting_pages.draft(meeting, values=values, mistakes=mistakes, status=status)


def _change_form(meeting_id: int, values: dict[str, str], mistakes: dict[str, str], status: int = 200) -> Response:
    meeting = meeting_pages.find_meeting(meeting_id)
    return pages.page(
        "meetings/change.html", status, meeting=meeting, values=values, mistakes=mistakes, version=_version(meeting)
    )


def _version(meeting: Meeting) -> str:
    return versions.token(meetings.shown_place(meeting))


@bp.post("/<slug>/meetings/<int:meeting_id>/answers")
@members_only
def answer(meeting_id: int) -> Response:
    """Answer the call: coming, not coming, somebody comes for me."""
    meeting = meeting_pages.find_meeting(meeting_id)
    wanted = request.form.get("answer", "")
    if wanted in list(RsvpAnswer):
        rsvps.answer(meeting, RsvpAnswer(wanted), act())
    return pages.done(url_for(".show", meeting_id=meeting_id, _anchor="answer"))


@bp.get("/<slug>/meetings/<int:meeting_id>/answers")
@only(*sorted(roles.STAFFS_CHECK_IN))
def answers(meeting_id: int) -> Response:
    """Show who has answered and who has not, group by group."""
    meeting, group = meeting_pages.find_meeting(meeting_id), request.args.get("group", type=ident)
    return pages.page(
        "meetings/answers.html",
        meeting=meeting,
        answers=check_in_queries.answers(meeting_id, since=(since := appointments.answers_since(meeting))),
        group_id=group,
        unanswered=check_in_queries.unanswered(meeting_id, on=today(), since=since, group_id=group),
        groups=roll_queries.groups_of(village().id),
        unit=meeting_pages.unit_of(meeting),
    )


@bp.get("/<slug>/meetings/<int:meeting_id>/live")
@public
def live(meeting_id: int) -> Response:
    """Answer a page that polls with its moving part; 204 where the version in `seen` is the current one."""
    return live_answer(meeting_id, "meetings/_live.html")


def live_answer(meeting_id: int, template: str) -> Response:
    """Answer 204 after one cheap query if nothing moved; else the fragment, rendered once for all readers of a language."""
    version = meeting_queries.screen_version(village().id, meeting_id)
    if version is not None and version == request.args.get("seen"):
        return make_response("", 204)
    kept: dict[tuple[Any, ...], str] = current_app.extensions.setdefault("live_fragments", {})
    name = (village().id, meeting_id, version, template, i18n.language().code, person_or_none() is not None)
    if name not in kept:
        meeting = meeting_pages.find_meeting(meeting_id)
        if meeting.body in meeting_pages.INTERNAL:  # not for everybody, so not kept for everybody
            return pages.page(template, **meeting_pages.live(meeting))
        for old in list(kept)[: max(0, len(kept) + 1 - MOST_KEPT)]:
            kept.pop(old, None)  # another thread may have been faster
        part = kept[name] = pages.render(template, **meeting_pages.live(meeting))
        return make_response(part)
    return make_response(
        kept.get(name) or pages.render(template, **meeting_pages.live(meeting_pages.find_meeting(meeting_id)))
    )


MOST_KEPT = 64
