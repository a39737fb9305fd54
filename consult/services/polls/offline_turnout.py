"""Turnout on paper and by show of hands: marked on the roll, so that no unit is counted twice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select, update

from consult.domain.audit import Tag
from consult.domain.polls import polls as rules
from consult.domain.polls.polls import Channel, PollState
from consult.domain.refusals import Reason, Refused
from consult.models import AttendanceMark, BoxVisit, Poll, PollEnding, RollEntry, Turnout, db
from consult.services.core import audit, transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.polls import meeting_port, poll_states
from consult.services.polls.counting import paper_tickers


@dataclass(frozen=True)
class Visit:
    """A mobile ballot box, carried by two workers (ids of persons)."""

    first_worker: int
    second_worker: int
    place: str
    visited_at: datetime


@atomic
def mark(poll: Poll, channel: Channel, numbers: Sequence[int], act: Act) -> list[int]:
    """Mark these roll numbers; those marked so already stay. Returns the newly marked. Raises Refused, marking none."""
    meeting_port.lock_meeting_of(poll)
    transactions.lock(poll)
    paper_tickers.refuse_unless_ticking(poll, act)  # a refusal of numbers would tell who has voted
    _refuse_unless_markable(poll, channel, act.now)
    _refuse_unless_present(poll, channel, numbers)
    return _mark(poll, channel, numbers, act)


@atomic
def visit(poll: Poll, box: Visit, numbers: Sequence[int], act: Act) -> None:
    """Note a box visit and mark the units it reached. The same key notes one. Raises Refused."""
    transactions.lock(poll)
    if transactions.earlier(BoxVisit, act.key) is not None:
        return
    if poll.meeting_poll is not None:
        raise Refused(Reason.VOTE_OF_MEETING)
    paper_tickers.refuse_unless_ticking(poll, act)
    _refuse_unless_markable(poll, Channel.PAPER, act.now)
    if box.first_worker == box.second_worker:
        raise Refused(Reason.TWO_WORKERS)
    row = BoxVisit(
        village_id=poll.village_id,
        poll_id=poll.id,
        place=box.place,
        first_worker_id=box.first_worker,
        second_worker_id=box.second_worker,
        visited_at=box.visited_at,
        request_key=act.key,
        noted_by=act.actor.id,
        noted_at=act.now,
    )
    db.session.add(row)
    db.session.flush()
    marked = _mark(poll, Channel.PAPER, numbers, act, visit_id=row.id)
    audit.record(
        Tag.BOX_VISITED,
        f"poll:{poll.id}",
        act,
        visit=row.id,
        workers=[box.first_worker, box.second_worker],
        numbers=marked,
    )


def _refuse_unless_markable(poll: Poll, channel: Channel, now: datetime) -> None:
    """Refuse marks before the opening and after the count. Marks made after the close count as late."""
    if not (poll.paper if channel is Channel.PAPER else poll.hands):
        raise Refused(Reason.CHANNEL_NOT_OFFERED)
    state = poll_states.state_for_act(poll, now)
    if poll_states.stored_tally(poll) is not None:
        raise Refused(Reason.COUNTED_ALREADY)
    if state is not PollState.CLOSED and (reason := rules.why_not_vote(state)):
        raise Refused(reason)


def _refuse_unless_present(poll: Poll, channel: Channel, numbers: Sequence[int]) -> None:
    """Refuse, in a meeting, marks of hands, which the chair's ending makes, and paper of units that are not present."""
    if poll.meeting_poll is None:
        return
    if channel is Channel.HANDS:
        raise Refused(Reason.VOTE_OF_MEETING)
    ending = db.session.get(PollEnding, poll.id)
    here = ending.present if ending else meeting_port.meetings().present_numbers(poll.meeting_poll.meeting_id)
    if away := [n for n in numbers if n not in set(here)]:
        raise Refused(Reason.NUMBERS_NOT_HERE, numbers=_first(away))


@atomic
def mark_hands_at_meeting(poll: Poll, numbers: Sequence[int], act: Act) -> list[int]:
    """Mark the units that are present when the chair ends a vote and have not voted: their hands are counted."""
    return _mark(poll, Channel.HANDS, numbers, act, late=False)


def _mark(
    poll: Poll,
    channel: Channel,
    numbers: Sequence[int],
    act: Act,
    *,
    visit_id: int | None = None,
    late: bool | None = None,
) -> list[int]:
    channels = _entries(poll.id, numbers)
    if missing := [n for n in numbers if n not in channels]:
        raise Refused(Reason.NO_SUCH_NUMBER, numbers=_first(missing))
    if elsewhere := [n for n in numbers if channels[n] not in (None, channel)]:
        raise Refused(Reason.VOTED_ANOTHER_WAY, numbers=_first(elsewhere))
    fresh = [n for n in numbers if channels[n] is None]
    if not fresh:
        return []
    late = act.now >= poll.closes_at if late is None else late
    row = {
        "poll_id": poll.id,
        "village_id": poll.village_id,
        "channel": channel,
        "visit_id": visit_id,
        "late": late,
        "marked_by": act.actor.id,
        "marked_at": act.now,
    }
    db.session.execute(insert(AttendanceMark), [row | {"number": n} for n in fresh])
    entries = update(RollEntry).where(RollEntry.poll_id == poll.id, RollEntry.number.in_(fresh))
    db.session.execute(entries.values(channel=channel).execution_options(synchronize_session=False))
    turnout = update(Turnout).where(Turnout.poll_id == poll.id).values(units=Turnout.units + len(fresh))
    db.session.execute(turnout.execution_options(synchronize_session=False))
    audit.record(
        Tag.UNIT_MARKED,
        f"poll:{poll.id}",
        act,
        numbers=fresh,
        channel=channel.value,
        late=late,
    )
    return fresh


def _entries(poll_id: int, numbers: Sequence[int]) -> Mapping[int, Channel | None]:
    query = (
        select(RollEntry.number, RollEntry.channel)
        .where(RollEntry.poll_id == poll_id, RollEntry.number.in_(numbers))
        .with_for_update()
    )
    return {row.number: row.channel for row in db.session.execute(query)}


def _first(numbers: Sequence[int]) -> tuple[object, ...]:
    """Return the numbers that a sentence can hold."""
    return (*numbers[:20], *(["…"] if len(numbers) > 20 else []))


def late_marks(poll_id: int) -> int:
    """Return how many units were marked after the close."""
    query = select(func.count()).where(AttendanceMark.poll_id == poll_id, AttendanceMark.late)
    return db.session.scalar(query) or 0
