"""Who took part on paper or by show of hands: marked on the roll, so that nobody is counted twice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select, update

from consult.domain.audit import Tag
from consult.domain.polls import polls as rules
from consult.domain.polls.polls import Channel, PollState
from consult.domain.refusals import Reason, Refused
from consult.models import AttendanceMark, BoxVisit, Person, Poll, PollEnding, RollEntry, Turnout, Village, db
from consult.models.meetings import check_in_queries
from consult.services.core import audit, transactions
from consult.services.polls import poll_states


@dataclass(frozen=True)
class Visit:
    """A mobile ballot box, carried by two."""

    first_worker: int
    second_worker: int
    place: str
    visited_at: datetime


def mark(poll: Poll, channel: Channel, numbers: Sequence[int], actor: Person, *, now: datetime) -> list[int]:
    """Mark these roll numbers. Those marked so already are left. Returns the newly marked. Raises Refused, marking none."""
    _refuse_unless_markable(poll, channel, now)
    _refuse_unless_here(poll, channel, numbers)
    marked = _mark(poll, channel, numbers, actor, now, visit_id=None)
    transactions.commit()
    return marked


def visit(poll: Poll, plan: Visit, numbers: Sequence[int], actor: Person, *, key: str, now: datetime) -> None:
    """Note a box visit and mark whom it reached. The same key notes one. Raises Refused."""
    if db.session.scalar(select(BoxVisit.id).where(BoxVisit.request_key == key)) is not None:
        return
    if poll.meeting_poll is not None:
        raise Refused(Reason.VOTE_OF_MEETING)
    _refuse_unless_markable(poll, Channel.PAPER, now)
    if plan.first_worker == plan.second_worker:
        raise Refused(Reason.TWO_WORKERS)
    row = BoxVisit(
        village_id=poll.village_id,
        poll_id=poll.id,
        place=plan.place,
        first_worker_id=plan.first_worker,
        second_worker_id=plan.second_worker,
        visited_at=plan.visited_at,
        request_key=key,
        noted_by=actor.id,
        noted_at=now,
    )
    db.session.add(row)
    db.session.flush()
    marked = _mark(poll, Channel.PAPER, numbers, actor, now, visit_id=row.id)
    audit.record(
        Tag.BOX_VISITED,
        f"poll:{poll.id}",
        village_id=poll.village_id,
        actor_id=actor.id,
        now=now,
        visit=row.id,
        workers=[plan.first_worker, plan.second_worker],
        numbers=marked,
    )
    transactions.commit()


def _refuse_unless_markable(poll: Poll, channel: Channel, now: datetime) -> None:
    """From the opening until it is counted: a paper list may be typed in after the close, and then says so."""
    transactions.lock(poll)
    if not (poll.paper if channel is Channel.PAPER else poll.hands):
        raise Refused(Reason.CHANNEL_NOT_OFFERED)
    village = db.session.get_one(Village, poll.village_id)
    state = poll_states.state_of(poll, max(now, village.clock_mark))
    if poll_states.stored_tally(poll) is not None:
        raise Refused(Reason.COUNTED_ALREADY)
    if state is not PollState.CLOSED and (reason := rules.why_not_vote(state)):
        raise Refused(reason)


def _refuse_unless_here(poll: Poll, channel: Channel, numbers: Sequence[int]) -> None:
    """In a meeting: hands follow from the chair's ending alone, and paper is for whoever is, or was then, in the room."""
    if poll.meeting_poll is None:
        return
    if channel is Channel.HANDS:
        raise Refused(Reason.VOTE_OF_MEETING)
    ending = db.session.get(PollEnding, poll.id)
    here = ending.present if ending else check_in_queries.present_numbers(poll.meeting_poll.meeting_id)
    if away := [n for n in numbers if n not in set(here)]:
        raise Refused(Reason.NUMBERS_NOT_HERE, numbers=_listed(away))


def mark_hands_at_meeting(poll: Poll, numbers: Sequence[int], actor: Person, *, now: datetime) -> list[int]:
    """At the end of a meeting's vote: these are here and have not voted otherwise, so that hands are counted of them."""
    return _mark(poll, Channel.HANDS, numbers, actor, now, visit_id=None, late=False)


def _mark(
    poll: Poll,
    channel: Channel,
    numbers: Sequence[int],
    actor: Person,
    now: datetime,
    *,
    visit_id: int | None,
    late: bool | None = None,
) -> list[int]:
    found = _entries(poll.id, numbers)
    if missing := [n for n in numbers if n not in found]:
        raise Refused(Reason.NO_SUCH_NUMBER, numbers=_listed(missing))
    if elsewhere := [n for n in numbers if found[n] not in (None, channel.value)]:
        raise Refused(Reason.VOTED_ANOTHER_WAY, numbers=_listed(elsewhere))
    fresh = [n for n in numbers if found[n] is None]
    if not fresh:
        return []
    late = now >= poll.closes_at if late is None else late
    row = {
        "poll_id": poll.id,
        "village_id": poll.village_id,
        "channel": channel.value,
        "visit_id": visit_id,
        "late": late,
        "marked_by": actor.id,
        "marked_at": now,
    }
    db.session.execute(insert(AttendanceMark), [row | {"number": n} for n in fresh])
    entries = update(RollEntry).where(RollEntry.poll_id == poll.id, RollEntry.number.in_(fresh))
    db.session.execute(entries.values(channel=channel.value).execution_options(synchronize_session=False))
    turnout = update(Turnout).where(Turnout.poll_id == poll.id).values(units=Turnout.units + len(fresh))
    db.session.execute(turnout.execution_options(synchronize_session=False))
    audit.record(
        Tag.UNIT_MARKED,
        f"poll:{poll.id}",
        village_id=poll.village_id,
        actor_id=actor.id,
        now=now,
        numbers=fresh,
        channel=channel.value,
        late=late,
    )
    return fresh


def _entries(poll_id: int, numbers: Sequence[int]) -> Mapping[int, str | None]:
    query = (
        select(RollEntry.number, RollEntry.channel)
        .where(RollEntry.poll_id == poll_id, RollEntry.number.in_(numbers))
        .with_for_update()
    )
    return {row.number: row.channel for row in db.session.execute(query)}


def _listed(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, numbers[:20])) + (" …" if len(numbers) > 20 else "")


def late_marks(poll_id: int) -> int:
    """How many were typed in after the close."""
    query = select(func.count()).where(AttendanceMark.poll_id == poll_id, AttendanceMark.late)
    return db.session.scalar(query) or 0
