"""Carrying out a resolution: assigning tasks, noting progress, acceptance by two representatives, villagers' ratings."""

from typing import Any

from consult.domain import versions
from consult.domain.audit import Tag, sha256
from consult.domain.messages.notifications import NotificationEvent
from consult.domain.people.roles import ACCEPTS_WORK
from consult.domain.refusals import Reason, Refused
from consult.domain.talk import tasks as rules
from consult.domain.talk.phases import PhaseAct
from consult.domain.talk.tasks import ProgressNote, Stage, TaskPlan
from consult.models import Acceptance, Consultation, Person, Progress, Rating, Task, Village, db
from consult.models.people.role_queries import holders
from consult.models.talk import task_queries
from consult.models.talk.participant_queries import participants
from consult.services.core import audit, transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.messages import notifications
from consult.services.people.villages import local_day
from consult.services.talk import consultations, phases


@atomic
def assign(consultation: Consultation, plan: TaskPlan, owner: Person, act: Act) -> Task:
    """Assign a task to its owner. The same key assigns one. Raises Refused unless it is being carried out."""
    transactions.lock(consultation)
    earlier = transactions.earlier(Task, act.key, made_by=act.actor_id)
    if earlier is not None:
        return earlier
    phases.refuse_unless_open(consultation, PhaseAct.ASSIGN)
    task = Task(
        village_id=act.village_id,
        consultation_id=consultation.id,
        title=plan.title,
        language=act.language,
        owner_id=owner.id,
        due_on=plan.due_on,
        budget_fen=plan.budget_fen,
        request_key=act.key,
        made_by=act.actor_id,
        made_at=act.now,
    )
    db.session.add(task)
    db.session.flush()
    _tell(task, {owner.id}, NotificationEvent.DUTY, "task_given", act)
    _record(Tag.TASK_MADE, task, act, owner=owner.id, due_on=plan.due_on.isoformat(), budget=plan.budget_fen)
    return task


@atomic
def note_progress(
    task: Task, note: ProgressNote, act: Act, *, in_office: bool, picture: tuple[str, str] | None = None
) -> None:
    """Note progress, as the task's owner or an officer. DONE calls the representatives. The same key notes once.

    `picture`: the name of a stored picture and its description. Raises Refused.
    """
    transactions.lock(task)
    if transactions.earlier(Progress, act.key) is not None:
        return
    if act.actor_id != task.owner_id and not in_office:
        raise Refused(Reason.NOT_TASK_OWNER)
    if task.accepted_at is not None:
        raise Refused(Reason.WORK_ACCEPTED)
    progress = Progress(
        village_id=act.village_id,
        task_id=task.id,
        stage=note.stage,
        text=note.text,
        language=act.language,
        spent_fen=note.spent_fen,
        request_key=act.key,
        noted_by=act.actor_id,
        noted_at=act.now,
        picture=consultations.picture_row(*picture, act.village_id) if picture else None,
    )
    db.session.add(progress)
    db.session.flush()
    if note.stage is Stage.DONE:
        _call_representatives(task, progress, act)
    _record(Tag.PROGRESS_NOTED, task, act, stage=note.stage.value, spent=note.spent_fen, digest=sha256(note.text))


def _call_representatives(task: Task, progress: Progress, act: Act) -> None:
    task.done_at = act.now
    village = db.session.get_one(Village, task.village_id)
    representatives = holders(village.id, ACCEPTS_WORK, on=local_day(village, act.now)) - {task.owner_id}
    _tell(task, representatives, NotificationEvent.DUTY, "work_to_accept", act, subject=f"progress:{progress.id}")


@atomic
def inspect(task: Task, accepted: bool, words: str, act: Act) -> None:
    """Accept the work as a representative, or send it back with a word why. The same key inspects once.

    Two different representatives who accept since the work was done end the task. Raises Refused.
    """
    transactions.lock(task)
    if transactions.earlier(Acceptance, act.key) is not None:
        return
    if act.actor_id == task.owner_id:
        raise Refused(Reason.OWNER_CANNOT_ACCEPT)
    if task.accepted_at is not None:
        raise Refused(Reason.WORK_ACCEPTED)
    if task.done_at is None:
        raise Refused(Reason.WORK_NOT_DONE)
    versions.refuse_unless_same(act.seen, shown_parts(task))
    db.session.add(
        Acceptance(
            village_id=act.village_id,
            task_id=task.id,
            person_id=act.actor_id,
            accepted=accepted,
            words=words,
            request_key=act.key,
            looked_at=act.now,
        )
    )
    db.session.flush()
    if accepted:
        _finish_if_accepted(task, act)
    else:
        _send_back(task, act)
    _record(Tag.WORK_LOOKED_AT, task, act, accepted=accepted, digest=sha256(words))


def shown_parts(task: Task) -> dict[str, object]:
    """Return what the page of a task shows of the work, as it is now."""
    return {"work": [one.id for one in task_queries.progress(task.id)]}


def _send_back(task: Task, act: Act) -> None:
    task.done_at = None
    subject = f"back:{task.id}:{act.now.timestamp():.0f}"
    _tell(task, {task.owner_id}, NotificationEvent.DUTY, "work_sent_back", act, subject=subject)


def _finish_if_accepted(task: Task, act: Act) -> None:
    """Mark the task as accepted when enough different people have accepted it since the work was done."""
    since = [row for row in task_queries.acceptances(task.id) if task.done_at and row.looked_at >= task.done_at]
    if len({row.person_id for row in since if row.accepted}) >= rules.ACCEPTANCES_NEEDED:
        task.accepted_at = act.now
        people = participants(task.consultation_id) | {task.owner_id}
        _tell(task, people, NotificationEvent.DECIDED, "work_accepted", act)


@atomic
def rate(task: Task, satisfied: bool, words: str, act: Act) -> None:
    """Rate the work, once for each villager: the first rating stays. Raises Refused before the work is done."""
    transactions.lock(task)
    if task.done_at is None:
        raise Refused(Reason.WORK_NOT_DONE)
    if db.session.get(Rating, (task.id, act.actor_id)) is None:
        db.session.add(
            Rating(
                task_id=task.id,
                person_id=act.actor_id,
                village_id=act.village_id,
                satisfied=satisfied,
                words=words,
                rated_at=act.now,
            )
        )
        db.session.flush()
        _record(Tag.WORK_RATED, task, act)


def _tell(task: Task, people: set[int], event: NotificationEvent, kind: str, act: Act, *, subject: str = "") -> None:
    notifications.tell(
        people,
        event,
        subject or f"task:{task.id}",
        village_id=task.village_id,
        consultation_id=task.consultation_id,
        now=act.now,
        kind=kind,
        title=task.title,
        task=task.id,
    )


def _record(tag: Tag, task: Task, act: Act, **facts: Any) -> None:
    audit.record(tag, f"task:{task.id}", act, **facts)
