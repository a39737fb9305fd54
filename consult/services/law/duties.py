"""Reminders of what the law asks for again and again: a line for the officers whose duty it is, and for nobody else."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import select

from consult.domain.law import duties as rules
from consult.domain.law.duties import DoneBy, Duty
from consult.domain.people.roles import HeldOffice
from consult.models import Declaration, MatterChoice, Meeting, Notice, Poll, Village, db


@dataclass(frozen=True)
class OpenDuty:
    """A duty that is not on record yet in the time that runs, and the last day of it."""

    duty: Duty
    group_id: int | None
    until: date


def of_officer(village: Village, held: Collection[HeldOffice], *, on: date) -> list[OpenDuty]:
    """Return what the holder of these offices is reminded of: near its end, and not on record here yet."""
    open_ones = []
    for duty, group_id in rules.to_remind(held, on=on):
        first, last = duty.period(on)
        since = datetime.combine(first, time(), ZoneInfo(village.timezone))
        if not _is_done(village.id, duty, group_id, since):
            open_ones.append(OpenDuty(duty, group_id, last))
    return open_ones


def _is_done(village_id: int, duty: Duty, group_id: int | None, since: datetime) -> bool:
    if duty.done_by is DoneBy.MEETING:
        query = select(Meeting.id).where(
            Meeting.village_id == village_id,
            Meeting.body.in_(duty.bodies),
            Meeting.group_id.is_not_distinct_from(group_id),
            Meeting.opened_at >= since,
        )
    elif duty.done_by is DoneBy.NOTICE:
        query = select(Notice.id).where(Notice.village_id == village_id, Notice.posted_at >= since)
    else:
        of_kind = select(MatterChoice.consultation_id).where(MatterChoice.matter.in_(duty.matters))
        query = (
            select(Poll.id)
            .join(Declaration, Declaration.poll_id == Poll.id)
            .where(Poll.village_id == village_id, Declaration.declared_at >= since)
            .where(Poll.consultation_id.in_(of_kind))
        )
    return db.session.scalar(query.limit(1)) is not None
