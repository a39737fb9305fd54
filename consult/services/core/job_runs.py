"""Claims of periodic jobs: over several runners each due time of a job runs once, and again only if it failed."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from consult.domain import schedules
from consult.domain.core import stamps
from consult.models import JobRun, db
from consult.services.core.transactions import atomic

KEPT_FOR = timedelta(days=2)
_INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


@atomic
def claim(job: str, due_at: datetime, *, now: datetime) -> bool:
    """Take a due time of a job. False: it is done, another runner has it, or it failed too often or a moment ago."""
    row = {"job": job, "due_at": due_at, "tries": 1, "claimed_until": now + schedules.LEASE}
    first = _INSERT[db.engine.dialect.name](JobRun).values(row).on_conflict_do_nothing()
    if db.session.scalar(first.returning(JobRun.job)) is not None:
        return True
    again = _of(job, due_at).where(
        JobRun.finished_at.is_(None), JobRun.claimed_until < now, JobRun.tries < schedules.MOST_TRIES
    )
    taken = again.values(tries=JobRun.tries + 1, claimed_until=now + schedules.LEASE)
    return bool(db.session.connection().execute(taken).rowcount)


@atomic
def finish(job: str, due_at: datetime, *, now: datetime) -> None:
    """Note that a due time is done with."""
    db.session.execute(_of(job, due_at).values(finished_at=now))


@atomic
def fail(job: str, due_at: datetime, *, now: datetime) -> None:
    """Give a due time back, to be tried again after a while."""
    run = db.session.get_one(JobRun, (job, due_at))
    run.claimed_until = schedules.next_try(run.tries, now)


RUNNER = "runner:"
"""How the name of a job begins that stands for a job runner itself."""


@atomic
def beat(runner: str, due_at: datetime, *, now: datetime) -> None:
    """Note that a job runner lives. Each does so each minute, under the name of its machine and process.

    Due times that lie ahead of the clock are forgotten: they were taken while it ran ahead, and their jobs would rest
    until it is there again.
    """
    db.session.connection().execute(delete(JobRun).where(JobRun.due_at > stamps.latest(now)))
    row = {"job": f"{RUNNER}{runner}", "due_at": due_at, "tries": 1, "claimed_until": now, "finished_at": now}
    insert = _INSERT[db.engine.dialect.name](JobRun).values(row)
    db.session.execute(insert.on_conflict_do_nothing())


def last_finished(job: str, *, now: datetime) -> datetime | None:
    """Return when a job was last done; None: not within KEPT_FOR, after which a living runner forgets it.

    What was noted ahead of the clock is returned only where nothing else is: it tells no age (domain.core.stamps).
    """
    query = select(JobRun.finished_at).where(JobRun.job == job, JobRun.finished_at.is_not(None))
    done = query.where(JobRun.finished_at <= stamps.latest(now)).order_by(JobRun.finished_at.desc())
    return db.session.scalar(done.limit(1)) or db.session.scalar(query.order_by(JobRun.finished_at).limit(1))


def runners(*, now: datetime) -> dict[str, tuple[datetime, datetime]]:
    """Return when each job runner of the last two days was seen first and last, by the name of its machine and process.

    Of one that was seen only ahead of the clock: the first of these instants, twice.
    """
    seen = case((JobRun.due_at <= stamps.latest(now), JobRun.due_at))
    query = select(JobRun.job, func.min(JobRun.due_at), func.max(seen)).where(JobRun.job.like(f"{RUNNER}%"))
    rows = db.session.execute(query.group_by(JobRun.job))
    return {job.removeprefix(RUNNER): (first, last or first) for job, first, last in rows}


@atomic
def forget(*, now: datetime) -> int:
    """Delete the rows of old due times, and of such as lie ahead of the clock. Returns how many."""
    old = delete(JobRun).where(or_(JobRun.due_at < now - KEPT_FOR, JobRun.due_at > stamps.latest(now)))
    return int(db.session.connection().execute(old).rowcount)


def _of(job: str, due_at: datetime) -> Any:
    return update(JobRun).where(JobRun.job == job, JobRun.due_at == due_at)
