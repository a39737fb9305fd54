"""Notice a leap of the machine's clock, and put the villages whose polls hang on it in doubt until people settle it.

`attend` is asked before each request and each minute by the job runner. It costs two readings of clocks while the
clock runs evenly; the database is asked at the first look of a process and when the clock has leapt.
"""

from datetime import datetime

from flask import Flask, current_app
from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.exc import OperationalError, ProgrammingError

from consult import clock
from consult.config import current_config
from consult.domain import clock_leaps
from consult.domain.audit import Tag
from consult.domain.clock_leaps import Doubt, Reading
from consult.models import AuditHead, ClockDoubt, ClockTick, Poll, PollTally, Village, db
from consult.services.core import audit, group_commit, sure_time
from consult.services.core.acts import Act

KNOWN = "clock_reading"
"""Extension of the app: the last reading of this process at which it looked into the database."""


def reading() -> Reading:
    """Return what the clock of this machine shows now."""
    return Reading(clock.now(), clock.boot(), clock.running_us())


def reading_at(instant: datetime) -> Reading:
    """Return the reading of an act that took its instant from the clock a moment ago."""
    return Reading(instant, clock.boot(), clock.running_us())


def attend() -> None:
    """Compare the clock with what is known, and raise the alarm in the villages that a leap concerns.

    No-op where the configuration does not watch the clock, and in a database that is not migrated yet.
    """
    if not current_config().watch_clock:
        return
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    present, known = reading(), app.extensions.get(KNOWN)
    if known is not None and known.agrees_with(present):
        return
    try:
        doubt = sure_time.doubt_about(present)
    except (OperationalError, ProgrammingError):
        db.session.rollback()
        return
    db.session.rollback()  # what the request reads now must not be older than the alarm
    if group_commit.note(lambda: _write(present, doubt)):
        app.extensions[KNOWN] = present


def tick() -> bool:
    """Note that the clock is right, as far as is known. A job does it each minute. Returns whether it was noted."""
    attend()
    present = reading()
    if not current_config().watch_clock or sure_time.doubt_about(present) is not None:
        return False
    if db.session.get(ClockTick, present.boot) is None and in_doubt():
        return False
    db.session.rollback()
    group_commit.run(lambda: put_tick(present))
    return True


def in_doubt() -> bool:
    """Tell whether a village is in doubt of the time: nothing that is old by the clock is deleted meanwhile."""
    return db.session.scalar(select(Village.id).where(Village.clock_trusted_at.is_not(None)).limit(1)) is not None


def put_tick(present: Reading) -> None:
    """Write that the clock is right at a reading; ticks that lie after it were wrong. Inside a unit of work."""
    for wrong in db.session.scalars(select(ClockTick).where(ClockTick.seen_at > present.at)).all():
        db.session.delete(wrong)
    db.session.flush()
    db.session.merge(ClockTick(boot=present.boot, running_us=present.running_us, seen_at=present.at))


def _write(present: Reading, doubt: Doubt | None) -> None:
    raised = False
    if doubt is not None:
        sure = select(Village).where(Village.clock_trusted_at.is_(None)).order_by(Village.id)
        for village in db.session.scalars(sure.with_for_update(key_share=True)).all():
            raised = _doubt(village, present, doubt) or raised
    if doubt is None or (doubt.kind is clock_leaps.Leap.SILENCE and not raised and not in_doubt()):
        put_tick(present)


def _doubt(village: Village, present: Reading, doubt: Doubt) -> bool:
    """Put one village in doubt, if the leap concerns it; tell whether it does."""
    polls = db.session.scalar(_in_question(village.id, doubt)) or 0
    needed = doubt.persons_needed(in_question=polls)
    if not needed:
        return False
    village.clock_trusted_at = doubt.trusted_at
    audit.record(
        Tag.CLOCK_DOUBTED,
        f"village:{village.id}",
        Act.by_system(village.id, now=present.at),
        kind=doubt.kind.value,
        trusted_at=doubt.trusted_at.isoformat(),
        shown_at=doubt.shown_at.isoformat(),
        polls=polls,
    )
    db.session.add(
        ClockDoubt(
            village_id=village.id,
            kind=doubt.kind,
            trusted_at=doubt.trusted_at,
            shown_at=doubt.shown_at,
            boot=present.boot,
            running_us=present.running_us,
            entry=db.session.scalar(select(AuditHead.number).where(AuditHead.village_id == village.id)),
            persons_needed=needed,
        )
    )
    return True


def persons_needed_now(raised: ClockDoubt, shown_at: datetime) -> int:
    """Return how many must say that the clock is right if it shows this now; polls in between need two."""
    doubt = Doubt(raised.kind, raised.trusted_at, shown_at)
    return doubt.persons_needed(in_question=db.session.scalar(_in_question(raised.village_id, doubt)) or 0)


def _in_question(village_id: int, doubt: Doubt) -> Select[tuple[int]]:
    """Count the polls that open or close between the two instants, or were seen closed after what the clock shows."""
    first, last = doubt.between()
    return (
        select(func.count(Poll.id))
        .outerjoin(PollTally, PollTally.poll_id == Poll.id)
        .where(Poll.village_id == village_id, Poll.stands)
        .where(
            or_(
                and_(PollTally.poll_id.is_(None), Poll.closing_seen_at.is_(None), Poll.closes_at.between(first, last)),
                Poll.opens_at.between(first, last),
                Poll.closing_seen_at > doubt.shown_at,
            )
        )
    )
