"""Named selects about tasks. As many queries for two as for two hundred."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, case, func, null, select
from sqlalchemy.orm import aliased, joinedload

from consult.domain.talk.moderation import ReportableKind
from consult.domain.talk.tasks import Stage
from consult.models.base import db
from consult.models.talk.moderation_queries import is_hidden
from consult.models.talk.tasks import Acceptance, Progress, Rating, Task


@dataclass(frozen=True)
class Ratings:
    """How many are satisfied and how many not, some of their words, and whether the reader has rated."""

    satisfied: int
    unsatisfied: int
    words: Sequence[str]
    mine_at: datetime | None
    """When the reader rated it last; None: never."""

    @property
    def mine(self) -> bool:
        """Tell whether the reader has rated it."""
        return self.mine_at is not None


def _tasks() -> Select[tuple[Task]]:
    return select(Task).options(joinedload(Task.owner))


def of_consultation(consultation_id: int) -> Sequence[Task]:
    """Return the tasks of a consultation, the first due first."""
    query = _tasks().where(Task.consultation_id == consultation_id).order_by(Task.due_on, Task.id)
    return db.session.scalars(query).all()


def one(village_id: int, task_id: int) -> Task | None:
    """Return a task of this village."""
    return db.session.scalar(_tasks().where(Task.village_id == village_id, Task.id == task_id))


def progress(task_id: int) -> Sequence[Progress]:
    """Return the notes of progress, oldest first."""
    query = select(Progress).where(Progress.task_id == task_id).options(joinedload(Progress.picture))
    return db.session.scalars(query.order_by(Progress.id)).all()


def pictures(consultation_id: int) -> dict[int, dict[str, Progress]]:
    """Return for each task, by stage, the first note with a picture of before and the newest of done."""
    query = (
        select(Progress)
        .join(Task, Task.id == Progress.task_id)
        .where(Task.consultation_id == consultation_id, Progress.picture_id.is_not(None))
        .where(Progress.stage.in_((Stage.BEFORE, Stage.DONE)), ~is_hidden(ReportableKind.PROGRESS, Progress.id))
        .options(joinedload(Progress.picture))
        .order_by(Progress.id)
    )
    by_task: dict[int, dict[str, Progress]] = {}
    for note in db.session.scalars(query):
        by_stage = by_task.setdefault(note.task_id, {})
        if note.stage is Stage.DONE or note.stage not in by_stage:
            by_stage[note.stage] = note
    return by_task


def spent(consultation_id: int) -> dict[int, int]:
    """Return the money spent so far on each task, in fen."""
    query = (
        select(Progress.task_id, func.sum(Progress.spent_fen))
        .join(Task, Task.id == Progress.task_id)
        .where(Task.consultation_id == consultation_id, Progress.spent_fen.is_not(None))
        .group_by(Progress.task_id)
    )
    return {task_id: int(amount) for task_id, amount in db.session.execute(query)}


def sums(consultation_id: int) -> tuple[int, int]:
    """Return what the tasks of a consultation take, and all that was spent, in fen. One query.

    They take their budgets; a task that was withdrawn takes what had been spent on it.
    """
    budgets = select(func.sum(Task.budget_fen)).where(
        Task.consultation_id == consultation_id, Task.withdrawn_at.is_(None)
    )
    spending = (
        select(func.sum(Progress.spent_fen))
        .join(Task, Task.id == Progress.task_id)
        .where(Task.consultation_id == consultation_id)
    )
    on_withdrawn = spending.where(Task.withdrawn_at.is_not(None))
    sums = (budgets.scalar_subquery(), on_withdrawn.scalar_subquery(), spending.scalar_subquery())
    of_tasks, lost, spent = (int(amount or 0) for amount in db.session.execute(select(*sums)).one())
    return of_tasks + lost, spent


def done_notes(task_id: int) -> Sequence[int]:
    """Return the ids of the notes that called the representatives."""
    return db.session.scalars(
        select(Progress.id).where(Progress.task_id == task_id, Progress.stage == Stage.DONE)
    ).all()


def acceptances(task_id: int) -> Sequence[Acceptance]:
    """Return what representatives said of the work, oldest first."""
    query = select(Acceptance).where(Acceptance.task_id == task_id).options(joinedload(Acceptance.person))
    return db.session.scalars(query.order_by(Acceptance.id)).all()


def _newest_ratings(task_id: int) -> Select[tuple[Rating]]:
    """Return the select of the ratings that count: of each person the newest."""
    other = aliased(Rating)
    newer = select(other.number).where(
        other.task_id == Rating.task_id, other.person_id == Rating.person_id, other.number > Rating.number
    )
    return select(Rating).where(Rating.task_id == task_id, ~newer.exists())


def rating_of(task_id: int, person_id: int) -> Rating | None:
    """Return the rating of a person that counts; None: they have not rated it."""
    return db.session.scalar(_newest_ratings(task_id).where(Rating.person_id == person_id))


def ratings(task_id: int, reader_id: int | None, *, most: int = 20) -> Ratings:
    """Return the ratings of a task, with at most `most` of their words in alphabetical order."""
    yes = func.sum(case((Rating.satisfied.is_(True), 1), else_=0))
    mine = func.max(case((Rating.person_id == (reader_id or 0), Rating.rated_at), else_=null()))
    newest = _newest_ratings(task_id)
    all_, satisfied, own = db.session.execute(newest.with_only_columns(func.count(), yes, mine)).one()
    words = newest.with_only_columns(Rating.words).order_by(Rating.words).limit(most)
    return Ratings(satisfied or 0, all_ - (satisfied or 0), db.session.scalars(words).all(), own)


def mine(person_id: int) -> Sequence[Task]:
    """Return a person's tasks that are neither accepted nor withdrawn, the first due first."""
    open_ones = (Task.owner_id == person_id, Task.accepted_at.is_(None), Task.withdrawn_at.is_(None))
    query = _tasks().where(*open_ones).order_by(Task.due_on)
    return db.session.scalars(query.limit(20)).all()
