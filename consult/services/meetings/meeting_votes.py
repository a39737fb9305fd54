"""Votes in a meeting: planned with an item or on the spot, opened, ended by the chair, hands counted of those left.

Only units that are here vote; the count is compared with all who were here when the chair ended the vote.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import inspect, select

from consult.domain.audit import Tag
from consult.domain.law import vote_gates
from consult.domain.law.bodies import Body
from consult.domain.law.motions import Motion
from consult.domain.law.vote_gates import Door, Exceptions
from consult.domain.law.voting_rolls import UnitOfRoll
from consult.domain.meetings.agendas import ItemKind
from consult.domain.meetings.calls import FrozenItem
from consult.domain.meetings.entry_facts import (
    VoteCancelledFacts,
    VoteDeclaredFacts,
    VoteEndedFacts,
    VoteOpenedFacts,
)
from consult.domain.meetings.meetings import MeetingState
from consult.domain.polls import bundle_lists
from consult.domain.polls.frozen import FrozenMeeting
from consult.domain.polls.poll_plans import Asked, PollPlan
from consult.domain.polls.polls import Channel, Outcome, Standing
from consult.domain.refusals import Reason, Refused
from consult.domain.talk.phases import Phase
from consult.models import (
    AgendaItem,
    Consultation,
    Declaration,
    Meeting,
    MeetingPoll,
    MeetingRollEntry,
    Poll,
    PollChange,
    PollEnding,
    RollEntry,
    Village,
    db,
)
from consult.models.meetings import check_in_queries, meeting_queries
from consult.models.polls import poll_queries
from consult.services.core import audit, transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.law import four_deliberations
from consult.services.meetings import meeting_states, proceedings, resolutions
from consult.services.people.villages import local_day
from consult.services.polls import count_sheets, offline_turnout, poll_states, polls, voter_verification
from consult.services.polls.requests import further_votes
from consult.services.polls.requests.further_votes import Question
from consult.services.talk import moderation_subjects, phases

LONGEST = timedelta(hours=6)
"""A vote that the chair does not end is over after so long."""


@atomic
def plan(item: AgendaItem, asked: Asked, act: Act) -> Poll:
    """Write down a vote of a motion; nothing is frozen yet. The same key plans one. Raises Refused."""
    meeting, item = locked_item(item)
    meeting_states.refuse_unless(meeting, MeetingState.DRAFTED, *meeting_states.COMING)
    if item.consultation_id is None or item.kind is not ItemKind.MOTION:
        raise Refused(Reason.NOT_A_MOTION)
    consultation = db.session.get_one(Consultation, item.consultation_id)
    body = meeting_states.body_of(meeting)
    standing = _standing_of(body, consultation.id, hands=asked.hands)
    _refuse_decided(meeting, consultation.id, standing)
    starts = max(meeting.starts_at, act.now)
    whole = PollPlan(
        body=meeting.body,
        group_id=meeting.group_id,
        kind=asked.kind,
        question=asked.question,
        options=asked.options,
        max_choices=asked.max_choices,
        standing=standing,
        short_notice_reason=item.short_notice_reason or meeting.short_notice_reason,
        opens_at=starts,
        closes_at=starts + LONGEST,
        secret=asked.secret,
        paper=asked.paper,
        hands=asked.hands,
        turnout_shown=True,
    )
    poll = polls.draft(consultation, whole, act)
    if db.session.get(MeetingPoll, poll.id) is None:
        link = MeetingPoll(poll_id=poll.id, village_id=meeting.village_id, meeting_id=meeting.id, item_id=item.id)
        db.session.add(link)
        db.session.flush()
    return poll


def _standing_of(body: Body, consultation_id: int, *, hands: bool) -> Standing:
    """Return whether a vote of a meeting decides or only asks. Raises Refused where raised hands may not decide."""
    formal = vote_gates.decides(body, four_deliberations.motion(consultation_id))
    if reason := vote_gates.why_not_hands(body, hands=hands, formal=formal):
        raise Refused(reason)
    return Standing.FORMAL if formal else Standing.ADVISORY


def _refuse_decided(meeting: Meeting, consultation_id: int, standing: Standing) -> None:
    if standing is Standing.FORMAL:
        poll_states.refuse_decided_in(meeting.id, consultation_id, meeting.body, meeting.group_id)


def locked_item(item: AgendaItem) -> tuple[Meeting, AgendaItem]:
    """Lock the meeting of an item and read the item anew. Raises Refused where it was taken off meanwhile."""
    item_id = (inspect(item).identity or (0,))[0]  # the row itself may be gone
    meeting_id = db.session.scalar(select(AgendaItem.meeting_id).where(AgendaItem.id == item_id))
    if meeting_id is not None:
        meeting = db.session.get_one(Meeting, meeting_id)
        transactions.lock(meeting)
        found = db.session.scalar(select(AgendaItem).where(AgendaItem.id == item_id))
        if found is not None:
            return meeting, found
    raise Refused(Reason.CHANGED_MEANWHILE, parts=["agenda"])


@atomic
def open_vote(meeting: Meeting, poll_id: int, act: Act) -> None:
    """Freeze a vote with the meeting's roll and let it begin. Twice is the same as once. Raises Refused."""
    transactions.lock(meeting)
    poll, item = _of_meeting(meeting, poll_id)
    transactions.lock(poll)
    transactions.lock(poll.consultation)  # it moves on: before the head of the log
    if poll.announced_at is not None:
        return
    poll_states.refuse_while_in_doubt(meeting.village_id)
    body, village = meeting_states.body_of(meeting), db.session.get_one(Village, meeting.village_id)
    _refuse_unless_ripe(meeting, item, body, now=act.now)
    phases.refuse_ended(poll.consultation)
    moderation_subjects.refuse_hidden(poll.consultation_id)
    standing = _standing_of(body, poll.consultation_id, hands=poll.hands)
    _refuse_decided(meeting, poll.consultation_id, standing)
    again = further_votes.refuse_unless_open(replace(Question.of(poll), standing=standing), now=act.now, opener=act)
    with db.session.no_autoflush:
        poll.standing = standing  # the kind of matter may have been said since the vote was planned
        poll.opens_at, poll.closes_at = act.now, act.now + LONGEST
        of_meeting = FrozenMeeting(meeting.id, item.number, meeting.fingerprint or "")
        units = [
            UnitOfRoll(e.number, e.unit, e.household_id, e.person_id)
            for e in db.session.scalars(_roll(meeting.id)).all()
        ]
        adult_on = meeting.call.adult_on if meeting.call else local_day(village, meeting.starts_at)
        polls.freeze(
            poll,
            body,
            units,
            act,
            adult_on=adult_on,
            source=body.source,
            meeting=of_meeting,
            resolution=resolutions.of_item(item),
            again=further_votes.frozen_again(again),
        )
    further_votes.note_used(again, poll)
    voting = voter_verification.said_of_voters(poll, on=adult_on)
    audit.record(Tag.POLL_ANNOUNCED, f"poll:{poll.id}", act, fingerprint=poll.fingerprint, units=len(units), **voting)
    if not body.internal:  # there a proposal is prepared; its words can still be mended
        phases.pass_into(poll.consultation, Phase.VOTE, now=act.now)
    proceedings.add(meeting, VoteOpenedFacts(poll=poll.id), act, item=item.number)


def _roll(meeting_id: int) -> Any:
    return select(MeetingRollEntry).where(MeetingRollEntry.meeting_id == meeting_id).order_by(MeetingRollEntry.number)


def _of_meeting(meeting: Meeting, poll_id: int) -> tuple[Poll, AgendaItem]:
    """Return a vote of this meeting and its item. Raises Refused for any other poll."""
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


def _refuse_unless_ripe(meeting: Meeting, item: AgendaItem, body: Body, *, now: datetime) -> None:
    """Refuse unless the meeting is at this item, no vote is open, enough are here, and the motion stood so in the notice."""
    meeting_states.refuse_unless(meeting, MeetingState.OPEN)
    if proceedings.course_of(meeting.id).current != item.number:
        raise Refused(Reason.ITEM_NOT_CURRENT)
    if meeting_states.open_vote(meeting.id) is not None:
        raise Refused(Reason.VOTE_IS_OPEN)
    _refuse_shut_gates(meeting, item, body, now=now)
    quorum = meeting_states.quorum_of(meeting)
    if not quorum.reached:
        raise Refused(Reason.QUORUM_MISSING, missing=quorum.missing)


def _door(meeting: Meeting, item: AgendaItem, body: Body, noticed: FrozenItem | None, *, now: datetime) -> Door:
    """Return how an item comes to its vote. What was written for the call covers what stood in it, and nothing added since."""
    village, call = db.session.get_one(Village, meeting.village_id), meeting.call
    today, text = local_day(village, now), resolutions.against_proposal(item)
    if noticed is None or call is None:
        own = Exceptions(item.short_notice_reason, item.authorisation)
        known_on = local_day(village, item.told_at) if item.told_at else today
        return Door(
            body=body,
            group_id=meeting.group_id,
            exceptions=own,
            known_on=known_on,
            voted_on=today,
            added=True,
            text=text,
        )
    authorisation = item.authorisation or _of_older_call(meeting)
    return Door(
        body=body,
        group_id=meeting.group_id,
        exceptions=Exceptions(meeting.short_notice_reason, authorisation),
        known_on=local_day(village, call.called_at),
        voted_on=max(today, local_day(village, call.starts_at)),  # it may be opened some minutes early, before midnight
        text=text,
    )


def why_shut(meeting: Meeting, item: AgendaItem, *, now: datetime) -> Refused | None:
    """Return why the gates keep a motion from its vote; None: they do not. Quorum and the course of the meeting apart."""
    if meeting.call is None or item.consultation_id is None:
        return None
    try:
        _refuse_shut_gates(meeting, item, meeting_states.body_of(meeting), now=now)
    except Refused as refusal:
        return refusal
    return None


def _refuse_shut_gates(meeting: Meeting, item: AgendaItem, body: Body, *, now: datetime) -> None:
    """Refuse a motion with other words than in the notice, or for which a gate is shut."""
    motion = four_deliberations.motion(item.consultation_id or 0)
    noticed = meeting.call.item(item.number) if meeting.call else None
    if noticed and (noticed.consultation_id, noticed.revision) != (item.consultation_id, motion.revision):
        raise Refused(Reason.MOTION_REVISED)
    vote_gates.refuse_unless_open(_door(meeting, item, body, noticed, now=now), motion, title=item.title)
    refuse_repeated(meeting, item.consultation_id or 0, body, motion, now=now)


def refuse_repeated(meeting: Meeting, consultation_id: int, body: Body, motion: Motion, *, now: datetime) -> None:
    """Refuse a motion that this body voted on before, in another meeting or by phone, without a ground. Raises Refused."""
    standing = Standing.FORMAL if vote_gates.decides(body, motion) else Standing.ADVISORY
    asked = Question(consultation_id, meeting.body, meeting.group_id, standing, meeting.id)
    further_votes.refuse_unless_open(asked, now=now)


def _of_older_call(meeting: Meeting) -> str:
    """Return the authorisation of a call from before each item had its own: there one sentence stood for all."""
    if not meeting.authorisation:
        return ""
    own = any(item.authorisation for item in meeting_queries.agenda(meeting.id))
    return "" if own else meeting.authorisation


@atomic
def repeat(meeting: Meeting, poll_id: int, act: Act) -> Poll:
    """Plan a vote again as it was, after too few were there or two officers cancelled it. The same key plans one.

    Raises Refused.
    """
    transactions.lock(meeting)
    poll, item = _of_meeting(meeting, poll_id)
    outcome = db.session.scalar(select(Declaration.outcome).where(Declaration.poll_id == poll.id))
    if outcome != Outcome.INQUORATE and poll.stands:
        reason = Reason.ALREADY_DECLARED if outcome else Reason.VOTE_NOT_DECLARED
        raise Refused(reason)
    newest = db.session.scalar(
        select(Poll)
        .join(MeetingPoll, MeetingPoll.poll_id == Poll.id)
        .where(MeetingPoll.item_id == item.id, Poll.cancelled_at.is_(None))
        .order_by(Poll.id.desc())
        .limit(1)
    )
    if newest is not None and newest.id > poll.id:  # somebody else has planned it meanwhile
        return newest
    return plan(item, asked_of(poll), act)


def asked_of(poll: Poll) -> Asked:
    """Return a vote as it was asked for."""
    return Asked(
        kind=poll.kind,
        question=poll.question,
        options=() if poll.method.fixed_options else tuple(option.label for option in poll.options),
        max_choices=poll.max_choices,
        secret=poll.secret,
        paper=poll.paper,
        hands=poll.hands,
    )


@atomic
def end_vote(meeting: Meeting, poll_id: int, act: Act, *, clock: Callable[[], datetime]) -> None:
    """End a vote as the chair: units that are here and have not voted are counted by hand, if hands were announced.

    The act's instant is read from the clock once no ballot can be cast any more. Twice is the same as once.
    Raises Refused.
    """
    transactions.lock(meeting)
    poll, item = _of_meeting(meeting, poll_id)
    if db.session.get(PollEnding, poll_id) is not None:
        return
    transactions.lock(poll)
    if not poll.stands:
        raise Refused(Reason.VOTE_NOT_OPEN)
    poll_states.refuse_while_in_doubt(meeting.village_id)
    act = replace(act, now=clock())
    if act.now >= poll.closes_at:
        end_by_time(poll, now=act.now)
    else:
        _end(meeting, poll, item, act)


def _end(meeting: Meeting, poll: Poll, item: AgendaItem, act: Act) -> None:
    present = check_in_queries.present_numbers(meeting.id)
    if poll.hands:
        left = _not_voted(poll.id, check_in_queries.present_numbers(meeting.id, in_room=True))
        if left:
            offline_turnout.mark_hands_at_meeting(poll, left, act)
    _note_ending(poll, present, act, at=act.now)
    if poll.hands and count_sheets.marked_by_channel(poll.id).get(Channel.HANDS):
        count_sheets.add_sheet(poll, Channel.HANDS, meeting.place, replace(act, key=f"hands:{poll.id}"))
    proceedings.add(meeting, VoteEndedFacts(poll=poll.id), act, item=item.number)


def _not_voted(poll_id: int, present: list[int]) -> list[int]:
    query = select(RollEntry.number).where(RollEntry.poll_id == poll_id, RollEntry.channel.is_(None))
    return sorted(set(db.session.scalars(query)) & set(present))


def _note_ending(poll: Poll, present: list[int], act: Act, *, at: datetime) -> None:
    """Write the ending, then move the closing time: the database lets it move only with an ending."""
    salts = poll_queries.salts_of_units(poll.id)
    here = [n for n in present if n in salts]  # somebody added meanwhile is on the meeting's roll, not on this one
    db.session.add(
        PollEnding(poll_id=poll.id, village_id=poll.village_id, ended_at=at, ended_by=act.actor_id, present=here)
    )
    db.session.flush()
    poll.closes_at = at
    db.session.flush()
    tokens = sorted(bundle_lists.unit_token(salts[n]) for n in here)
    audit.record(Tag.POLL_ENDED, f"poll:{poll.id}", act, closes_at=at.isoformat(), present=here, here=tokens)


def end_by_time(poll: Poll, *, now: datetime) -> bool:
    """End a meeting's vote whose longest time ran out without the chair; tell whether it was so.

    Units that are here now count as present.
    """
    past = poll.closing_seen_at is not None or now >= poll.closes_at
    return poll_states.waits_for_ending(poll) and past and _end_by_time(poll, now)


@atomic
def _end_by_time(poll: Poll, now: datetime) -> bool:
    link = db.session.get_one(MeetingPoll, poll.id)
    meeting, item = db.session.get_one(Meeting, link.meeting_id), db.session.get_one(AgendaItem, link.item_id)
    transactions.lock(meeting)
    transactions.lock(poll)
    if db.session.get(PollEnding, poll.id, populate_existing=True) is not None:
        return False
    by_clock = Act.by_system(poll.village_id, now=now)
    _note_ending(poll, check_in_queries.present_numbers(meeting.id), by_clock, at=poll.closes_at)
    in_name_of_convener = Act(meeting.village_id, meeting.called_by, now)
    proceedings.add(meeting, VoteEndedFacts(poll=poll.id, by_time=True), in_name_of_convener, item=item.number)
    return True


@atomic
def note_cancelled(poll: Poll, change: PollChange, *, now: datetime) -> None:
    """Note in the record of its meeting that two officers cancelled a vote. Nothing for a poll without a meeting."""
    link = db.session.get(MeetingPoll, poll.id)
    if link is None or poll.announced_at is None:
        return
    meeting, item = db.session.get_one(Meeting, link.meeting_id), db.session.get_one(AgendaItem, link.item_id)
    transactions.lock(meeting)
    cancelled = VoteCancelledFacts(poll=poll.id, question=poll.question, reason=change.reason)
    proceedings.add(meeting, cancelled, Act(poll.village_id, change.asked_by, now), item=item.number)


@atomic
def note_declared(poll: Poll, outcome: Outcome, facts: Mapping[str, Any], act: Act) -> None:
    """Note the outcome in the record of the meeting. `facts`: tally and verdict as in the declaration."""
    link = db.session.get(MeetingPoll, poll.id)
    if link is None:
        return
    meeting, item = db.session.get_one(Meeting, link.meeting_id), db.session.get_one(AgendaItem, link.item_id)
    transactions.lock(meeting)
    declared = VoteDeclaredFacts(
        poll=poll.id,
        question=poll.question,
        kind=poll.kind,
        options=[option.label for option in poll.options],
        outcome=outcome,
        tally=facts["tally"],
        verdict=facts["verdict"],
    )
    proceedings.add(meeting, declared, act, item=item.number)
