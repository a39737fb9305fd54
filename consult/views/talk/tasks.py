"""The tasks of a consultation, and one task with its progress and the forms of those who may act on it."""

import secrets
from typing import Any

from flask import Blueprint, Response, abort, request, url_for

from consult.domain import versions
from consult.domain.form_errors import FormError
from consult.domain.people import roles
from consult.domain.people.roll.headers import plain
from consult.domain.talk import tasks as rules
from consult.domain.talk.phases import PhaseAct, opens
from consult.domain.talk.tasks import Stage, TaskState
from consult.models import Consultation, Person, Task, TaskChange, db
from consult.models.board.hidden import in_force
from consult.models.people import person_queries
from consult.models.talk import task_queries
from consult.services.people import villages
from consult.services.talk import task_changes, tasks
from consult.views.talk import consultation_pages
from consult.web import pages
from consult.web.access import (
    act,
    acting_office,
    held_roles,
    members_only,
    only,
    person_or_none,
    public,
    today,
    village,
)
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
    office = acting_office(roles.ANSWERS_PROPOSALS)
    task = tasks.assign(consultation, plan, owner, act(key_from(form)), office=office)
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


@bp.post("/<slug>/tasks/<int:task_id>/corrections")
@only(*sorted(roles.ANSWERS_PROPOSALS))
def correct(task_id: int) -> Response:
    """Correct who is in charge, the day and the budget, with a reason."""
    task, form = _find_task(task_id), request.form.to_dict()
    owner = person_queries.by_code_and_name(village().id, plain(form.get("code", "")), plain(form.get("name", "")))
    terms, reason, mistakes = rules.read_task_terms(form, owner.id if owner else None, kept=task.due_on, today=today())
    if terms is None:
        return _page(task, form, code_words.mistakes(mistakes), status=422)
    task_changes.correct(task, terms, reason, acting_office(roles.ANSWERS_PROPOSALS), act(key_from(form)))
    return pages.done(url_for(".show", task_id=task_id))


@bp.post("/<slug>/tasks/<int:task_id>/withdrawal")
@only(*sorted(roles.ANSWERS_PROPOSALS))
def withdraw(task_id: int) -> Response:
    """Withdraw a task, with a reason. It stays readable."""
    task, form = _find_task(task_id), request.form.to_dict()
    reason, mistakes = rules.read_reason(form, "why_withdrawn")
    if mistakes:
        return _page(task, form, code_words.mistakes(mistakes), status=422)
    task_changes.withdraw(task, reason, acting_office(roles.ANSWERS_PROPOSALS), act(key_from(form)))
    return pages.done(url_for(".show", task_id=task_id))


@bp.post("/<slug>/tasks/<int:task_id>/corrections/<int:change_id>/confirmation")
@only(*sorted(roles.CHANGES_POLLS))
def confirm_change(task_id: int, change_id: int) -> Response:
    """Confirm more money than was decided, as the second person."""
    change = _find_change(task_id, change_id)
    office = acting_office(roles.CHANGES_POLLS, other_than=change.asked_office)
    task_changes.confirm(change, office, act())
    return pages.done(url_for(".show", task_id=task_id))


@bp.post("/<slug>/tasks/<int:task_id>/corrections/<int:change_id>/refusal")
@only(*sorted(roles.CHANGES_POLLS))
def drop_change(task_id: int, change_id: int) -> Response:
    task_changes.drop(_find_change(task_id, change_id), acting_office(roles.CHANGES_POLLS), act())
    return pages.done(url_for(".show", task_id=task_id))


def _find_change(task_id: int, change_id: int) -> TaskChange:
    change = db.session.get(TaskChange, change_id)
    if change is None or change.task_id != _find_task(task_id).id:
        abort(404)
    return change


def _find_task(task_id: int) -> Task:
    task = task_queries.one(village().id, task_id)
    if task is None:
        abort(404)
    return task


def _status(task: Task) -> dict[str, Any]:
    """Return what a row of the list shows of a task: its state, and how many days it is late."""
    state = rules.state_of(task.due_on, task.done_at, task.accepted_at, task.withdrawn_at, today=today())
    return {
        "task": task,
        "state": state,
        "late": rules.days_late(task.due_on, today()) if state is TaskState.LATE else 0,
    }


def _list(consultation: Consultation, values: dict[str, str], mistakes: dict[str, str], status: int = 200) -> Response:
    in_office = roles.holds_any(held_roles(), roles.ANSWERS_PROPOSALS)
    open_ = opens(consultation.phase, PhaseAct.ASSIGN) and consultation_pages.goes_on(consultation)
    return pages.page(
        "talk/tasks/index.html",
        status,
        consultation=consultation,
        proposal=consultation.proposal,
        rows=[_status(task) for task in task_queries.of_consultation(consultation.id)],
        pictures=task_queries.pictures(consultation.id),
        spent=task_queries.spent(consultation.id),
        sums=task_changes.sums_of(consultation),
        may_assign=in_office and open_,
        values=values,
        mistakes=mistakes,
    )


def _page(task: Task, values: dict[str, str], mistakes: dict[str, str], status: int = 200) -> Response:
    reader: Person | None = person_or_none()
    own = reader is not None and reader.id == task.owner_id
    in_office = roles.holds_any(held_roles(), roles.ANSWERS_PROPOSALS)
    own_house = reader is not None and villages.of_one_house(task.owner_id, reader)
    represents = roles.holds_any(held_roles(), roles.ACCEPTS_WORK) and not own_house
    ratings = task_queries.ratings(task.id, reader.id if reader else None)
    consultation, live = consultation_pages.find_consultation(task.consultation_id), task.withdrawn_at is None
    progress, looks = task_queries.progress(task.id), task_queries.acceptances(task.id)
    rests = live and task.accepted_at is None and not opens(consultation.phase, PhaseAct.ASSIGN)
    may_correct = in_office and not own_house and live and task.accepted_at is None
    return pages.page(
        "talk/tasks/show.html",
        status,
        **_status(task),
        consultation=consultation,
        progress=progress,
        hidden=in_force(village().id, [f"progress:{note.id}" for note in progress]),
        reads_hidden=roles.holds_any(held_roles(), roles.READS_HIDDEN),
        spent_fen=sum(note.spent_fen or 0 for note in progress),
        sums=task_changes.sums_of(consultation),
        story=rules.story(progress, looks, task_changes.in_force(task.id)),
        waiting=task_changes.waiting(task.id),
        settles=roles.holds_any(held_roles(), roles.CHANGES_POLLS),
        may_correct=may_correct,
        terms_version=versions.token(task_changes.shown_parts(task)),
        terms=_terms(task) if may_correct else {},
        version=versions.token(tasks.shown_parts(task)),
        ratings=ratings,
        shows_ratings=ratings.satisfied + ratings.unsatisfied >= rules.RATINGS_SHOWN_FROM,
        rests=rests,
        may_note=(own or in_office) and task.accepted_at is None and live and not rests,
        may_look=represents
        and not (reader and reader.id in rules.accepted_by(looks, done_at=task.done_at))
        and task.done_at is not None
        and task.accepted_at is None
        and live
        and not rests,
        may_rate=reader is not None
        and live
        and not own_house
        and rules.may_rate(looks, done_at=task.done_at, rated_at=ratings.mine_at),
        stages=[(s.value, talk_words.stage(s)) for s in Stage],
        needed=rules.still_needed(looks, done_at=task.done_at, owner_id=task.owner_id),
        values={"key": secrets.token_urlsafe(18), **values},
        mistakes=mistakes,
    )


def _terms(task: Task) -> dict[str, str]:
    """Return the fields of the form to correct a task, as they stand now."""
    return {
        "code": villages.home_of(task.owner).code,
        "name": task.owner.name,
        "due_on": task.due_on.isoformat(),
        "budget": "" if task.budget_fen is None else f"{task.budget_fen / 100:.2f}".removesuffix(".00"),
    }
