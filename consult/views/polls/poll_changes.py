"""Extending, adding by appeal, cancelling: one officer asks, another confirms."""

import secrets
from dataclasses import replace
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, abort, request, url_for

from consult.domain import versions
from consult.domain.form_errors import FormError
from consult.domain.people import roles
from consult.domain.people.roll_headers import plain
from consult.domain.polls import change_requests
from consult.domain.polls.change_requests import ChangeKind
from consult.models import Poll, PollChange, db
from consult.models.people import person_queries
from consult.services.polls import poll_changes
from consult.views.polls.poll_pages import INPUT_TIME, state_of
from consult.views.polls.polls import find_poll
from consult.web import pages
from consult.web.access import act, acting_office, now, only, village
from consult.web.forms import key_from
from consult.web.words import code_words

bp = Blueprint("poll_changes", __name__)
CHANGERS = sorted(roles.CHANGES_POLLS)


@bp.get("/<slug>/polls/<int:poll_id>/changes/")
@only(*CHANGERS)
def index(poll_id: int) -> Response:
    return _changes_page(find_poll(poll_id), {}, {})


@bp.post("/<slug>/polls/<int:poll_id>/changes/")
@only(*CHANGERS)
def create(poll_id: int) -> Response:
    poll, form = find_poll(poll_id), request.form.to_dict()
    wanted, mistakes = change_requests.read_change_form(form, zone=ZoneInfo(village().timezone))
    if wanted.kind is ChangeKind.ADDITION:
        added = person_queries.by_code_and_name(village().id, plain(form.get("code", "")), plain(form.get("name", "")))
        if added is None:
            mistakes["name"] = FormError.NOBODY_THERE
        wanted = replace(wanted, person_id=added.id if added else None)
    if mistakes:
        return _changes_page(poll, form, code_words.mistakes(mistakes), status=422)
    poll_changes.ask(poll, wanted, acting_office(roles.CHANGES_POLLS), act(key_from(form)))
    return pages.done(url_for(".index", poll_id=poll_id))


@bp.post("/<slug>/polls/<int:poll_id>/changes/<int:change_id>/confirmation")
@only(*CHANGERS)
def confirm(poll_id: int, change_id: int) -> Response:
    change = db.session.get(PollChange, change_id)
    if change is None or change.poll_id != find_poll(poll_id).id:
        abort(404)
    office = acting_office(roles.CHANGES_POLLS, other_than=change.asked_office)
    poll_changes.confirm(change, office, act())
    return pages.done(url_for("polls.show", poll_id=poll_id))


def _changes_page(poll: Poll, values: dict[str, str], mistakes: dict[str, str], status: int = 200) -> Response:
    zone = ZoneInfo(village().timezone)
    asked = poll_changes.waiting(poll.id, now=now())
    names = person_queries.names([change.asked_by for change in asked])
    waiting = [(change, names[change.asked_by]) for change in asked]
    usual = {
        "key": secrets.token_urlsafe(18),
        "kind": ChangeKind.EXTENSION.value,
        "closes_at": poll.closes_at.astimezone(zone).strftime(INPUT_TIME),
    }
    return pages.page(
        "polls/poll_changes/index.html",
        status,
        poll=poll,
        version=versions.token(poll_changes.shown_parts(poll)),
        state=state_of(poll),
        waiting=waiting,
        changes=poll_changes.confirmed(poll.id),
        values={**usual, **values},
        mistakes=mistakes,
    )
