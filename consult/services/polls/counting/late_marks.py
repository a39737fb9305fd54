"""Marks on paper and by hand after the close: one officer asks with a photo of the signed list, another one confirms.

The same for marks that are undone after the close: the photo shows that nobody signed for them.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select

from consult.domain.audit import Tag, sha256
from consult.domain.messages.notifications import NotificationEvent
from consult.domain.people.right_changes import has_lapsed, numbers
from consult.domain.people.roles import MARKS_TURNOUT
from consult.domain.people.two_persons import Asked
from consult.domain.people.waiting import Wait
from consult.domain.polls.polls import Channel
from consult.domain.refusals import Reason, Refused
from consult.models import LateMarks, LateMarksConfirmation, LateMarksEnd, Poll, PollTally, db
from consult.models.polls import channel_queries, poll_queries
from consult.services.core import audit, sure_time, transactions
from consult.services.core.acts import Act
from consult.services.core.each import each
from consult.services.core.transactions import atomic
from consult.services.core.uploads import stored_files
from consult.services.people import villages
from consult.services.people.two_persons import second_persons
from consult.services.people.two_persons.second_persons import Wanted
from consult.services.polls import meeting_port, offline_turnout, poll_messages, poll_states


@atomic
def ask(
    poll: Poll,
    channel: Channel,
    roll_numbers: Sequence[int],
    act: Act,
    *,
    picture: str,
    office: str,
    undo_because: str = "",
) -> LateMarks:
    """Ask that units are marked after the close; nobody is marked yet. The same key asks once. Raises Refused.

    `picture`: name of the stored photo of the signed list, against which a second person holds the numbers.
    `undo_because`: why marks are undone instead; those whom they name read it.
    """
    villages.locked(poll.village_id)
    meeting_port.lock_meeting_of(poll)
    transactions.lock(poll)
    if earlier := transactions.earlier(LateMarks, act.key):
        return earlier
    villages.refuse_without_office(office, act, MARKS_TURNOUT)
    if undo_because:
        offline_turnout.refuse_unless_undoable(poll, channel, roll_numbers, act)
    else:
        offline_turnout.refuse_unless_late(poll, channel, roll_numbers, act)
    if not picture:
        raise Refused(Reason.PHOTO_OF_LIST_NEEDED)
    row = LateMarks(
        village_id=poll.village_id,
        poll_id=poll.id,
        channel=channel,
        numbers=sorted(set(roll_numbers)),
        picture=picture,
        undoes=bool(undo_because),
        reason=undo_because,
        request_key=act.key,
        asked_by=act.actor.id,
        asked_office=office,
        asked_at=act.now,
    )
    db.session.add(row)
    db.session.flush()
    second_persons.tell(_wanted(poll, row), act)
    audit.record(
        Tag.LATE_MARKS_ASKED,
        f"poll:{poll.id}",
        act,
        request=row.id,
        channel=channel.value,
        numbers=row.numbers,
        office=office,
        picture=stored_files.fingerprint(poll.village_id, picture),
        **({"undoes": True, "digest": sha256(undo_because)} if undo_because else {}),
    )
    return row


def _wanted(poll: Poll, row: LateMarks) -> Wanted:
    return Wanted(
        kind=Wait.LATE_MARKS,
        id=row.id,
        asked=Asked(row.asked_by, row.asked_office, row.asked_at),
        homes=frozenset(poll_queries.homes_of(poll.id, row.numbers)),
        people=frozenset(poll_queries.people_of(poll.id, row.numbers)),
        facts={"kind": f"second_late_{_what(row)}", "title": poll.consultation.proposal.title, "poll": str(poll.id)},
    )


def _what(row: LateMarks) -> str:
    return "undoing" if row.undoes else "marks"


@atomic
def confirm(row: LateMarks, office: str, act: Act) -> None:
    """Confirm as the second person, who has seen the photo: the units are marked, or unmarked.

    Twice is the same as once. Raises Refused.
    """
    poll = db.session.get_one(Poll, row.poll_id)
    villages.locked(poll.village_id)
    meeting_port.lock_meeting_of(poll)
    transactions.lock(poll)
    if db.session.get(LateMarksConfirmation, row.id, populate_existing=True) is not None:
        return
    if (ended := _end_of(row)) is not None:
        if ended.ended_by is None:
            raise Refused(Reason.REQUEST_LAPSED)
        raise Refused(Reason.RIGHT_STOPPED)
    asked = Asked(row.asked_by, row.asked_office, row.asked_at)
    if reason := villages.why_not_second(asked, office, act, allowed=MARKS_TURNOUT):
        raise Refused(reason)
    if not row.undoes:
        offline_turnout.refuse_unless_late(poll, row.channel, row.numbers, act)
    confirmed = LateMarksConfirmation(
        request_id=row.id,
        village_id=poll.village_id,
        asked_by=row.asked_by,
        asked_office=row.asked_office,
        confirmed_by=act.actor.id,
        confirmed_office=office,
        confirmed_at=act.now,
    )
    db.session.add(confirmed)
    db.session.flush()  # the database takes a late mark only with the confirmation in place
    second_persons.over(Wait.LATE_MARKS, [row.id], act)
    undone: dict[str, bool | int] = {}
    if row.undoes:
        undone = {"undoes": True, "of_late": channel_queries.late_marks(poll.id, by_two=True, numbers=row.numbers)}
        done = offline_turnout.unmark_late(poll, row.channel, row.numbers, row.reason, act, late_id=row.id)
    else:
        done = offline_turnout.mark_late(poll, row.channel, row.numbers, act, late_id=row.id)
    audit.record(
        Tag.LATE_MARKS_CONFIRMED,
        f"poll:{poll.id}",
        act,
        request=row.id,
        channel=row.channel.value,
        units=len(done),
        asked_by=audit.pseudonym_of(poll.village_id, f"poll:{poll.id}", row.asked_by),
        asked_office=row.asked_office,
        office=office,
        **undone,
    )


@atomic
def drop(row: LateMarks, office: str, act: Act) -> None:
    """Drop late marks that wait, as one of the officers; twice is the same as once. Raises Refused."""
    poll = db.session.get_one(Poll, row.poll_id)
    villages.locked(poll.village_id)
    transactions.lock(poll)
    villages.refuse_without_office(office, act, MARKS_TURNOUT)
    if db.session.get(LateMarksConfirmation, row.id, populate_existing=True) is not None:
        raise Refused(Reason.RIGHT_IN_FORCE)
    if _end_of(row) is None:
        _end(row, poll, act)


def lapse_due(*, now: datetime) -> list[int]:
    """End late marks that nobody confirmed in time, or whose poll is counted or cancelled. Return their ids."""
    over = or_(LateMarks.asked_at <= now - numbers().lapse, ~Poll.stands, PollTally.poll_id.is_not(None))
    query = (
        select(LateMarks.id)
        .join(Poll, Poll.id == LateMarks.poll_id)
        .outerjoin(PollTally, PollTally.poll_id == Poll.id)
        .where(*_open(), over)
    )
    ids = db.session.scalars(query.order_by(LateMarks.id)).all()
    db.session.rollback()
    return each("late marks", ids, lambda one: _lapse_if_due(one, now))


@atomic
def _lapse_if_due(request_id: int, now: datetime) -> None:
    row = db.session.get_one(LateMarks, request_id)
    poll = db.session.get_one(Poll, row.poll_id)
    villages.locked(poll.village_id)
    transactions.lock(poll)
    done = db.session.get(LateMarksConfirmation, row.id, populate_existing=True)
    if done is None and _end_of(row) is None and _is_over(poll, row, now):
        _end(row, poll, Act.by_system(poll.village_id, now=now))


def _is_over(poll: Poll, row: LateMarks, now: datetime) -> bool:
    """Tell whether they can be confirmed no more. A clock in doubt ends nothing."""
    counted = poll_states.stored_tally(poll) is not None
    return counted or not poll.stands or has_lapsed(row.asked_at, sure_time.surely_past(poll.village_id, now))


def _end_of(row: LateMarks) -> LateMarksEnd | None:
    return db.session.get(LateMarksEnd, row.id, populate_existing=True)


def _end(row: LateMarks, poll: Poll, act: Act) -> None:
    """End what waits, and tell who asked for it, unless they end it themselves."""
    lapsed = act.actor_id is None
    db.session.add(LateMarksEnd(request_id=row.id, village_id=row.village_id, ended_by=act.actor_id, ended_at=act.now))
    db.session.flush()
    poll_messages.tell_of_poll(
        poll,
        {row.asked_by} - {act.actor_id},
        NotificationEvent.DUTY,
        now=act.now,
        subject=f"late_marks_ended:{row.id}",
        kind=f"late_{_what(row)}_{'lapsed' if lapsed else 'dropped'}",
    )
    second_persons.over(Wait.LATE_MARKS, [row.id], act)
    audit.record(Tag.LATE_MARKS_DROPPED, f"poll:{poll.id}", act, request=row.id, lapsed=lapsed)


def _open() -> tuple[ColumnElement[bool], ...]:
    return (
        LateMarks.id.not_in(select(LateMarksConfirmation.request_id)),
        LateMarks.id.not_in(select(LateMarksEnd.request_id)),
    )


def waiting(poll_id: int, *, now: datetime) -> Sequence[LateMarks]:
    """Return what waits for a second person and has not lapsed, oldest first."""
    query = select(LateMarks).where(LateMarks.poll_id == poll_id, *_open(), LateMarks.asked_at > now - numbers().lapse)
    return db.session.scalars(query.order_by(LateMarks.id)).all()
