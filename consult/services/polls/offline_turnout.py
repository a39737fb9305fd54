"""Turnout on paper and by show of hands: marked on the roll, so that no unit is counted twice. A wrong mark is undone.

A mark is no presence: that is counted by the papers that come back (domain.polls.polls.count).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update

from consult.domain.audit import Tag, sha256
from consult.domain.polls import polls as rules
from consult.domain.polls.acts_on_votes import why_not_mark
from consult.domain.polls.polls import Channel, PollState
from consult.domain.refusals import Reason, Refused
from consult.models import (
    AttendanceMark,
    BoxVisit,
    LateMarks,
    MarkUndoing,
    Person,
    Poll,
    PollEnding,
    RollEntry,
    Turnout,
    db,
)
from consult.models.polls import act_queries, channel_queries
from consult.services.core import audit, transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.people import villages
from consult.services.polls import count_sheets, meeting_port, poll_states
from consult.services.polls.channels import telling
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
    """Mark these roll numbers; those marked so already stay. Returns the newly marked. Raises Refused, marking none.

    After the close marks take two persons: `counting.late_marks`.
    """
    meeting_port.lock_meeting_of(poll)
    transactions.lock(poll)
    paper_tickers.refuse_unless_ticking(poll, act)  # a refusal of numbers would tell who has voted
    refuse_own_house(poll, numbers, act)
    if _is_past(poll, channel, act.now):
        raise Refused(Reason.LATE_MARKS_BY_TWO)
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
    refuse_own_house(poll, numbers, act)
    if _is_past(poll, Channel.PAPER, act.now):
        raise Refused(Reason.LATE_MARKS_BY_TWO)
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


def refuse_own_house(poll: Poll, numbers: Sequence[int], act: Act) -> None:
    """Refuse who marks, confirms or undoes marks of the own house: an officer of another house does. Raises Refused."""
    if own := of_own_house(poll.id, numbers, act.actor):
        raise Refused(Reason.MARK_OF_OWN_HOUSE, numbers=_first(own))


def of_own_house(poll_id: int, numbers: Sequence[int], officer: Person) -> list[int]:
    """Return those of some roll numbers that are of the officer's own house, rising."""
    house = villages.own_house(officer)
    query = select(RollEntry.number, RollEntry.person_id, RollEntry.household_id)
    rows = db.session.execute(query.where(RollEntry.poll_id == poll_id, RollEntry.number.in_(numbers)))
    return sorted(row.number for row in rows if why_not_mark(house, row.person_id, row.household_id) is not None)


def refuse_unless_late(poll: Poll, channel: Channel, numbers: Sequence[int], act: Act) -> None:
    """Refuse late marks while the poll is open, after its count, of the own house, and of units that cannot be marked.

    The caller has locked the meeting and the poll. Raises Refused.
    """
    refuse_own_house(poll, numbers, act)
    if not _is_past(poll, channel, act.now):
        raise Refused(Reason.NOT_LATE_YET)
    _refuse_unless_present(poll, channel, numbers)
    if not _unmarked(poll, channel, numbers):
        raise Refused(Reason.MARKED_ALREADY)


@atomic
def mark_late(poll: Poll, channel: Channel, numbers: Sequence[int], act: Act, *, late_id: int) -> list[int]:
    """Mark what two persons confirmed after the close, as the second one. `late_id`: of the LateMarksConfirmation."""
    refuse_unless_late(poll, channel, numbers, act)
    return _mark(poll, channel, numbers, act, late_id=late_id)


def _is_past(poll: Poll, channel: Channel, now: datetime) -> bool:
    """Tell whether marks are late: after the close. Raises Refused before the opening and after the count."""
    if not (poll.paper if channel is Channel.PAPER else poll.hands):
        raise Refused(Reason.CHANNEL_NOT_OFFERED)
    state = poll_states.state_for_act(poll, now)
    if poll_states.stored_tally(poll) is not None:
        raise Refused(Reason.COUNTED_ALREADY)
    if state is PollState.CLOSED:
        return True
    if reason := rules.why_not_vote(state):
        raise Refused(reason)
    return False


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
    return _mark(poll, Channel.HANDS, numbers, act)


def _mark(
    poll: Poll,
    channel: Channel,
    numbers: Sequence[int],
    act: Act,
    *,
    visit_id: int | None = None,
    late_id: int | None = None,
) -> list[int]:
    fresh = _unmarked(poll, channel, numbers)
    if not fresh:
        return []
    late, before = late_id is not None, channel_queries.turns_of(poll.id, fresh)
    turns = {number: before.get(number, 0) + 1 for number in fresh}
    row = {
        "poll_id": poll.id,
        "village_id": poll.village_id,
        "channel": channel,
        "visit_id": visit_id,
        "late": late,
        "late_id": late_id,
        "marked_by": act.actor.id,
        "marked_at": act.now,
    }
    db.session.execute(insert(AttendanceMark), [row | {"number": n, "turn": turns[n]} for n in fresh])
    _set_channel(poll, channel, fresh)
    if channel is Channel.PAPER or poll.meeting_poll is None:  # who sits in the meeting sees how its vote ends
        telling.tell_marked(poll, turns, channel, act)
    audit.record(
        Tag.UNIT_MARKED,
        f"poll:{poll.id}",
        act,
        numbers=fresh,
        channel=channel.value,
        late=late,
        **({"request": late_id} if late_id is not None else {}),
    )
    return fresh


def _unmarked(poll: Poll, channel: Channel, numbers: Sequence[int]) -> list[int]:
    """Return the numbers that are not marked so already. Raises Refused where one is not on the roll or voted otherwise."""
    channels = _entries(poll.id, numbers)
    if missing := [n for n in numbers if n not in channels]:
        raise Refused(Reason.NO_SUCH_NUMBER, numbers=_first(missing))
    if elsewhere := [n for n in numbers if channels[n] not in (None, channel)]:
        raise Refused(Reason.VOTED_ANOTHER_WAY, numbers=_first(elsewhere))
    return [n for n in numbers if channels[n] is None]


def _set_channel(poll: Poll, channel: Channel | None, numbers: Sequence[int]) -> None:
    """Write the channel of some units into the roll, and let the turnout follow. `None`: they have none any more."""
    entries = update(RollEntry).where(RollEntry.poll_id == poll.id, RollEntry.number.in_(numbers))
    db.session.execute(entries.values(channel=channel).execution_options(synchronize_session=False))
    more = len(numbers) if channel else -len(numbers)
    turnout = update(Turnout).where(Turnout.poll_id == poll.id).values(units=Turnout.units + more)
    db.session.execute(turnout.execution_options(synchronize_session=False))


@atomic
def unmark(poll: Poll, numbers: Sequence[int], reason: str, act: Act) -> list[int]:
    """Undo marks that were wrong, until the close: every way of voting is open to the units again.

    Those undone before stay so. Returns the newly undone. After the close it takes two persons: `counting.late_marks`.
    Raises Refused, undoing none.
    """
    meeting_port.lock_meeting_of(poll)
    transactions.lock(poll)
    paper_tickers.refuse_unless_ticking(poll, act)
    refuse_own_house(poll, numbers, act)
    channels, turns = _marked(poll, numbers)
    for channel in (Channel.PAPER, Channel.HANDS):
        of_channel = {n: turns[n] for n in numbers if channels[n] is channel}
        if of_channel and _is_past(poll, channel, act.now):
            raise Refused(Reason.LATE_MARKS_BY_TWO)
        _unmark(poll, channel, of_channel, reason, act)
    return [n for n in numbers if channels[n] in (Channel.PAPER, Channel.HANDS)]


def refuse_unless_undoable(poll: Poll, channel: Channel, numbers: Sequence[int], act: Act) -> dict[int, int]:
    """Refuse to undo marks of a channel while the poll is open, after its count, of the own house, and where papers hold them.

    Returns the turns of those that stand. The caller has locked the meeting and the poll. Raises Refused.
    """
    refuse_own_house(poll, numbers, act)
    if not _is_past(poll, channel, act.now):
        raise Refused(Reason.NOT_LATE_TO_UNDO)
    channels, turns = _marked(poll, numbers)
    if otherwise := [n for n in numbers if channels[n] not in (None, channel)]:
        raise Refused(Reason.NOT_MARKED, numbers=_first(otherwise))
    standing = {n: turns[n] for n in numbers if channels[n] is channel}
    if not standing:
        raise Refused(Reason.UNDONE_ALREADY)
    if refusal := _why_not_undone(poll, channel, len(standing), act.now):
        raise refusal
    return standing


@atomic
def unmark_late(
    poll: Poll, channel: Channel, numbers: Sequence[int], reason: str, act: Act, *, late_id: int
) -> list[int]:
    """Undo what two persons confirmed after the close, as the second one. `late_id`: of the LateMarksConfirmation."""
    standing = refuse_unless_undoable(poll, channel, numbers, act)
    _unmark(poll, channel, standing, reason, act, late_id=late_id)
    return list(standing)


def why_not_taken_back(poll: Poll, number: int, act: Act) -> Refused | None:
    """Return why the mark of one unit cannot be undone by a ruling. Raises Refused after the count."""
    channel = _entries(poll.id, [number]).get(number)
    if channel not in (Channel.PAPER, Channel.HANDS):
        return Refused(Reason.VOTE_GIVEN_ANEW)
    return _why_not_undone(poll, channel, 1, act.now)


@atomic
def take_back(poll: Poll, number: int, reason: str, act: Act, *, contest_id: int) -> None:
    """Undo the mark of one unit as two officers ruled: no paper was given into the box for it. Raises Refused."""
    meeting_port.lock_meeting_of(poll)
    transactions.lock(poll)
    channel = _entries(poll.id, [number]).get(number)
    if channel not in (Channel.PAPER, Channel.HANDS):
        raise Refused(Reason.VOTE_GIVEN_ANEW)
    _unmark(poll, channel, channel_queries.turns_of(poll.id, [number]), reason, act, contest_id=contest_id)


def _marked(poll: Poll, numbers: Sequence[int]) -> tuple[Mapping[int, Channel | None], dict[int, int]]:
    """Return channels and turns of units whose marks are to be undone. Raises Refused where one never had a mark.

    A mark of which two officers ruled that its paper is in the box stays.
    """
    channels = _entries(poll.id, numbers)
    if missing := [n for n in numbers if n not in channels]:
        raise Refused(Reason.NO_SUCH_NUMBER, numbers=_first(missing))
    turns = channel_queries.turns_of(poll.id, numbers)
    offline = [n for n in numbers if channels[n] in (Channel.PAPER, Channel.HANDS)]
    if never := [n for n in numbers if n not in offline and n not in turns]:
        raise Refused(Reason.NOT_MARKED, numbers=_first(never))
    if any((n, turns[n]) in act_queries.ruled_in_box(poll.id, offline) for n in offline):
        raise Refused(Reason.PAPER_RULED_IN_BOX)
    return channels, turns


def _why_not_undone(poll: Poll, channel: Channel, how_many: int, now: datetime) -> Refused | None:
    """Return why so many marks of a channel cannot be undone any more. Raises Refused before the opening and after the count."""
    _is_past(poll, channel, now)
    if channel is Channel.HANDS and poll.meeting_poll is not None:
        return Refused(Reason.VOTE_OF_MEETING)
    marked = count_sheets.marked_by_channel(poll.id).get(channel, 0)
    counted = count_sheets.held_by_sheets(poll.id, channel)
    if marked - how_many < counted:
        return Refused(Reason.MARKS_ARE_COUNTED, marked=marked, counted=counted)
    return None


def _unmark(
    poll: Poll,
    channel: Channel,
    turns: Mapping[int, int],
    reason: str,
    act: Act,
    *,
    late_id: int | None = None,
    contest_id: int | None = None,
) -> None:
    numbers = list(turns)
    if not numbers:
        return
    if refusal := _why_not_undone(poll, channel, len(numbers), act.now):
        raise refusal
    late = _is_past(poll, channel, act.now)
    row = {
        "poll_id": poll.id,
        "village_id": poll.village_id,
        "reason": reason,
        "late": late,
        "late_id": late_id,
        "undone_by": act.actor.id,
        "undone_at": act.now,
    }
    telling.over_with(poll, numbers, act)
    db.session.execute(insert(MarkUndoing), [row | {"number": n, "turn": turns[n]} for n in numbers])
    _set_channel(poll, None, numbers)  # the database lets a channel go only with the undoing in place
    if late_id is None:
        telling.tell_unmarked(poll, turns, act)
    else:
        asked_by = db.session.get_one(LateMarks, late_id).asked_by
        telling.tell_unmarked(poll, turns, act, asked_by=asked_by, reason=reason)
    audit.record(
        Tag.UNIT_UNMARKED,
        f"poll:{poll.id}",
        act,
        numbers=numbers,
        channel=channel.value,
        late=late,
        digest=sha256(reason),
        **({"request": late_id} if late_id is not None else {}),
        **({"contest": contest_id} if contest_id is not None else {}),
    )


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
