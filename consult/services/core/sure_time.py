"""Tell the instant that is past by every clock: a clock in doubt shortens no wait and resets no limit.

The trusted clock runs on with the machine, so that a doubt that lasts keeps nobody waiting for ever.
"""

from datetime import datetime

from sqlalchemy import select

from consult import clock
from consult.domain.clock_leaps import Reading
from consult.models import ClockDoubt, Village, db


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
