"""Say the heads of the logs in the villages' chat groups: after each count, and once a day while the log moves.

Everybody in the group then holds what an older or rewritten log can be compared with.
"""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import and_, select

from consult.domain.audit import head_digits
from consult.domain.instants import at_local, local_day
from consult.models import AuditEntry, AuditHead, GroupRobot, OutboxMessage, PollTally, Village, db
from consult.services.core.each import each
from consult.services.core.transactions import atomic
from consult.services.messages import outbox

TEMPLATE = "log_head"
SAID_AT_HOUR = 20
COUNTED_WITHIN = timedelta(days=1)
"""An older count is not spoken of any more: the daily message has passed over it."""


def say_heads(*, now: datetime) -> int:
    """Write what is due for each village with a robot. Returns for how many. A job does it each minute."""
    with_robot = db.session.scalars(select(GroupRobot.village_id).order_by(GroupRobot.village_id)).all()
    return len(each("saying the head of village", with_robot, lambda village_id: _say(village_id, now)))


@atomic
def _say(village_id: int, now: datetime) -> None:
    village = db.session.get_one(Village, village_id)
    for subject in _subjects(village, now):
        key = f"robot:{village_id}:{TEMPLATE}:{subject}"
        if db.session.scalar(select(OutboxMessage.id).where(OutboxMessage.key == key)) is None:
            outbox.write_robot(village_id, TEMPLATE, subject, facts=_facts(village, now), now=now)


def _subjects(village: Village, now: datetime) -> list[str]:
    """Return what a head is said for: polls counted since yesterday, and this day if something happened on it."""
    counted = select(PollTally.poll_id).where(
        PollTally.village_id == village.id, PollTally.counted_at > now - COUNTED_WITHIN
    )
    subjects = [f"poll:{poll_id}" for poll_id in db.session.scalars(counted.order_by(PollTally.poll_id))]
    zone = ZoneInfo(village.timezone)
    today = local_day(zone, now)
    if now >= at_local(zone, today, SAID_AT_HOUR) and _last_entry_at(village.id) >= at_local(zone, today):
        subjects.append(f"day:{today.isoformat()}")
    return subjects


def _last_entry_at(village_id: int) -> datetime:
    newest = and_(AuditHead.village_id == AuditEntry.village_id, AuditHead.number == AuditEntry.number)
    query = select(AuditEntry.recorded_at).join(AuditHead, newest).where(AuditEntry.village_id == village_id)
    return db.session.scalars(query).one()


def _facts(village: Village, now: datetime) -> dict[str, Any]:
    head = db.session.get_one(AuditHead, village.id)
    return {
        "title": village.name,
        "closes_at": now.isoformat(),
        "timezone": village.timezone,
        "path": "",
        "number": head.number,
        "digits": head_digits(head.hash),
    }
