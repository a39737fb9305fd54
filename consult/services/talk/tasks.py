"""Carrying out a resolution: assigning tasks, noting progress, acceptance by two representatives, villagers' ratings."""

from typing import Any

from consult.domain import versions
from consult.domain.audit import Tag, sha256
from consult.domain.messages.notifications import NotificationEvent
from consult.domain.people.waiting import Wait
from consult.domain.refusals import Reason, Refused
from consult.domain.talk import tasks as rules
from consult.domain.talk.phases import PhaseAct, opens
from consult.domain.talk.tasks import ProgressNote, Stage, TaskPlan, TaskTerms
from consult.models import Acceptance, Consultation, Person, Progress, Rating, Task, db
from consult.models.talk import task_queries
from consult.models.talk.participant_queries import participants
from consult.services.core import audit, transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.people import villages
from consult.services.people.two_persons import second_persons
from consult.services.people.two_persons.second_persons import Wanted
from consult.services.talk import consultations, phases, task_changes, task_messages


@atomic
def assign(consultation: Consultation, plan: TaskPlan, owner: Person, act: Act, *, office: str = "") -> Task:
    """Assign a task to its owner. The same key assigns one. Raises Refused unless it is being carried out.

    Nobody hands out a task to themselves or to their house. A budget beyond the decided sum is refused, but for what the
    charter lets two officers spend: then it waits for the second, and the task is handed out without it.
    `office`: by which the actor hands it out; empty: one that they hold.
    """
    transactions.lock(consultation)
    earlier = transactions.earlier(Task, act.key, made_by=act.actor_id)
    if earlier is not None:
        return earlier
    phases.refuse_unless_open(consultation, PhaseAct.ASSIGN)
    villages.refuse_own_matter(owner.id, act)
    beyond = task_changes.takes_two(consultation, TaskTerms(owner.id, plan.due_on, plan.budget_fen), act)
    task = Task(
        village_id=act.village_id,
        consultation_id=consultation.id,
        title=plan.title,
        language=act.language,
        owner_id=owner.id,
        due_on=plan.due_on,
        budget_fen=None if beyond else plan.budget_fen,
        request_key=act.key,
        made_by=act.actor_id,
        made_at=act.now,
    )
    db.session.add(task)
    db.session.flush()
    task_messages.tell(task, {owner.id}, NotificationEvent.DUTY, "task_given", act)
    change = task_changes.ask_for_money(task, plan.budget_fen, office, act) if beyond else None
    _record(Tag.TASK_MADE, task, act, owner=owner.id, due_on=plan.due_on.isoformat(), budget=task.budget_fen)
    if change is not None:
        task_changes.record_asked(change, act)
    return task


@atomic
def note_progress(
    task: Task, note: ProgressNote, act: Act, *, in_office: bool, picture: tuple[str, str] | None = None
) -> None:
    """Note progress, as the task's owner or an officer. DONE calls the representatives. The same key notes once.

    `picture`: the name of a stored picture and its description. Raises Refused.
    """
    consultation = _locked(task)
    if transactions.earlier(Progress, act.key) is not None:
        return
    if act.actor_id != task.owner_id and not in_office:
        raise Refused(Reason.NOT_TASK_OWNER)
    _refuse_over(task, consultation)
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
    second_persons.tell(
        Wanted(
            kind=Wait.WORK,
            id=progress.id,
            about=task.owner_id,
            homes=frozenset({task.owner.household_id} if task.owner.household_id is not None else ()),
            facts={"kind": "work_to_accept", "title": task.title, "task": task.id},
        ),
        act,
    )


@atomic
def inspect(task: Task, accepted: bool, words: str, act: Act) -> None:
    """Accept the work as a representative, or send it back with a word why. The same key inspects once.

    Two different representatives who accept since the work was done end the task; who has accepted it signs once. Nobody
    looks at work of their own house. Raises Refused.
    """
    consultation = _locked(task)
    if transactions.earlier(Acceptance, act.key) is not None:
        return
    if act.actor_id == task.owner_id:
        raise Refused(Reason.OWNER_CANNOT_ACCEPT)
    villages.refuse_own_matter(task.owner_id, act)
    _refuse_over(task, consultation)
    if task.done_at is None:
        raise Refused(Reason.WORK_NOT_DONE)
    if accepted and act.actor_id in _accepted_by(task):
        return
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
    waits = accepted and task.accepted_at is None
    second_persons.over(Wait.WORK, task_queries.done_notes(task.id), act, only=act.actor_id if waits else None)
    _record(Tag.WORK_LOOKED_AT, task, act, accepted=accepted, digest=sha256(words))


def _locked(task: Task) -> Consultation:
    """Lock a task, and before it share the consultation, whose phase it rests on."""
    consultation = db.session.get_one(Consultation, task.consultation_id)
    transactions.lock(consultation, share=True)
    transactions.lock(task)
    return consultation


def _refuse_over(task: Task, consultation: Consultation) -> None:
    """Refuse words on work that ended, or that rests: its vote was annulled, or the proposal went back."""
    if task.withdrawn_at is not None:
        raise Refused(Reason.TASK_WITHDRAWN)
    if task.accepted_at is not None:
        raise Refused(Reason.WORK_ACCEPTED)
    if not opens(consultation.phase, PhaseAct.ASSIGN):
        raise Refused(Reason.WORK_RESTS)


def shown_parts(task: Task) -> dict[str, object]:
    """Return what the page of a task shows of the work, as it is now."""
    return {"work": [one.id for one in task_queries.progress(task.id)]}


def _send_back(task: Task, act: Act) -> None:
    task.done_at = None
    subject = f"back:{task.id}:{act.now.timestamp():.0f}"
    task_messages.tell(task, {task.owner_id}, NotificationEvent.DUTY, "work_sent_back", act, subject=subject)


def _finish_if_accepted(task: Task, act: Act) -> None:
    """Mark the task as accepted when enough different people have accepted it since the work was done."""
    if len(_accepted_by(task) - {task.owner_id}) >= rules.ACCEPTANCES_NEEDED:
        task.accepted_at = act.now
        people = participants(task.consultation_id) | {task.owner_id}
        task_messages.tell(task, people, NotificationEvent.DECIDED, "work_accepted", act)


def _accepted_by(task: Task) -> set[int]:
    """Return who has accepted the work since it was done."""
    return rules.accepted_by(task_queries.acceptances(task.id), done_at=task.done_at)


@atomic
def rate(task: Task, satisfied: bool, words: str, act: Act) -> None:
    """Rate the work. The first rating stays, until the work is sent back: then it can be given anew. Raises Refused.

    Nobody rates their own work, or that of their house.
    """
    transactions.lock(task)
    villages.refuse_own_matter(task.owner_id, act)
    if task.withdrawn_at is not None:
        raise Refused(Reason.TASK_WITHDRAWN)
    if task.done_at is None:
        raise Refused(Reason.WORK_NOT_DONE)
    earlier = task_queries.rating_of(task.id, act.actor.id)
    looks = task_queries.acceptances(task.id)
    if earlier is not None and not rules.may_rate(looks, done_at=task.done_at, rated_at=earlier.rated_at):
        return
    rating = Rating(
        task_id=task.id,
        person_id=act.actor_id,
        number=earlier.number + 1 if earlier else 1,
        village_id=act.village_id,
        satisfied=satisfied,
        words=words,
        rated_at=act.now,
    )
    db.session.add(rating)
    db.session.flush()
    _record(Tag.WORK_RATED, task, act)


def _record(tag: Tag, task: Task, act: Act, **facts: Any) -> None:
    audit.record(tag, f"task:{task.id}", act, **facts)
