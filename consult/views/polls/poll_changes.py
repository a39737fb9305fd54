"""Extending, adding by appeal, cancelling: one officer asks, another confirms."""

import secrets
from dataclasses import replace
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, abort, request, url_for

from consult.domain import versions
from consult.domain.form_errors import FormError
from consult.domain.people import roles
from consult.domain.people.roll.headers import plain
from consult.domain.polls import change_requests
from consult.domain.polls.annulments import sources
from consult.domain.polls.change_requests import MOST_DAYS_LONGER, ChangeKind
from consult.domain.polls.polls import COUNTED, PollState
from consult.models import Person, Poll, PollChange, db
from consult.models.people import person_queries
from consult.services.polls import closing, poll_changes
from consult.views.polls.poll_pages import INPUT_TIME, state_of
from consult.views.polls.polls import find_poll
from consult.web import pages
from consult.web.access import act, acting_office, now, only, today, village
from consult.web.forms import key_from
from consult.web.uploads import photo_of_paper
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
    zone = ZoneInfo(village().timezone)
    wanted, mistakes = change_requests.read_change_form(form, zone=zone, body=poll.body, today=today())
    if wanted.kind is ChangeKind.ADDITION:
        added = person_queries.by_code_and_name(village().id, plain(form.get("code", "")), plain(form.get("name", "")))
        if added is None:
            mistakes["name"] = FormError.NOBODY_THERE
        wanted = replace(wanted, person_id=added.id if added else None)
    if wanted.kind is ChangeKind.ANNULMENT:
        photo, wrong = photo_of_paper(form)
        if not photo:
            mistakes["picture"] = wrong or FormError.PICTURE_MISSING
        elif wanted.ruling is not None:
            wanted = replace(wanted, ruling=replace(wanted.ruling, picture=photo))
    if mistakes:
        return _changes_page(poll, form, code_words.mistakes(mistakes), status=422)
    poll_changes.ask(poll, wanted, acting_office(roles.CHANGES_POLLS), act(key_from(form)))
    return pages.done(url_for(".index", poll_id=poll_id))


@bp.post("/<slug>/polls/<int:poll_id>/changes/<int:change_id>/confirmation")
@only(*CHANGERS)
def confirm(poll_id: int, change_id: int) -> Response:
    change = _find(poll_id, change_id)
    office = acting_office(roles.CHANGES_POLLS, other_than=change.asked_office)
    poll_changes.confirm(change, office, act())
    return pages.done(url_for("polls.show", poll_id=poll_id))


@bp.post("/<slug>/polls/<int:poll_id>/changes/<int:change_id>/refusal")
@only(*CHANGERS)
def drop(poll_id: int, change_id: int) -> Response:
    poll_changes.drop(_find(poll_id, change_id), acting_office(roles.CHANGES_POLLS), act())
    return pages.done(url_for(".index", poll_id=poll_id))


@bp.get("/<slug>/polls/<int:poll_id>/changes/<int:change_id>.jpg")
@only(*CHANGERS)
def picture(poll_id: int, change_id: int) -> Response:
    """Show the photo of the paper by which a vote is annulled, before it is confirmed and afterwards."""
    return pages.photo(_find(poll_id, change_id).picture)


def _find(poll_id: int, change_id: int) -> PollChange:
    change = db.session.get(PollChange, change_id)
    if change is None or change.poll_id != find_poll(poll_id).id:
        abort(404)
    return change


def _changes_page(poll: Poll, values: dict[str, str], mistakes: dict[str, str], status: int = 200) -> Response:
    zone = ZoneInfo(village().timezone)
    asked = poll_changes.waiting(poll.id, now=now())
    names = person_queries.names([change.asked_by for change in asked])
    waiting = [(change, names[change.asked_by]) for change in asked]
    counted = state_of(poll) in COUNTED and poll.tally is not None
    usual = {
        "key": secrets.token_urlsafe(18),
        "kind": ChangeKind.ANNULMENT.value if counted else ChangeKind.EXTENSION.value,
        "closes_at": poll.closes_at.astimezone(zone).strftime(INPUT_TIME),
    }
    return pages.page(
        "polls/poll_changes/index.html",
        status,
        poll=poll,
        version=versions.token(poll_changes.shown_parts(poll)),
        state=state_of(poll),
        kinds=_kinds(poll),
        annullers=[(by.value, code_words.annuller(by.value)) for by in sources(poll.body)],
        waiting=waiting,
        added={one.person_id: db.session.get_one(Person, one.person_id) for one in asked if one.person_id},
        changes=poll_changes.confirmed(poll.id),
        values={**usual, **values},
        mistakes=mistakes,
        most_days=MOST_DAYS_LONGER,
    )


def _kinds(poll: Poll) -> list[str]:
    """Return the changes that are possible in the state of a poll: before its close, counted, or where it cannot be."""
    state = state_of(poll)
    if state in (PollState.ANNOUNCED, PollState.OPEN):
        of_meeting = poll.meeting_poll is not None
        kinds = (
            [ChangeKind.CANCELLATION] if of_meeting else [one for one in ChangeKind if one is not ChangeKind.ANNULMENT]
        )
    elif state in (PollState.CLOSED, PollState.DECLARED):
        uncountable = closing.fault_of(poll) is not None
        annuls = [ChangeKind.ANNULMENT] if poll.tally is not None and sources(poll.body) else []
        kinds = [ChangeKind.CANCELLATION] if uncountable else annuls
    else:
        kinds = []
    return [one.value for one in kinds]
