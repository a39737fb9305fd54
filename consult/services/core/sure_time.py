"""Tell the instant that is past by every clock: a clock in doubt shortens no wait and resets no limit.

The trusted clock runs on with the machine, so that a doubt that lasts keeps nobody waiting for ever.
"""

from datetime import datetime

from sqlalchemy import and_, func, select

from consult import clock
from consult.domain import clock_leaps
from consult.domain.clock_leaps import Doubt, Leap, Reading
from consult.models import AuditEntry, AuditHead, ClockDoubt, ClockTick, Village, db


def doubt_about(present: Reading) -> Doubt | None:
    """Return the doubt about a reading: by the last tick of this start of the machine, or by the last sign of life."""
    tick = db.session.get(ClockTick, present.boot, populate_existing=True)
    if tick is not None:
        return clock_leaps.doubt_while_running(present, Reading(tick.seen_at, tick.boot, tick.running_us))
    return clock_leaps.doubt_after_start(present, last_seen())


def last_seen() -> datetime | None:
    """Return the newest instant in the records: of the last entry of each log, and of the ticks of all machines."""
    newest = select(func.max(AuditEntry.recorded_at)).join(
        AuditHead, and_(AuditHead.village_id == AuditEntry.village_id, AuditHead.number == AuditEntry.number)
    )
    seen = [db.session.scalar(newest), db.session.scalar(select(func.max(ClockTick.seen_at)))]
    return max((instant for instant in seen if instant is not None), default=None)


def was_set_back() -> bool:
    """Tell whether the clock shows less than it did: the watch of the clock puts the villages in doubt of it within a minute."""
    doubt = doubt_about(Reading(clock.now(), clock.boot(), clock.running_us()))
    return doubt is not None and doubt.kind is Leap.BACKWARD


def surely_past(village_id: int, now: datetime) -> datetime:
    """Return the earlier of what the clock shows and what it must show, where the village doubts it; else `now`."""
    trusted_at = db.session.get_one(Village, village_id).clock_trusted_at
    return now if trusted_at is None else min(now, _running_on(village_id, trusted_at))


def _running_on(village_id: int, trusted_at: datetime) -> datetime:
    """Return the trusted instant with the time since it was noted; after another start of the machine without."""
    newest = select(ClockDoubt).where(ClockDoubt.village_id == village_id, ClockDoubt.settled_at.is_(None))
    doubt = db.session.scalar(newest.order_by(ClockDoubt.id.desc()).limit(1))
    if doubt is None or doubt.boot != clock.boot():
        return trusted_at
    noted = Reading(trusted_at, doubt.boot, doubt.running_us)
    return max(trusted_at, noted.expected(Reading(trusted_at, doubt.boot, clock.running_us())))
