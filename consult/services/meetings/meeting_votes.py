"""A vote in a meeting: planned with its item or asked on the spot, opened, ended by the chair, hands counted of those left.

Only units that are here vote; the count is held against everybody who was here when the chair ended it.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from consult.domain.audit import Tag
from consult.domain.law.bodies import Body
from consult.domain.meetings.entry_facts import ProceedingStep
from consult.domain.meetings.meetings import MeetingState
from consult.domain.people.rolls import UnitOfRoll
from consult.domain.polls.poll_plans import Asked, PollPlan
from consult.domain.polls.polls import Channel, Standing
from consult.domain.refusals import Reason, Refused
from consult.domain.talk.phases import Phase
from consult.models import (
    AgendaItem,
    Consultation,
    Meeting,
    MeetingPoll,
    MeetingRollEntry,
    Person,
    Poll,
    PollChange,
    PollEnding,
    RollEntry,
    Village,
    db,
)
from consult.models.meetings import check_in_queries
from consult.services.core import audit, transactions
from consult.services.law import four_deliberations
from consult.services.meetings import meeting_states, proceedings
from consult.services.people.villages import local_day
from consult.services.polls import count_sheets, offline_turnout, polls
from consult.services.talk import phases

LONGEST = timedelta(hours=6)
"""A vote that nobody ends is over after so long: a meeting that was forgotten keeps no vote open overnight."""


def plan(item: AgendaItem, asked: Asked, actor: Person, *, key: str, now: datetime) -> Poll:
    """Write down a vote of a motion; nothing is frozen yet. The same key plans one. Raises Refused."""
    meeting = db.session.get_one(Meeting, item.meeting_id)
    meeting_states.refuse_unless(meeting, MeetingState.DRAFTED, MeetingState.CALLED, MeetingState.OPEN)
    if item.consultation_id is None or item.kind != "motion":
        raise Refused(Reason.NOT_A_MOTION)
    consultation = db.session.get_one(Consultation, item.consultation_id)
    body = meeting_states.body_of(meeting)
    standing = Standing.ADVISORY if body.consultative else Standing.FORMAL
    starts = max(meeting.starts_at, now)
    whole = PollPlan(
        meeting.body,
        meeting.group_id,
        asked.kind,
        asked.question,
        asked.options,
        asked.max_choices,
        standing,
        meeting.short_notice_reason,
        starts,
        starts + LONGEST,
        asked.secret,
        asked.paper,
        asked.hands,
        True,
    )
    earlier = db.session.scalar(select(Poll).where(Poll.request_key == key, Poll.village_id == actor.village_id))
    poll = earlier or polls.draft(consultation, whole, actor, key=key, now=now)
    if db.session.get(MeetingPoll, poll.id) is None:  # also when the first try got no further than the draft
        transactions.expect(reading=False)
        link = MeetingPoll(poll_id=poll.id, village_id=meeting.village_id, meeting_id=meeting.id, item_id=item.id)
        db.session.add(link)
        transactions.commit()
    return poll


def open_vote(meeting: Meeting, poll_id: int, actor: Person, *, now: datetime) -> None:
    """Freeze it with the meeting's roll and let it begin. Twice is the same as once. Raises Refused."""
    transactions.lock(meeting)
    poll, item = _of_meeting(meeting, poll_id)
    transactions.lock(poll)
    if poll.announced_at is not None:
        return
    body = meeting_states.body_of(meeting)
    _refuse_unless_ripe(meeting, item, body)
    phases.refuse_ended(poll.consultation)
    with db.session.no_autoflush:
        poll.opens_at, poll.closes_at = now, now + LONGEST
        facts = {"id": meeting.id, "item": item.number, "fingerprint": meeting.fingerprint}
        units = [
            UnitOfRoll(e.number, e.unit, e.household_id, e.person_id)
            for e in db.session.scalars(_roll(meeting.id)).all()
        ]
        village = db.session.get_one(Village, meeting.village_id)
        adult_on = local_day(village, meeting.starts_at)
        polls.freeze(poll, body, units, adult_on, actor, now, source=body.source, meeting=facts)
    audit.record(
        Tag.POLL_ANNOUNCED,
        f"poll:{poll.id}",
        village_id=poll.village_id,
        actor_id=actor.id,
        now=now,
        fingerprint=poll.fingerprint,
        units=len(units),
    )
    if not body.internal:  # there a proposal is prepared; its words can still be mended
        phases.pass_into(poll.consultation, Phase.VOTE, now=now)
    proceedings.add(meeting, ProceedingStep.VOTE_OPENED, actor.id, now=now, item=item.number, poll=poll.id)
    transactions.commit()


def _roll(meeting_id: int) -> Any:
    return select(MeetingRollEntry).where(MeetingRollEntry.meeting_id == meeting_id).order_by(MeetingRollEntry.number)


def _of_meeting(meeting: Meeting, poll_id: int) -> tuple[Poll, AgendaItem]:
    """A vote of this meeting and its item. Raises Refused for any other poll."""
    query = (
        select(Poll, AgendaItem)
        .join(MeetingPoll, MeetingPoll.poll_id == Poll.id)
        .join(AgendaItem, AgendaItem.id == MeetingPoll.item_id)
        .where(MeetingPoll.meeting_id == meeting.id, Poll.id == poll_id)
    )
    found = db.session.execute(query).first()
    if found is None:
        raise Refused(Reason.NOT_A_MOTION)
    return found[0], found[1]


def _refuse_unless_ripe(meeting: Meeting, item: AgendaItem, body: Body) -> None:
    """The meeting is open and at this item, no other vote goes on, enough are here, and it stood in the notice."""
    meeting_states.refuse_unless(meeting, MeetingState.OPEN)
    if proceedings.course_of(meeting.id).current != item.number:
        raise Refused(Reason.ITEM_NOT_CURRENT)
    if meeting_states.open_vote(meeting.id) is not None:
        raise Refused(Reason.VOTE_IS_OPEN)
    noticed = {row[0]: row[3:] for row in (meeting.frozen or {"agenda": []})["agenda"]}
    if item.number not in noticed and body.notice_days:
        raise Refused(Reason.ADDED_AFTER_NOTICE, days=body.notice_days)
    if item.consultation_id is not None:
        revision = four_deliberations.revision_of(item.consultation_id)
        if item.number in noticed and noticed[item.number] != [item.consultation_id, revision]:
            raise Refused(Reason.MOTION_REVISED)
        four_deliberations.refuse_unless_ripe(
            item.consultation_id,
            item.title,
            body.code,
            study_exception=meeting.study_exception,
            authorisation=meeting.authorisation,
        )
    quorum = meeting_states.quorum_of(meeting)
    if not quorum.reached:
        raise Refused(Reason.QUORUM_MISSING, missing=quorum.missing)


def end_vote(meeting: Meeting, poll_id: int, actor: Person, *, clock: Callable[[], datetime]) -> None:
    """The chair ends it: whoever is here and has not voted otherwise is counted by hand, if hands were announced.

    The clock is read once nobody else can cast. Twice is the same as once. Raises Refused.
    """
    transactions.lock(meeting)
    poll, item = _of_meeting(meeting, poll_id)
    if db.session.get(PollEnding, poll_id) is not None:
        return
    transactions.lock(poll)
    if poll.announced_at is None or poll.cancelled_at is not None:
        raise Refused(Reason.VOTE_NOT_OPEN)
    now = clock()
    if now >= poll.closes_at:
        end_by_time(poll, now=now)
    else:
        _end(meeting, poll, item, actor, now)
    transactions.commit()


def _end(meeting: Meeting, poll: Poll, item: AgendaItem, actor: Person, now: datetime) -> None:
    present = check_in_queries.present_numbers(meeting.id)
    if poll.hands:
        left = _not_voted(poll.id, check_in_queries.present_numbers(meeting.id, in_room=True))
        if left:
            offline_turnout.mark_hands_at_meeting(poll, left, actor, now=now)
    _note_ending(poll, actor.id, present, at=now, now=now)
    if poll.hands and count_sheets.marked_by_channel(poll.id).get(Channel.HANDS):
        count_sheets.add_sheet(poll, Channel.HANDS, meeting.place, actor, key=f"hands:{poll.id}", now=now)
    proceedings.add(meeting, ProceedingStep.VOTE_ENDED, actor.id, now=now, item=item.number, poll=poll.id)


def _not_voted(poll_id: int, present: list[int]) -> list[int]:
    query = select(RollEntry.number).where(RollEntry.poll_id == poll_id, RollEntry.channel.is_(None))
    return sorted(set(db.session.scalars(query)) & set(present))


def _note_ending(poll: Poll, actor_id: int | None, present: list[int], *, at: datetime, now: datetime) -> None:
    """The ending first: only with it the database lets the closing time move."""
    on_roll = set(db.session.scalars(select(RollEntry.number).where(RollEntry.poll_id == poll.id)))
    here = [n for n in present if n in on_roll]  # somebody added meanwhile is on the meeting's roll, not on this one
    db.session.add(
        PollEnding(poll_id=poll.id, village_id=poll.village_id, ended_at=at, ended_by=actor_id, present=here)
    )
    db.session.flush()
    poll.closes_at = at
    db.session.flush()
    audit.record(
        Tag.POLL_ENDED,
        f"poll:{poll.id}",
        village_id=poll.village_id,
        actor_id=actor_id,
        now=now,
        closes_at=at.isoformat(),
        present=here,
    )


def end_by_time(poll: Poll, *, now: datetime) -> bool:
    """Its longest time ran out and nobody ended it: whoever is here counts as present. In the transaction at hand.

    Returns whether it was so.
    """
    link = db.session.get(MeetingPoll, poll.id)
    if link is None or db.session.get(PollEnding, poll.id) is not None or now < poll.closes_at:
        return False
    meeting, item = db.session.get_one(Meeting, link.meeting_id), db.session.get_one(AgendaItem, link.item_id)
    transactions.lock(meeting)
    transactions.lock(poll)
    if db.session.get(PollEnding, poll.id, populate_existing=True) is not None:
        return False
    _note_ending(poll, None, check_in_queries.present_numbers(meeting.id), at=poll.closes_at, now=now)
    proceedings.add(
        meeting,
        ProceedingStep.VOTE_ENDED,
        meeting.called_by or 0,
        now=now,
        item=item.number,
        poll=poll.id,
        by_time=True,
    )
    return True


def note_cancelled(poll: Poll, change: PollChange, *, now: datetime) -> None:
    """Two officers took a vote back: the screens and the minutes say so. In the transaction of the change."""
    link = db.session.get(MeetingPoll, poll.id)
    if link is None or poll.announced_at is None:
        return
    meeting, item = db.session.get_one(Meeting, link.meeting_id), db.session.get_one(AgendaItem, link.item_id)
    proceedings.add(
        meeting,
        ProceedingStep.VOTE_CANCELLED,
        change.asked_by,
        now=now,
        item=item.number,
        poll=poll.id,
        question=poll.question,
        reason=change.reason,
    )


def waits_for_ending(poll: Poll) -> bool:
    """A vote of a meeting that neither the chair nor the job has ended: who was present is not known yet."""
    return db.session.get(MeetingPoll, poll.id) is not None and db.session.get(PollEnding, poll.id) is None


def note_declared(poll: Poll, outcome: str, facts: dict[str, Any], actor: Person, *, now: datetime) -> None:
    """The outcome stands in the record of the meeting. In the transaction of the declaration."""
    link = db.session.get(MeetingPoll, poll.id)
    if link is None:
        return
    meeting, item = db.session.get_one(Meeting, link.meeting_id), db.session.get_one(AgendaItem, link.item_id)
    transactions.lock(meeting)
    proceedings.add(
        meeting,
        ProceedingStep.VOTE_DECLARED,
        actor.id,
        now=now,
        item=item.number,
        poll=poll.id,
        question=poll.question,
        kind=poll.kind,
        options=[option.label for option in poll.options],
        outcome=outcome,
        **facts,
    )


def present_of(poll: Poll, voted: set[int]) -> int | None:
    """Units at the meeting for a vote of it: those here at its end, and those that voted and went. None: no meeting."""
    if db.session.get(MeetingPoll, poll.id) is None:
        return None
    ending = db.session.get(PollEnding, poll.id)
    return len(set(ending.present if ending else ()) | voted)
