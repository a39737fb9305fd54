"""The tasks of a consultation, and one task with its progress and the forms of those who may act on it."""

import secrets
from typing import Any

from flask import Blueprint, Response, abort, request, url_for

from consult.domain import versions
from consult.domain.form_errors import FormError
from consult.domain.people import roles
from consult.domain.people.roll_headers import plain
from consult.domain.talk import tasks as rules
from consult.domain.talk.phases import PhaseAct, opens
from consult.domain.talk.tasks import Stage, TaskState
from consult.models import Consultation, Person, Task
from consult.models.people import person_queries
from consult.models.talk import task_queries
from consult.services.talk import tasks
from consult.views.talk import consultation_pages
from consult.web import pages
from consult.web.access import act, held_roles, members_only, only, person_or_none, public, today, village
from consult.web.forms import key_from
from consult.web.uploads import one_picture
from consult.web.words import code_words, talk_words

bp = Blueprint("tasks", __name__)


@bp.get("/<slug>/consultations/<int:consultation_id>/tasks/")
@public
def index(consultation_id: int) -> Response:
    return _list(consultation_pages.find_consultation(consultation_id), {"key": secrets.token_urlsafe(18)}, {})


@bp.post("/<slug>/consultations/<int:consultation_id>/tasks/")
@only(*sorted(roles.ANSWERS_PROPOSALS))
def create(consultation_id: int) -> Response:
    consultation, form = consultation_pages.find_consultation(consultation_id), request.form.to_dict()
    plan, mistakes = rules.read_task_plan(form, today=today())
    owner = person_queries.by_code_and_name(village().id, plain(form.get("code", "")), plain(form.get("name", "")))
    if owner is None:
        mistakes["name"] = FormError.NOBODY_THERE
    if plan is None or owner is None:
        return _list(consultation, form, code_words.mistakes(mistakes), status=422)
    task = tasks.assign(consultation, plan, owner, act(key_from(form)))
    return pages.done(url_for(".show", task_id=task.id))


@bp.get("/<slug>/tasks/<int:task_id>", endpoint="show")
@public
def show_task(task_id: int) -> Response:
    return _page(_find_task(task_id), {}, {})


@bp.post("/<slug>/tasks/<int:task_id>/progress")
@members_only
def note_progress(task_id: int) -> Response:
    task, form = _find_task(task_id), request.form.to_dict()
    note, mistakes = rules.read_progress_note(form)
    picture, wrong = one_picture(form)
    if note is None or wrong:
        return _page(task, form, code_words.mistakes(mistakes | wrong), status=422)
    tasks.note_progress(
        task,
        note,
        act(key_from(form)),
        in_office=roles.holds_any(held_roles(), roles.ANSWERS_PROPOSALS),
        picture=picture,
    )
    return pages.done(url_for(".show", task_id=task_id))


@bp.post("/<slug>/tasks/<int:task_id>/acceptances", endpoint="look_at")
@only(*sorted(roles.ACCEPTS_WORK))
def inspect(task_id: int) -> Response:
    task, form = _find_task(task_id), request.form.to_dict()
    opinion, mistakes = rules.read_yes_or_no(form, "accepted")
    if opinion is None:
        return _page(task, form, code_words.mistakes(mistakes), status=422)
    tasks.inspect(task, *opinion, act(key_from(form)))
    return pages.done(url_for(".show", task_id=task_id))


@bp.post("/<slug>/tasks/<int:task_id>/ratings")
@members_only
def rate(task_id: int) -> Response:
    task, form = _find_task(task_id), request.form.to_dict()
    opinion, mistakes = rules.read_yes_or_no(form, "satisfied")
    if opinion is None:
        return _page(task, form, code_words.mistakes(mistakes), status=422)
    tasks.rate(task, *opinion, act())
    return pages.done(url_for(".show", task_id=task_id))


def _find_task(task_id: int) -> Task:
    task = task_queries.one(village().id, task_id)
    if task is None:
        abort(404)
    return task


def _status(task: Task) -> dict[str, Any]:
    """Return what a row of the list shows of a task: its state, and how many days it is late."""
    state = rules.state_of(task.due_on, task.done_at, task.accepted_at, today=today())
    return {
        "task": task,
        "state": state,
        "late": rules.days_late(task.due_on, today()) if state is TaskState.LATE else 0,
    }


def _list(consultation: Consultation, values: dict[str, str], mistakes: dict[str, str], status: int = 200) -> Response:
    in_office = roles.holds_any(held_roles(), roles.ANSWERS_PROPOSALS)
    open_ = opens(consultation.phase, PhaseAct.ASSIGN) and not consultation_pages.is_ended(consultation)
    return pages.page(
        "talk/tasks/index.html",
        status,
        consultation=consultation,
        proposal=consultation.proposal,
        rows=[_status(task) for task in task_queries.of_consultation(consultation.id)],
        pictures=task_queries.pictures(consultation.id),
        spent=task_queries.spent(consultation.id),
        may_assign=in_office and open_,
        values=values,
        mistakes=mistakes,
    )


def _page(task: Task, values: dict[str, str], mistakes: dict[str, str], status: int = 200) -> Response:
    reader: Person | None = person_or_none()
    own = reader is not None and reader.id == task.owner_id
    in_office = roles.holds_any(held_roles(), roles.ANSWERS_PROPOSALS)
    represents = roles.holds_any(held_roles(), roles.ACCEPTS_WORK) and not own
    ratings = task_queries.ratings(task.id, reader.id if reader else None)
    return pages.page(
        "talk/tasks/show.html",
        status,
        **_status(task),
        consultation=consultation_pages.find_consultation(task.consultation_id),
        progress=task_queries.progress(task.id),
        version=versions.token(tasks.shown_parts(task)),
        looks=task_queries.acceptances(task.id),
        ratings=ratings,
        shows_ratings=ratings.satisfied + ratings.unsatisfied >= rules.RATINGS_SHOWN_FROM,
        may_note=(own or in_office) and task.accepted_at is None,
        may_look=represents and task.done_at is not None and task.accepted_at is None,
        may_rate=reader is not None and task.done_at is not None and not ratings.mine,
        stages=[(s.value, talk_words.stage(s)) for s in Stage],
        needed=rules.ACCEPTANCES_NEEDED,
        values={"key": secrets.token_urlsafe(18), **values},
        mistakes=mistakes,
    )
