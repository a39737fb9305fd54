"""Closing, counting and declaring. Closing is a job and, without it, part of the next act."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update

from consult.domain import polls as rules
from consult.domain.audit import Tag
from consult.domain.bodies import Base, Share
from consult.domain.notifications import Event
from consult.domain.phases import Phase
from consult.domain.polls import Kind, Tally, Verdict
from consult.domain.refusals import Reason, Refused
from consult.models import Declaration, Person, Poll, PollTally, Village, db, poll_reads, reminder_reads
from consult.models.participant_reads import participants
from consult.services import audit, notices, phases, reminders, transactions


class CountsDiffer(Exception):
    """Ballots and roll disagree: somebody changed the database. Nothing is closed; the log must be verified."""


def close(poll: Poll, *, now: datetime) -> None:
    """Count twice, compare, store. Already closed: nothing. Raises Refused before the time, CountsDiffer."""
    transactions.lock(poll)
    if db.session.get(PollTally, poll.id) is not None:
        return
    village = db.session.get_one(Village, poll.village_id)
    if poll.announced_at is None or max(now, village.clock_mark) < poll.closes_at:
        raise Refused(Reason.NOT_CLOSED_YET)
    tally = count(poll)
    db.session.add(PollTally(poll_id=poll.id, village_id=poll.village_id, counts=tally.as_facts(), counted_at=now))
    db.session.execute(
        update(Village)
        .where(Village.id == village.id, Village.clock_mark < now)
        .values(clock_mark=now)
        .execution_options(synchronize_session="fetch")
    )
    audit.record(
        Tag.POLL_CLOSED, f"poll:{poll.id}", village_id=poll.village_id, actor_id=None, now=now, **tally.as_facts()
    )


def close_due(*, now: datetime, village_id: int | None = None) -> list[int]:
    """Close every poll whose time is past, each in a transaction of its own. Returns their ids."""
    query = (
        select(Poll.id)
        .outerjoin(PollTally, PollTally.poll_id == Poll.id)
        .where(Poll.announced_at.is_not(None), Poll.closes_at <= now, PollTally.poll_id.is_(None))
    )
    if village_id is not None:
        query = query.where(Poll.village_id == village_id)
    due = list(db.session.scalars(query))
    for poll_id in due:
        close(db.session.get_one(Poll, poll_id), now=now)
        db.session.commit()
    return due


def count(poll: Poll) -> Tally:
    """The tally from the ballots, held against the tally from the roll. Raises CountsDiffer."""
    first = _tally(poll, poll_reads.current_ballots(poll.id))
    second = _tally(poll, poll_reads.entered_ballots(poll.id))
    if first != second:
        raise CountsDiffer(f"poll {poll.id}: the ballots give {first}, the roll gives {second}")
    return first


def _tally(poll: Poll, ballots: Sequence[Row[Any]]) -> Tally:
    frozen = frozen_of(poll)
    pairs = ((b.channel, json.loads(b.choice)) for b in ballots)
    return rules.count(pairs, roll=frozen["roll"]["units"], options=len(frozen["options"]))


def tally_of(poll: Poll) -> Tally:
    """The stored tally; for a poll past its time that no job has closed yet, the count itself, written nowhere."""
    return Tally.from_facts(poll.tally.counts) if poll.tally else count(poll)


def verdict_of(poll: Poll, tally: Tally) -> Verdict:
    """What the tally means under the poll's frozen rule."""
    frozen = frozen_of(poll)
    rule = frozen["rule"]
    return rules.judge(
        tally,
        kind=Kind(frozen["kind"]),
        quorum=Share.from_facts(rule["quorum"]) if rule["quorum"] else None,
        majority=Share.from_facts(rule["majority"]),
        base=Base(rule["base"]),
        max_choices=frozen["max_choices"],
    )


def frozen_of(poll: Poll) -> dict[str, Any]:
    if poll.frozen is None:
        raise Refused(Reason.NOT_ANNOUNCED)
    return poll.frozen


def declare(poll: Poll, actor: Person, *, now: datetime) -> Declaration:
    """Sign the outcome and post it. A second time gives the first declaration. Raises Refused."""
    close(poll, now=now)
    declared = db.session.get(Declaration, poll.id)
    if declared is not None:
        return declared
    db.session.expire(poll, ["tally"])
    tally = tally_of(poll)
    verdict = verdict_of(poll, tally)
    facts = {"tally": tally.as_facts(), "verdict": verdict.as_facts()}
    declaration = Declaration(
        poll_id=poll.id, village_id=poll.village_id, outcome=verdict.outcome.value, facts=facts,
        declared_by=actor.id, declared_at=now,
    )  # fmt: skip
    db.session.add(declaration)
    audit.record(Tag.POLL_DECLARED, f"poll:{poll.id}", village_id=poll.village_id, actor_id=actor.id, now=now, **facts)
    phases.pass_into(poll.consultation, Phase.DECIDE, now=now)
    concerned = reminder_reads.voters(poll.id) | participants(poll.consultation_id)
    reminders.tell_of(poll, concerned - {actor.id}, Event.DECIDED, now=now, outcome=verdict.outcome.value)
    notices.post(notices.POLL_DECLARED, poll, actor, facts=facts, now=now)
    transactions.commit()
    return declaration
