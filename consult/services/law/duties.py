"""Reminders of what the law asks for again and again: a line for the officers whose duty it is, and for nobody else."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import Select, literal, select, union_all

from consult.domain.law import duties as rules
from consult.domain.law.duties import DoneBy, Duty
from consult.domain.people.roles import HeldOffice
from consult.models import MatterChoice, Meeting, Notice, Poll, Village, db


@dataclass(frozen=True)
class OpenDuty:
    """A duty that is not on record yet in the time that runs, and the last day of it."""

    duty: Duty
    group_id: int | None
    until: date


def of_officer(village: Village, held: Collection[HeldOffice], *, on: date) -> list[OpenDuty]:
    """Return what the holder of these offices is reminded of: near its end, and not on record here yet."""
    asked = rules.to_remind(held, on=on, is_township=village.is_township)
    done = _done(village, asked, on=on)
    return [OpenDuty(duty, group_id, duty.period(on)[1]) for duty, group_id in asked if (duty, group_id) not in done]


def _done(village: Village, asked: Sequence[tuple[Duty, int | None]], *, on: date) -> set[tuple[Duty, int | None]]:
    """Return which of these duties are on record in their time, with one statement."""
    zone = ZoneInfo(village.timezone)
    found = []
    for n, (duty, group_id) in enumerate(asked):
        since = datetime.combine(duty.period(on)[0], time(), zone)
        found.append(select(literal(n)).where(_record(village.id, duty, group_id, since).exists()))
    return {asked[n] for n in db.session.scalars(union_all(*found))} if found else set()


def _record(village_id: int, duty: Duty, group_id: int | None, since: datetime) -> Select[tuple[int]]:
    """Return the query for what shows that a duty was done."""
    if duty.done_by is DoneBy.MEETING:
        return select(Meeting.id).where(
            Meeting.village_id == village_id,
            Meeting.body.in_(duty.bodies),
            Meeting.group_id.is_not_distinct_from(group_id),
            Meeting.opened_at >= since,
        )
    if duty.done_by is DoneBy.NOTICE:
        return Notice.of_tags(duty.notices).where(Notice.village_id == village_id, Notice.posted_at >= since)
    of_kind = select(MatterChoice.consultation_id).where(MatterChoice.matter.in_(duty.matters))
    decided = Poll.that_decided(since).where(Poll.village_id == village_id)
    return decided.where(Poll.consultation_id.in_(of_kind))
