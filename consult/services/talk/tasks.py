"""Carrying out a resolution: handing out tasks, noting progress, two representatives looking, villagers rating."""

from datetime import datetime

from sqlalchemy import select

from consult.domain.audit import Tag, sha256
from consult.domain.messages.notifications import NotificationEvent
from consult.domain.people.roles import ACCEPTS_WORK
from consult.domain.refusals import Reason, Refused
from consult.domain.talk import tasks as rules
from consult.domain.talk.phases import PhaseAct
from consult.domain.talk.tasks import Note, Stage, TaskPlan
from consult.models import Acceptance, Consultation, Person, Progress, Rating, Task, Village, db
from consult.models.talk import task_queries
from consult.models.talk.participant_queries import holders, participants
from consult.services.core import audit, transactions
from consult.services.messages import notifications
from consult.services.people.villages import local_day
from consult.services.talk import consultations, phases


def assign(
    consultation: Consultation, plan: TaskPlan, owner: Person, actor: Person, *, language: str, key: str, now: datetime
) -> Task:
    """Hand out a task. The same key hands out one. Raises Refused unless the consultation is being carried out."""
    earlier = db.session.scalar(select(Task).where(Task.request_key == key, Task.made_by == actor.id))
    if earlier is not None:
        return earlier
    phases.refuse_unless_open(consultation, PhaseAct.ASSIGN)
    task = Task(
        village_id=actor.village_id,
        consultation_id=consultation.id,
        title=plan.title,
        language=language,
        owner_id=owner.id,
        due_on=plan.due_on,
        budget_fen=plan.budget_fen,
        request_key=key,
        made_by=actor.id,
        made_at=now,
    )
    db.session.add(task)
    db.session.flush()
    _tell(task, {owner.id}, NotificationEvent.DUTY, "task_given", now)
    _record(Tag.TASK_MADE, task, actor, now, owner=owner.id, due_on=plan.due_on.isoformat(), budget=plan.budget_fen)
    transactions.commit()
    return task


def note_progress(
    task: Task,
    note: Note,
    actor: Person,
    *,
    in_office: bool,
    language: str,
    key: str,
    now: datetime,
    picture: tuple[str, str] | None = None,
) -> None:
    """What was done, by the person in charge or an officer. DONE calls the representatives. The same key notes once."""
    if db.session.scalar(select(Progress.id).where(Progress.request_key == key)) is not None:
        return
    transactions.lock(task)
    if actor.id != task.owner_id and not in_office:
        raise Refused(Reason.NOT_TASK_OWNER)
    if task.accepted_at is not None:
        raise Refused(Reason.WORK_ACCEPTED)
    progress = Progress(
        village_id=actor.village_id,
        task_id=task.id,
        stage=note.stage.value,
        text=note.text,
        language=language,
        spent_fen=note.spent_fen,
        request_key=key,
        noted_by=actor.id,
        noted_at=now,
        picture=consultations.picture_row(*picture, actor.village_id) if picture else None,
    )
    db.session.add(progress)
    db.session.flush()
    if note.stage is Stage.DONE:
        task.done_at = now
        village = db.session.get_one(Village, task.village_id)
        representatives = holders(village.id, ACCEPTS_WORK, on=local_day(village, now)) - {task.owner_id}
        _tell(task, representatives, NotificationEvent.DUTY, "work_to_accept", now, subject=f"progress:{progress.id}")
    _record(
        Tag.PROGRESS_NOTED, task, actor, now, stage=note.stage.value, spent=note.spent_fen, digest=sha256(note.text)
    )
    transactions.commit()


def look_at(task: Task, accepted: bool, words: str, actor: Person, *, key: str, now: datetime) -> None:
    """A representative accepts the work, or sends it back with a word why. Two who accept end it. Raises Refused."""
    if db.session.scalar(select(Acceptance.id).where(Acceptance.request_key == key)) is not None:
        return
    transactions.lock(task)
    if actor.id == task.owner_id:
        raise Refused(Reason.OWNER_CANNOT_ACCEPT)
    if task.accepted_at is not None:
        raise Refused(Reason.WORK_ACCEPTED)
    if task.done_at is None:
        raise Refused(Reason.WORK_NOT_DONE)
    db.session.add(
        Acceptance(
            village_id=actor.village_id,
            task_id=task.id,
            person_id=actor.id,
            accepted=accepted,
            words=words,
            request_key=key,
            looked_at=now,
        )
    )
    db.session.flush()
    _settle(task, accepted, now)
    _record(Tag.WORK_LOOKED_AT, task, actor, now, accepted=accepted, digest=sha256(words))
    transactions.commit()


def _settle(task: Task, accepted: bool, now: datetime) -> None:
    """After a look: back to the person in charge, or accepted when it is the second one since the work was done."""
    if not accepted:
        task.done_at = None
        _tell(
            task,
            {task.owner_id},
            NotificationEvent.DUTY,
            "work_sent_back",
            now,
            subject=f"back:{task.id}:{now.timestamp():.0f}",
        )
        return
    since = [look for look in task_queries.looks(task.id) if task.done_at and look.looked_at >= task.done_at]
    if len({look.person_id for look in since if look.accepted}) >= rules.ACCEPTANCES_NEEDED:
        task.accepted_at = now
        _tell(
            task, participants(task.consultation_id) | {task.owner_id}, NotificationEvent.DECIDED, "work_accepted", now
        )


def rate(task: Task, satisfied: bool, words: str, actor: Person, *, now: datetime) -> None:
    """One villager, once: the first word stays. Raises Refused before the work is done."""
    if task.done_at is None:
        raise Refused(Reason.WORK_NOT_DONE)
    if db.session.get(Rating, (task.id, actor.id)) is None:
        db.session.add(
            Rating(
                task_id=task.id,
                person_id=actor.id,
                village_id=actor.village_id,
                satisfied=satisfied,
                words=words,
                rated_at=now,
            )
        )
        db.session.flush()
        _record(Tag.WORK_RATED, task, actor, now)
    transactions.commit()


def _tell(
    task: Task, people: set[int], event: NotificationEvent, kind: str, now: datetime, *, subject: str = ""
) -> None:
    notifications.tell(
        people,
        event,
        subject or f"task:{task.id}",
        village_id=task.village_id,
        consultation_id=task.consultation_id,
        now=now,
        kind=kind,
        title=task.title,
        task=task.id,
    )


def _record(tag: Tag, task: Task, actor: Person, now: datetime, **facts: object) -> None:
    audit.record(tag, f"task:{task.id}", village_id=task.village_id, actor_id=actor.id, now=now, **facts)
