"""Settle a doubt about the clock: officers say that it is right now, and the log says which entries bear wrong times."""

from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, update

from consult.domain.audit import Tag
from consult.domain.clock_leaps import TOLERANCE, Reading
from consult.domain.instants import local_day
from consult.domain.refusals import Reason, Refused
from consult.models import (
    AuditEntry,
    AuditHead,
    ClockConfirmation,
    ClockDoubt,
    Departure,
    Person,
    Poll,
    PollTally,
    RoleGrant,
    Village,
    db,
)
from consult.services.core import audit
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.machine import clock_watch

ANSWER_WITHIN = timedelta(minutes=10)
"""So long may a page with the question "is it now 15:20?" stand open."""

COUNTS_FOR = timedelta(days=14)
"""So long one officer's word waits for the second one, as any request that takes two (rights.toml)."""


class WrongTimes(NamedTuple):
    """The entries of a log that bear wrong times: their numbers, and the instants of the first and the last."""

    first: int
    last: int
    since: datetime
    until: datetime


def open_doubt(village_id: int) -> ClockDoubt | None:
    """Return the doubt that a village has to settle."""
    query = select(ClockDoubt).where(ClockDoubt.village_id == village_id, ClockDoubt.settled_at.is_(None))
    return db.session.scalar(query.order_by(ClockDoubt.id.desc()).limit(1))


def still_valid(doubt: ClockDoubt, present: Reading) -> list[ClockConfirmation]:
    """Return the confirmations that count: the clock ran on evenly since, they are not old, the office is still held."""
    return [one for one in doubt.confirmations if _counts(one, present)]


def _counts(one: ClockConfirmation, present: Reading) -> bool:
    even = Reading(one.confirmed_at, one.boot, one.running_us).agrees_with(present)
    return even and present.at < one.confirmed_at + COUNTS_FOR and _holds(one.person_id, one.office, present.at)


def _holds(person_id: int, office: str, at: datetime) -> bool:
    """Tell whether somebody on the roll holds an office on the village's day."""
    village = db.session.get_one(Village, db.session.get_one(Person, person_id).village_id)
    on = local_day(ZoneInfo(village.timezone), at)
    grants = select(RoleGrant.role).where(RoleGrant.person_id == person_id, RoleGrant.in_force(on))
    left = db.session.get(Departure, person_id)
    return left is None and office in {role.value for role in db.session.scalars(grants)}


@atomic
def confirm(village_id: int, office: str, act: Act, *, shown_at: datetime) -> bool:
    """Confirm that the clock is right; the last person needed ends the doubt. Returns whether it is ended.

    How many are needed is asked anew: the clock may have leapt on, or polls been announced, since it came into doubt.

    `shown_at`: the time that the page asked for. Twice by one person is the same as once. Raises Refused.
    """
    present = clock_watch.reading_at(act.now)
    village = db.session.get_one(Village, village_id, with_for_update={"key_share": True}, populate_existing=True)
    doubt = open_doubt(village_id)
    if doubt is None:
        raise Refused(Reason.NO_DOUBT)
    if not _holds(act.actor.id, office, act.now):
        raise Refused(Reason.NO_SUCH_OFFICE)
    if abs(act.now - shown_at) > ANSWER_WITHIN:
        raise Refused(Reason.TIME_HAS_PASSED)
    others = [one for one in still_valid(doubt, present) if one.person_id != act.actor.id]
    if any(one.office == office for one in others):
        raise Refused(Reason.SAME_OFFICE)
    doubt.persons_needed = max(doubt.persons_needed, clock_watch.persons_needed_now(doubt, act.now))
    noted = _note(doubt, office, act, present)
    reopened = _settle(village, doubt, act, present) if len(others) + 1 >= doubt.persons_needed else None
    if noted:
        audit.record(Tag.CLOCK_CONFIRMED, f"village:{doubt.village_id}", act, office=office)
    if reopened is not None:
        _record_settled(doubt, act, present, reopened)
    return reopened is not None


def _note(doubt: ClockDoubt, office: str, act: Act, present: Reading) -> bool:
    """Write a confirmation down, and tell whether it is a new one."""
    mine = db.session.get(ClockConfirmation, (doubt.id, act.actor.id))
    if mine is not None and Reading(mine.confirmed_at, mine.boot, mine.running_us).agrees_with(present):
        return False
    db.session.merge(
        ClockConfirmation(
            doubt_id=doubt.id,
            person_id=act.actor.id,
            village_id=doubt.village_id,
            office=office,
            confirmed_at=act.now,
            boot=present.boot,
            running_us=present.running_us,
        )
    )
    db.session.flush()
    return True


def _settle(village: Village, doubt: ClockDoubt, act: Act, present: Reading) -> list[int]:
    """End the doubt; the log, which comes last, is left to the caller. Return the polls that were reopened."""
    doubt.settled_at = act.now
    db.session.flush()  # the database lets a village trust its clock again only when its doubt is settled
    village.clock_trusted_at = None
    reopened = _forget_closings_to_come(village.id, act.now)
    clock_watch.put_tick(present)
    db.session.flush()
    return reopened


def _record_settled(doubt: ClockDoubt, act: Act, present: Reading, reopened: list[int]) -> None:
    wrong = _wrong_times(doubt, present)
    audit.record(
        Tag.CLOCK_SETTLED,
        f"village:{doubt.village_id}",
        act,
        noticed=doubt.entry,
        first_entry=wrong.first if wrong else None,
        last_entry=wrong.last if wrong else None,
        wrong_from=wrong.since.isoformat() if wrong else None,
        wrong_to=wrong.until.isoformat() if wrong else None,
        reopened=reopened,
    )


def _wrong_times(doubt: ClockDoubt, present: Reading) -> WrongTimes | None:
    """Return the entries that lie in the future, and those written by a clock that was changed since."""
    of_village = AuditEntry.village_id == doubt.village_id
    first, last = db.session.execute(
        select(func.min(AuditEntry.number), func.max(AuditEntry.number)).where(
            of_village, AuditEntry.recorded_at > present.at + TOLERANCE
        )
    ).one()
    if not Reading(doubt.shown_at, doubt.boot, doubt.running_us).agrees_with(present):
        own = select(func.count()).select_from(ClockConfirmation).where(ClockConfirmation.doubt_id == doubt.id)
        head = db.session.scalar(select(AuditHead.number).where(AuditHead.village_id == doubt.village_id)) or 0
        written = head - (db.session.scalar(own) or 0)
        first, last = min(first or doubt.entry, doubt.entry), max(last or 0, written, doubt.entry)
    if first is None:
        return None
    return WrongTimes(first, last, *(_recorded_at(doubt.village_id, number) for number in (first, last)))


def _recorded_at(village_id: int, number: int) -> datetime:
    return db.session.get_one(AuditEntry, (village_id, number)).recorded_at


def _forget_closings_to_come(village_id: int, now: datetime) -> list[int]:
    """Let polls be open again that were only seen closed by a clock that ran ahead; a counted poll stays closed."""
    counted = select(PollTally.poll_id)
    seen = update(Poll).where(
        Poll.village_id == village_id,
        Poll.closing_seen_at > now + TOLERANCE,
        Poll.closes_at > now,
        Poll.id.not_in(counted),
    )
    changed = seen.values(closing_seen_at=None).returning(Poll.id).execution_options(synchronize_session=False)
    return sorted(db.session.scalars(changed))
