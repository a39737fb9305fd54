"""Correcting and withdrawing a mistaken task, with a reason; both versions stay. Money beyond the decision takes two.

A council or committee member, or the secretary, corrects or withdraws, and nobody of the house of the one in charge. A
budget beyond the decided sum is refused: it passes the gates of the law first. Within what the charter lets the committee
spend without a vote it waits for a second person of another office. Handing out the same task anew with more money is no
way round it (tasks.assign).
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import joinedload

from consult.domain import versions
from consult.domain.audit import Tag, sha256
from consult.domain.law import spending
from consult.domain.messages.notifications import NotificationEvent
from consult.domain.people.roles import ANSWERS_PROPOSALS, CHANGES_POLLS, Role
from consult.domain.people.two_persons import RequestState
from consult.domain.people.waiting import Wait, acting_office
from consult.domain.refusals import Reason, Refused
from consult.domain.talk.tasks import Sums, TaskChangeEnd, TaskChangeKind, TaskTerms
from consult.models import Consultation, Task, TaskChange, TaskChangeStep, Village, db
from consult.models.talk import consultation_queries, task_queries
from consult.services.core import audit, transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.people import villages
from consult.services.people.two_persons import second_persons
from consult.services.people.two_persons.requests import RequestKind, asked_of
from consult.services.people.two_persons.second_persons import Wanted
from consult.services.talk import money, task_messages


@atomic
def correct(task: Task, terms: TaskTerms, reason: str, office: str, act: Act) -> TaskChange:
    """Correct who is in charge, the day and the budget. The same key corrects once. Raises Refused.

    It holds at once, or waits for a second person where `takes_two` says so.
    """
    consultation = _lock(task)
    earlier = transactions.earlier(TaskChange, act.key, task_id=task.id)
    if earlier is not None:
        return earlier
    _refuse_unless_changeable(task, office, act)
    versions.refuse_unless_same(act.seen, shown_parts(task))
    if terms == terms_of(task):
        raise Refused(Reason.NOTHING_CHANGES)
    villages.refuse_own_matter(terms.owner_id, act)
    two = takes_two(consultation, terms, act, before=terms_of(task))
    change = _add(task, TaskChangeKind.CORRECTION, act, terms=terms, reason=reason, office=office, needs_second=two)
    if two:
        second_persons.tell(_wanted(task, change), act)
        record_asked(change, act)
    else:
        _apply(task, change, act)
        _record_corrected(change, act)
    return change


def takes_two(consultation: Consultation, terms: TaskTerms, act: Act, *, before: TaskTerms | None = None) -> bool:
    """Tell whether the money of a task takes a second person. Raises Refused where nobody has decided it.

    `before`: the terms that hold now; None: the task is new.
    """
    old, new = (before.budget_fen if before else None) or 0, terms.budget_fen or 0
    if new <= old:
        return False
    total, ceiling = sums_of(consultation).with_budget(old, new), money.ceiling_of(consultation, now=act.now)
    if reason := spending.why_not_spent(total, ceiling):
        raise Refused(reason)
    return spending.takes_two(total, ceiling)


@atomic
def withdraw(task: Task, reason: str, office: str, act: Act) -> None:
    """Withdraw a task that was a mistake or is no longer needed. Twice is the same as once. Raises Refused."""
    _lock(task)
    if task.withdrawn_at is not None:
        return
    _refuse_unless_changeable(task, office, act)
    versions.refuse_unless_same(act.seen, shown_parts(task))
    change = _add(
        task,
        TaskChangeKind.WITHDRAWAL,
        act,
        terms=terms_of(task),
        reason=reason,
        office=office,
        needs_second=False,
    )
    task.withdrawn_at = act.now
    told = {task.owner_id} - {act.actor_id}
    task_messages.tell(task, told, NotificationEvent.DUTY, "task_withdrawn", act, subject=f"task_change:{change.id}")
    second_persons.over(Wait.WORK, task_queries.done_notes(task.id), act)
    second_persons.over(Wait.TASK_CHANGE, [one.id for one in waiting(task.id)], act)
    audit.record(Tag.TASK_WITHDRAWN, f"task:{task.id}", act, change=change.id, digest=sha256(reason))


def ask_for_money(task: Task, budget_fen: int | None, office: str, act: Act) -> TaskChange:
    """Ask for the budget of a new task that takes a second person, in the unit of work at hand."""
    terms = TaskTerms(task.owner_id, task.due_on, budget_fen)
    own = replace(act, key=f"{act.key}-money")  # the task itself has the key of the form
    office = office or acting_office(_held(act), ANSWERS_PROPOSALS)
    change = _add(task, TaskChangeKind.CORRECTION, own, terms=terms, reason="", office=office, needs_second=True)
    second_persons.tell(_wanted(task, change), act)
    return change


@atomic
def confirm(change: TaskChange, office: str, act: Act) -> None:
    """Confirm money that no vote decided, within the charter's sum, as the second person. Twice is the same as once.

    Raises Refused.
    """
    task = db.session.get_one(Task, change.task_id)
    consultation = _lock(task)
    if REQUESTS.was_confirmed(change):
        return
    if not change.needs_second:
        raise LookupError(f"change {change.id} waits for nobody")
    _refuse_closed(task)
    REQUESTS.refuse_second(change, office, act)
    if act.actor_id == change.owner_id:
        raise Refused(Reason.OWN_RIGHT)
    villages.refuse_own_matter(change.owner_id, act)
    before = terms_of(task)
    if before != TaskTerms(change.old_owner_id, change.old_due_on, change.old_budget_fen):
        raise Refused(Reason.CHANGED_MEANWHILE, parts=["task"])
    takes_two(consultation, TaskTerms(change.owner_id, change.due_on, change.budget_fen), act, before=before)
    _end(change, TaskChangeEnd.CONFIRMED, act, office)
    _apply(task, change, act)
    _record_corrected(change, act)


@atomic
def drop(change: TaskChange, office: str, act: Act) -> None:
    """Drop more money that waits, as one of the officers. Twice is the same as once. Raises Refused."""
    task = db.session.get_one(Task, change.task_id)
    _lock(task)
    if not change.needs_second:
        raise Refused(Reason.RIGHT_IN_FORCE)
    if REQUESTS.may_be_dropped(change):
        villages.refuse_without_office(office, act, CHANGES_POLLS)
        _drop(task, change, TaskChangeEnd.DROPPED, act, office)


def _task_of(change: TaskChange) -> Task:
    return db.session.get_one(Task, change.task_id)


def _of_tasks_that_are_over(_now: datetime) -> tuple[ColumnElement[bool], ...]:
    over = select(Task.id).where(or_(Task.withdrawn_at.is_not(None), Task.accepted_at.is_not(None)))
    return (TaskChange.task_id.in_(over),)


def _is_over(change: TaskChange, _past: datetime) -> bool:
    task = _task_of(change)
    return task.withdrawn_at is not None or task.accepted_at is not None


def _state(change: TaskChange) -> RequestState:
    step = db.session.get(TaskChangeStep, change.id, populate_existing=True)
    return RequestState(step.step.value) if step is not None else RequestState.WAITS


def _drop(task: Task, change: TaskChange, end: TaskChangeEnd, act: Act, office: str) -> None:
    _end(change, end, act, office)
    task_messages.tell(
        task,
        {change.asked_by} - {act.actor_id},
        NotificationEvent.DUTY,
        f"task_change_{end.value}",
        act,
        subject=f"task_change_ended:{change.id}",
    )
    audit.record(Tag.TASK_CHANGE_ENDED, f"task:{task.id}", act, change=change.id, end=end.value)


def _end(change: TaskChange, end: TaskChangeEnd, act: Act, office: str) -> None:
    row = TaskChangeStep(
        change_id=change.id,
        village_id=change.village_id,
        step=end,
        asked_by=change.asked_by,
        asked_office=change.asked_office,
        done_by=act.actor_id,
        done_office=office,
        done_at=act.now,
    )
    db.session.add(row)
    db.session.flush()
    second_persons.over(Wait.TASK_CHANGE, [change.id], act)


def _add(
    task: Task, kind: TaskChangeKind, act: Act, *, terms: TaskTerms, reason: str, office: str, needs_second: bool
) -> TaskChange:
    change = TaskChange(
        village_id=task.village_id,
        task_id=task.id,
        kind=kind,
        owner_id=terms.owner_id,
        due_on=terms.due_on,
        budget_fen=terms.budget_fen,
        old_owner_id=task.owner_id,
        old_due_on=task.due_on,
        old_budget_fen=task.budget_fen,
        needs_second=needs_second,
        reason=reason,
        language=act.language,
        request_key=act.key,
        asked_by=act.actor.id,
        asked_office=office,
        asked_at=act.now,
    )
    db.session.add(change)
    db.session.flush()
    return change


def _apply(task: Task, change: TaskChange, act: Act) -> None:
    """Put a correction into force, and tell who was and who is in charge."""
    task.owner_id, task.due_on, task.budget_fen = change.owner_id, change.due_on, change.budget_fen
    db.session.flush()
    subject = f"task_change:{change.id}"
    told = {change.old_owner_id, change.owner_id} - {act.actor_id}
    if change.owner_id != change.old_owner_id:
        task_messages.tell(task, told & {change.owner_id}, NotificationEvent.DUTY, "task_given", act, subject=subject)
        told -= {change.owner_id}
    task_messages.tell(task, told, NotificationEvent.DUTY, "task_corrected", act, subject=subject)


def _wanted(task: Task, change: TaskChange) -> Wanted:
    return Wanted(
        kind=Wait.TASK_CHANGE,
        id=change.id,
        asked=asked_of(change),
        about=change.owner_id,
        homes=frozenset({change.owner.household_id} if change.owner.household_id is not None else ()),
        facts={"kind": "second_money", "title": task.title, "task": task.id},
    )


def record_asked(change: TaskChange, act: Act) -> None:
    """Log that more money than was decided was asked for. Call it last."""
    facts = {"budget": change.budget_fen, "office": change.asked_office, "digest": sha256(change.reason)}
    audit.record(Tag.TASK_CHANGE_ASKED, f"task:{change.task_id}", act, change=change.id, **facts)


def _record_corrected(change: TaskChange, act: Act) -> None:
    audit.record(
        Tag.TASK_CORRECTED,
        f"task:{change.task_id}",
        act,
        change=change.id,
        owner=change.owner_id,
        due_on=change.due_on.isoformat(),
        budget=change.budget_fen,
        persons=sorted({change.asked_by, act.actor.id}),
        digest=sha256(change.reason),
    )


def _lock(task: Task) -> Consultation:
    """Lock the consultation, in which the budgets are added up, and then the task."""
    consultation = db.session.get_one(Consultation, task.consultation_id)
    transactions.lock(consultation)
    transactions.lock(task)
    return consultation


def _refuse_unless_changeable(task: Task, office: str, act: Act) -> None:
    _refuse_closed(task)
    villages.refuse_without_office(office, act, ANSWERS_PROPOSALS)
    if act.actor_id == task.owner_id:
        raise Refused(Reason.OWNER_CANNOT_CHANGE)
    villages.refuse_own_matter(task.owner_id, act)


def _refuse_closed(task: Task) -> None:
    if task.accepted_at is not None:
        raise Refused(Reason.WORK_ACCEPTED)
    if task.withdrawn_at is not None:
        raise Refused(Reason.TASK_WITHDRAWN)


def _held(act: Act) -> frozenset[Role]:
    village = db.session.get_one(Village, act.village_id)
    return villages.roles_of(act.actor, on=villages.local_day(village, act.now))


def sums_of(consultation: Consultation) -> Sums:
    """Return what was decided for a resolution, what its tasks take, and what was spent."""
    budgets, spent = task_queries.sums(consultation.id)
    return Sums(consultation_queries.decided_fen(consultation), budgets, spent)


def terms_of(task: Task) -> TaskTerms:
    """Return what may be corrected, as it stands now."""
    return TaskTerms(task.owner_id, task.due_on, task.budget_fen)


def shown_parts(task: Task) -> dict[str, object]:
    """Return what the forms to correct and to withdraw show of a task, as it is now."""
    return {"task": [task.owner_id, task.due_on.isoformat(), task.budget_fen, task.withdrawn_at is not None]}


def _open() -> tuple[ColumnElement[bool], ...]:
    return TaskChange.needs_second.is_(True), TaskChange.id.not_in(select(TaskChangeStep.change_id))


REQUESTS = RequestKind(
    name="more money for a task",
    model=TaskChange,
    confirmed_by=CHANGES_POLLS,
    state=_state,
    waiting=_open,
    lock=lambda change: _lock(_task_of(change)),
    end=lambda change, end, act: _drop(_task_of(change), change, TaskChangeEnd(end.value), act, ""),
    over=_of_tasks_that_are_over,
    is_over=_is_over,
)
lapse_due = REQUESTS.lapse_due


def waiting(task_id: int) -> Sequence[TaskChange]:
    """Return the changes of a task that wait for a second person, the oldest first."""
    query = select(TaskChange).where(TaskChange.task_id == task_id, *_open())
    return db.session.scalars(query.order_by(TaskChange.id)).all()


def in_force(task_id: int) -> Sequence[TaskChange]:
    """Return the corrections and the withdrawal of a task that hold or held, the oldest first."""
    confirmed = select(TaskChangeStep.change_id).where(TaskChangeStep.step == TaskChangeEnd.CONFIRMED)
    query = select(TaskChange).where(
        TaskChange.task_id == task_id, or_(~TaskChange.needs_second, TaskChange.id.in_(confirmed))
    )
    names = (joinedload(TaskChange.owner), joinedload(TaskChange.old_owner))
    return db.session.scalars(query.options(*names).order_by(TaskChange.id)).all()
