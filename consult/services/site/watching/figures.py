"""Count what waits and how old it is: for the doctor, for /readyz and for /metrics. Nothing of people."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from consult.domain.core import stamps
from consult.domain.law.provinces import PROVINCES
from consult.domain.messages.outbox import Failure, Unsent
from consult.models import OutboxMessage, Poll, PollTally, Village, db
from consult.services.core import job_runs, upkeep
from consult.services.core.uploads import disk
from consult.services.machine import clock_watch
from consult.services.polls.counting import poll_faults
from consult.services.polls.sealing import key_watch

LANES = {"closing": "close_due", "messages": "sweep_outbox", "voices": "read_aloud", "rest": "remind"}
"""Of each lane of the job runner a job that is due each minute: when it was done last, the lane lived."""
COUNTED_WITHIN = timedelta(minutes=3)
"""A poll that is due and not counted for longer is named."""
GONE_AFTER = timedelta(hours=6)
"""A dead job runner is named for so long, unless another began on its machine since; then it was no fault, or is known."""
DEAD_AFTER = timedelta(minutes=3)
"""A job runner that finished nothing for so long is dead, or held up."""


@dataclass(frozen=True)
class Figures:
    """The counts of one instant. None: it never was."""

    lanes: Mapping[str, datetime | None]
    runners: Mapping[str, datetime]
    """Those that live, and those that died and have no successor, by when they were last seen."""
    starts: bool
    """Whether the first job runner of this place began minutes ago, and may not have finished everything once."""
    outbox_waiting: int
    outbox_oldest: datetime | None
    """Since when the oldest message waits that is due."""
    outbox_given_up: int
    """Within a day."""
    outbox_unknown: int
    """Of these, those of which nobody knows whether they arrived."""
    account_refused: bool
    """Whether the provider of messages refuses our account: nothing goes out."""
    polls_uncounted: int
    polls_set_aside: int
    ballot_keys_missing: int | None
    villages_in_doubt: bool
    villages_of_unknown_province: tuple[str, ...]
    free_bytes: int
    disk_is_low: bool
    backup_at: datetime | None
    drill_at: datetime | None


def take(*, now: datetime) -> Figures:
    """Count all of it. Raises OperationalError where the database is away, ProgrammingError on another schema."""
    waiting = select(func.count(), func.min(OutboxMessage.due_at)).where(
        OutboxMessage.sent_at.is_(None), OutboxMessage.given_up_at.is_(None), OutboxMessage.due_at <= now
    )
    depth, oldest = db.session.execute(waiting).one()
    given_up = select(func.count()).where(OutboxMessage.given_up_at > now - timedelta(days=1))
    unknown = given_up.where(OutboxMessage.last_error == Unsent.UNKNOWN)
    refused = select(OutboxMessage.id).where(
        OutboxMessage.sent_at.is_(None),
        OutboxMessage.given_up_at.is_(None),
        OutboxMessage.last_error == Failure.ACCOUNT,
    )
    provinces = select(Village.slug).where(Village.province != "", Village.province.not_in(PROVINCES))
    return Figures(
        lanes={lane: job_runs.last_finished(job, now=now) for lane, job in LANES.items()},
        runners=_runners(now),
        starts=_starts(now),
        outbox_waiting=depth,
        outbox_oldest=oldest,
        outbox_given_up=db.session.scalar(given_up) or 0,
        outbox_unknown=db.session.scalar(unknown) or 0,
        account_refused=db.session.scalar(refused.limit(1)) is not None,
        polls_uncounted=_uncounted(now),
        polls_set_aside=poll_faults.how_many(),
        ballot_keys_missing=key_watch.how_many(),
        villages_in_doubt=clock_watch.in_doubt(),
        villages_of_unknown_province=tuple(db.session.scalars(provinces.order_by(Village.slug))),
        free_bytes=disk.free_bytes(),
        disk_is_low=disk.is_low(),
        backup_at=upkeep.last(upkeep.BACKUP),
        drill_at=upkeep.last(upkeep.DRILL),
    )


def _runners(now: datetime) -> dict[str, datetime]:
    """Return when each job runner was last seen that lives, or died lately and was not started anew on its machine.

    While none lives, the last that did is among them however long ago that was.
    """
    seen = job_runs.runners(now=now)
    newest = max((last for _, last in seen.values()), default=now)
    named = {}
    for name, (_, last) in sorted(seen.items()):
        begun_since = any(
            _machine(other) == _machine(name) and first >= last for other, (first, _) in seen.items() if other != name
        )
        lately = stamps.age(last, now, within=GONE_AFTER) is not stamps.Age.LATE or last == newest
        if stamps.is_fresh(last, now, within=DEAD_AFTER) or (lately and not begun_since):
            named[name] = last
    return named


def _starts(now: datetime) -> bool:
    seen = job_runs.runners(now=now).values()
    return bool(seen) and all(stamps.is_fresh(first, now, within=DEAD_AFTER) for first, _ in seen)


def _machine(runner: str) -> str:
    """Return the machine of a job runner, whose name ends with its process."""
    return runner.rpartition(" ")[0]


def runner_seen_at(*, now: datetime) -> datetime | None:
    """Return when a job runner last finished what is due each minute; None: none ever did."""
    return job_runs.last_finished(LANES["closing"], now=now)


def runner_died(*, now: datetime) -> bool:
    """Tell whether job runners did their work here once, and none has for minutes, as far as anybody knows."""
    seen = runner_seen_at(now=now)
    return seen is not None and not stamps.is_fresh(seen, now, within=DEAD_AFTER)


def _uncounted(now: datetime) -> int:
    """Count the polls that the job runner ought to have counted and that are not set aside."""
    query = (
        select(func.count())
        .select_from(Poll)
        .outerjoin(PollTally, PollTally.poll_id == Poll.id)
        .where(PollTally.poll_id.is_(None), Poll.stands, Poll.paper.is_(False), Poll.hands.is_(False))
        .where(Poll.closes_at < now - COUNTED_WITHIN)
    )
    return (db.session.scalar(query) or 0) - poll_faults.how_many()
