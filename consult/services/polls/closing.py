"""Closing, counting and declaring. Closing is a job and, without it, part of the next act."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from consult.domain.audit import Tag
from consult.domain.law.bodies import QuorumBase, Share, internal_codes
from consult.domain.law.four_deliberations import Resolution
from consult.domain.messages.notifications import NotificationEvent
from consult.domain.polls import polls as rules
from consult.domain.polls.polls import (
    ABSTAIN,
    ELECTRONIC,
    OPPOSE,
    SUPPORT,
    Channel,
    Outcome,
    PollKind,
    Standing,
    Tally,
    Verdict,
)
from consult.domain.polls.secret_ballots import digest
from consult.domain.refusals import Reason, Refused
from consult.domain.talk.phases import Phase
from consult.models import Declaration, Person, Poll, PollTally, Village, db
from consult.models.messages import reminder_queries
from consult.models.polls import poll_queries
from consult.models.talk.participant_queries import participants
from consult.services.board import notices
from consult.services.core import audit, transactions
from consult.services.core.acts import Act
from consult.services.core.each import each
from consult.services.law import four_deliberations
from consult.services.meetings import meeting_votes
from consult.services.messages import reminders
from consult.services.polls import ballot_shuffle, count_sheets, poll_states
from consult.services.polls.poll_states import frozen_of
from consult.services.talk import phases


class CountsDiffer(Exception):
    """Ballots and roll disagree: somebody changed the database. Nothing is closed; the log must be verified."""


def close(poll: Poll, *, now: datetime) -> None:
    """Count twice, compare, store. Already closed: nothing. Raises Refused before the time, CountsDiffer, NotMixed.

    A secret poll's ballots are mixed first, which ends the transaction at hand: call it before anything is written.
    """
    if db.session.get(PollTally, poll.id) is not None:
        return
    if meeting_votes.end_by_time(poll, now=now):
        db.session.commit()  # the mixing begins a transaction of its own
    _refuse_unless_countable(poll, now)
    mixed = ballot_shuffle.mix(poll.id) if poll.secret else None
    meeting_votes.lock_meeting(poll)
    transactions.lock(poll)
    if db.session.get(PollTally, poll.id, populate_existing=True) is not None:
        return
    _refuse_unless_countable(poll, now)
    if mixed is not None and mixed != ballot_shuffle.ballots_of(poll.id):  # one came in while it waited for the mixing
        raise ballot_shuffle.NotMixed
    tally = count(poll)
    db.session.add(PollTally(poll_id=poll.id, village_id=poll.village_id, counts=tally.as_facts(), counted_at=now))
    db.session.execute(
        update(Village)
        .where(Village.id == poll.village_id, Village.clock_mark < now)
        .values(clock_mark=now)
        .execution_options(synchronize_session="fetch")
    )
    bound = {"ballots": digest(_secret(poll))} if poll.secret else {}
    audit.record(
        Tag.POLL_CLOSED,
        f"poll:{poll.id}",
        village_id=poll.village_id,
        actor_id=None,
        now=now,
        **tally.as_facts(),
        **bound,
    )


def _refuse_unless_countable(poll: Poll, now: datetime) -> None:
    village = db.session.get_one(Village, poll.village_id)
    if poll.cancelled_at is not None:
        raise Refused(Reason.POLL_CANCELLED)
    if poll.announced_at is None or max(now, village.clock_mark) < poll.closes_at:
        raise Refused(Reason.NOT_CLOSED_YET)
    if reason := count_sheets.why_not_countable(poll):
        raise Refused(reason)


def close_due(*, now: datetime, village_id: int | None = None) -> list[int]:
    """Close every poll whose time is past, each in a transaction of its own. Returns their ids.

    One with paper or raised hands waits for an officer, who alone knows that all sheets are in. One that cannot be
    closed (NotMixed, or a damaged poll: CountsDiffer) is logged and left open; the next is closed.
    """
    query = (
        select(Poll.id)
        .outerjoin(PollTally, PollTally.poll_id == Poll.id)
        .where(Poll.announced_at.is_not(None), Poll.closes_at <= now, PollTally.poll_id.is_(None))
        .where(Poll.cancelled_at.is_(None), Poll.paper.is_(False), Poll.hands.is_(False))
    )
    if village_id is not None:
        query = query.where(Poll.village_id == village_id)

    def close_one(poll_id: int) -> None:
        transactions.begin_writing()
        close(db.session.get_one(Poll, poll_id), now=now)
        db.session.commit()

    return each("closing poll", db.session.scalars(query).all(), close_one, later=(ballot_shuffle.NotMixed,))


def count(poll: Poll) -> Tally:
    """The tally from the ballots, held against what the roll has marked. Raises CountsDiffer."""
    first = _secret_tally(poll) if poll.secret else _tally(poll, _pairs(poll_queries.current_ballots(poll.id)))
    second = first if poll.secret else _tally(poll, _pairs(poll_queries.entered_ballots(poll.id)))
    marked = sum(first.by_channel.get(channel, 0) for channel in ELECTRONIC)
    there = len(_secret(poll)) if poll.secret else len(poll_queries.current_ballots(poll.id))
    if first != second or marked != there:
        raise CountsDiffer(f"poll {poll.id}: the ballots give {first} ({there}), the roll gives {second} ({marked})")
    return first


def _pairs(rows: Any) -> list[tuple[str, list[int]]]:
    return [(row.channel, json.loads(row.choice)) for row in rows]


def _secret(poll: Poll) -> list[tuple[str, str]]:
    return [(row.key, row.choice) for row in poll_queries.secret_ballots(poll.id)]


def _secret_tally(poll: Poll) -> Tally:
    return _tally(poll, [(Channel.PHONE.value, json.loads(choice)) for _, choice in _secret(poll)])


def _tally(poll: Poll, ballots: list[tuple[str, list[int]]]) -> Tally:
    return rules.count(
        ballots,
        roll=poll_states.roll_size(poll),
        options=len(frozen_of(poll)["options"]),
        marked=count_sheets.marked_by_channel(poll.id),
        sheets=count_sheets.counted(poll.id),
        present=meeting_votes.present_of(poll, set(poll_queries.voted_numbers(poll.id))),
    )


def tally_of(poll: Poll) -> Tally | None:
    """The stored tally; for a poll past its time that no job has closed yet, the count itself, written nowhere.

    None where it must not be known yet: secret ballots not mixed, count sheets not all in, a meeting's vote not ended.
    """
    if stored := poll_states.stored_tally(poll):
        return stored
    if poll.secret or poll.paper or poll.hands or meeting_votes.waits_for_ending(poll):
        return None
    return count(poll)


def verdict_of(poll: Poll, tally: Tally) -> Verdict:
    """What the tally means under the poll's frozen rule."""
    frozen = frozen_of(poll)
    rule = frozen["rule"]
    return rules.judge(
        tally,
        kind=PollKind(frozen["kind"]),
        quorum=Share.from_facts(rule["quorum"]) if rule["quorum"] else None,
        majority=Share.from_facts(rule["majority"]),
        base=QuorumBase(rule["base"]),
        max_choices=frozen["max_choices"],
    )


def declare(poll: Poll, actor: Person, *, now: datetime) -> Declaration:
    """Sign the outcome and post it. A second time gives the first declaration. Raises Refused."""
    poll_id, actor_id = poll.id, actor.id
    try:
        close(poll, now=now)
    except ballot_shuffle.NotMixed:
        raise Refused(Reason.NOT_COUNTED_YET) from None
    poll, actor = db.session.get_one(Poll, poll_id), db.session.get_one(Person, actor_id)
    declared = db.session.get(Declaration, poll.id)
    if declared is not None:
        return declared
    tally = poll_states.stored_tally(poll)
    if tally is None:
        raise Refused(Reason.NOT_COUNTED_YET)
    verdict = verdict_of(poll, tally)
    facts = {"tally": tally.as_facts(), "verdict": verdict.as_facts()}
    declaration = Declaration(
        poll_id=poll.id,
        village_id=poll.village_id,
        outcome=verdict.outcome.value,
        facts=facts,
        declared_by=actor.id,
        declared_at=now,
    )
    db.session.add(declaration)
    audit.record(Tag.POLL_DECLARED, f"poll:{poll.id}", village_id=poll.village_id, actor_id=actor.id, now=now, **facts)
    meeting_votes.note_declared(poll, verdict.outcome, facts, Act.of(actor, now=now))
    notice = None
    if poll.body not in internal_codes():  # a step on the way is neither the decision nor for the board
        phases.pass_into(poll.consultation, Phase.DECIDE, now=now)
        concerned = reminder_queries.voters(poll.id) | participants(poll.consultation_id)
        reminders.tell_of(
            poll, concerned - {actor.id}, NotificationEvent.DECIDED, now=now, outcome=verdict.outcome.value
        )
        notice = notices.post(notices.POLL_DECLARED, poll, actor, facts=facts, now=now)
    if verdict.outcome is Outcome.CARRIED:
        four_deliberations.note_resolution(poll.consultation, _resolution(poll, tally), notice, Act.of(actor, now=now))
    transactions.commit()
    return declaration


def _resolution(poll: Poll, tally: Tally) -> Resolution:
    """Return a carried vote as the four deliberations know it."""
    votes = dict(enumerate(tally.counts, 1)) if poll.kind == PollKind.MOTION else {}
    return Resolution(
        body=poll.body,
        formal=poll.standing == Standing.FORMAL,
        poll_id=poll.id,
        question=poll.question,
        expected=tally.roll,
        present=tally.present,
        support=votes.get(SUPPORT, 0),
        oppose=votes.get(OPPOSE, 0),
        abstain=votes.get(ABSTAIN, 0),
    )
