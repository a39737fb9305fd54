"""Casting a ballot: one transaction, idempotent, under lock. See the order of steps in `_cast`.

Named ballots are written by named_ballots.py, secret ones by secret_ballots.py; the two share locks and refusals.
"""

from collections.abc import Callable
from datetime import datetime
from types import SimpleNamespace
from typing import Any, Protocol

from sqlalchemy import Row
from sqlalchemy.exc import OperationalError

from consult.config import current_config
from consult.domain.meetings import check_ins
from consult.domain.polls import polls as rules
from consult.domain.polls.polls import Channel, PollKind, PollState
from consult.domain.refusals import Reason, Refused
from consult.models import Person, Poll, db
from consult.models.polls import ballot_statements as statements
from consult.models.polls import poll_queries
from consult.services.core import group_commit, transactions
from consult.services.polls import assisted_voting, named_ballots, poll_states, proxies, secret_ballots
from consult.services.polls.ballot_requests import BallotRequest, Receipt, speaker_of

TRIES = 3
TICKED = (check_ins.CheckInWay.MANUAL, check_ins.CheckInWay.PAPER)


class BallotWriter(Protocol):
    """Named or secret: each a module with these two."""

    def earlier(self, order: BallotRequest, unit: Row[Any] | None) -> Receipt | None: ...
    def write(self, order: BallotRequest, unit: Row[Any], now: datetime) -> Receipt: ...


def cast(order: BallotRequest, *, clock: Callable[[], datetime]) -> Receipt:
    """Cast or replace a ballot and return its receipt once it is durable. The same key gives the same receipt.

    The clock is read inside the transaction: a ballot that waited for its turn past the closing time is refused.
    Raises Refused.
    """
    config = current_config()
    if config.on_sqlite:
        return group_commit.run(lambda: _cast(order, clock()))
    for attempt in range(TRIES):
        try:
            with transactions.writing():
                return _cast(order, clock())
        except OperationalError:  # deadlock or serialisation failure: nothing was written
            if attempt == TRIES - 1:
                raise
    raise AssertionError("unreachable")


def cast_here(order: BallotRequest, *, now: datetime) -> Receipt:
    """Cast inside the caller's own transaction: for seeding and for tests of a single step."""
    return _cast(order, now)


def _cast(order: BallotRequest, now: datetime) -> Receipt:
    """Lock poll and unit; answer a retry from the record; refuse; only then write. The log comes last."""
    poll = _locked_poll(order)
    unit = at_meeting(_locked_unit(order, by_household=_by_household(poll)), poll.meeting_id)
    way: BallotWriter = secret_ballots if poll.secret else named_ballots
    if earlier := way.earlier(order, unit):
        return earlier
    _refuse_unless_allowed(order, poll, unit, max(now, poll.clock_mark))
    if unit is None:
        raise Refused(Reason.NOT_ON_ROLL)
    if order.help is not None:
        assisted_voting.note(order, poll, unit, now)
    if order.channel is Channel.PROXY:
        proxies.note(order, unit, now)
    return way.write(order, unit, now)


def _locked_poll(order: BallotRequest) -> Row[Any]:
    poll = db.session.execute(
        statements.LOCKED_POLL, {"poll_id": order.poll_id, "village_id": order.village_id}
    ).first()
    if poll is None or poll.announced_at is None:
        raise Refused(Reason.NOT_ANNOUNCED)
    return poll


def at_meeting(unit: Any, meeting_id: int | None) -> Any:
    """A unit of a meeting's vote: with who is there for it. Whoever came for a household speaks for it there."""
    if unit is None or meeting_id is None:
        return unit
    here = db.session.execute(statements.AT_MEETING, {"meeting_id": meeting_id, "number": unit.number}).first()
    facts = dict(unit._mapping) | {
        "attending_id": here.attending_id if here else None,
        "way": here.way if here else None,
    }
    if unit.unit.startswith("household:") and facts["attending_id"]:
        facts["representative_id"] = facts["attending_id"]
    return SimpleNamespace(**facts)


def _why_not_there(person_id: int, unit: Any) -> Reason | None:
    """For a vote of a meeting: only whoever is there for a unit votes for it."""
    if unit.attending_id is None:
        return Reason.NOT_AT_MEETING
    household = unit.unit.startswith("household:")
    if household and unit.way in TICKED:  # the door saw somebody of the household, and not whom
        return Reason.SCAN_FIRST
    if unit.attending_id == person_id:
        return None
    return Reason.HOUSEHOLD_IS_HERE if household else Reason.NOT_AT_MEETING


def _why_not_in_room(order: BallotRequest, unit: Any, *, proxy: bool) -> Reason | None:
    """For a ballot that somebody gives for another unit: the letter's holder is there, or the helper sees the voter."""
    if proxy:
        return _why_not_there(order.person_id, unit)
    if unit.attending_id is None:
        return Reason.NOT_AT_MEETING
    return Reason.HELD_BY_LETTER if unit.way in (check_ins.CheckInWay.PROXY, check_ins.CheckInWay.ONLINE) else None


def _by_household(poll: Row[Any]) -> bool:
    return bool(poll.frozen["rule"]["unit"] == "household")


def _locked_unit(order: BallotRequest, *, by_household: bool) -> Row[Any] | None:
    if order.number is not None:
        facts = {"poll_id": order.poll_id, "number": order.number}
        return db.session.execute(statements.LOCKED_UNIT_OF_NUMBER, facts).first()
    query = statements.LOCKED_UNIT_OF_HOUSEHOLD if by_household else statements.LOCKED_UNIT_OF_PERSON
    return db.session.execute(query, {"poll_id": order.poll_id, "person_id": order.person_id}).first()


def _refuse_unless_allowed(order: BallotRequest, poll: Row[Any], unit: Any, now: datetime) -> None:
    state = rules.state_of(
        announced=True,
        opens_at=poll.opens_at,
        closes_at=poll.closes_at,
        tallied=poll.tallied is not None,
        declared=False,
        now=now,
        cancelled=poll.cancelled_at is not None,
    )
    if poll.ended is not None:  # the clock may have been read before the chair ended it
        raise Refused(Reason.POLL_CLOSED)
    reason = rules.why_not_vote(state) or _why_not_unit_of(order, poll, unit) or _why_not_choice(order, poll)
    if reason is not None:
        raise Refused(reason, **facts_of(reason, unit, poll.max_choices))


def _why_not_unit_of(order: BallotRequest, poll: Row[Any], unit: Any) -> Reason | None:
    by_household = _by_household(poll)
    if order.number is None:
        return why_not_unit(
            order.person_id, unit, by_household=by_household, secret=poll.secret, meeting=poll.meeting_id is not None
        )
    if unit is None:
        return Reason.NO_SUCH_NUMBER
    proxy = order.channel is Channel.PROXY
    if poll.meeting_id is not None and (reason := _why_not_in_room(order, unit, proxy=proxy)):
        return reason
    body = poll.frozen["rule"]["body"]
    if proxy and (reason := proxies.why_not(order, unit, by_household=by_household, body=body)):
        return reason
    return rules.why_not_for_unit(
        person_id=order.person_id if proxy else speaker_of(unit),
        voter_id=speaker_of(unit),
        voted_by=unit.voted_by,
        channel=unit.channel,
        by_household=by_household,
        secret=poll.secret,
        wanted=order.channel,
        by_proxy=proxy,
    )


def _why_not_choice(order: BallotRequest, poll: Row[Any]) -> Reason | None:
    options = len(poll.frozen["options"])
    return rules.why_not_choice(order.choice, kind=PollKind(poll.kind), options=options, max_choices=poll.max_choices)


def refusal_ahead(poll: Poll, person: Person, choice: tuple[int, ...], state: PollState) -> Refused | None:
    """What would stop this ballot if it were cast now; for the page before the act, and never in its place."""
    meeting_id = poll.meeting_poll.meeting_id if poll.meeting_poll else None
    unit = at_meeting(poll_queries.entry_of(poll, person), meeting_id)
    frozen = poll_states.frozen_of(poll)
    reason = (
        rules.why_not_vote(state)
        or why_not_unit(
            person.id,
            unit,
            by_household=frozen["rule"]["unit"] == "household",
            secret=poll.secret,
            meeting=meeting_id is not None,
        )
        or rules.why_not_choice(
            choice, kind=PollKind(poll.kind), options=len(frozen["options"]), max_choices=poll.max_choices
        )
    )
    return Refused(reason, **facts_of(reason, unit, poll.max_choices)) if reason else None


def why_not_unit(
    person_id: int, unit: Any, *, by_household: bool, secret: bool, meeting: bool = False
) -> Reason | None:
    """The rule for a person's own roll entry, given as a row or as None where there is none."""
    if unit is None:
        return Reason.NOT_ON_ROLL
    if meeting and (reason := _why_not_there(person_id, unit)):
        return reason
    voter = speaker_of(unit) if by_household else unit.person_id
    return rules.why_not_for_unit(
        person_id=person_id,
        voter_id=voter,
        voted_by=unit.voted_by,
        channel=unit.channel,
        by_household=by_household,
        secret=secret,
    )


def facts_of(reason: Reason, unit: Any, max_choices: int) -> dict[str, object]:
    """What the sentence needs: who speaks for the household, how many one may choose."""
    if reason is Reason.HOUSEHOLD_IS_HERE:
        return {"name": db.session.get_one(Person, unit.attending_id).name}
    if reason in (Reason.NOT_REPRESENTATIVE, Reason.HOUSEHOLD_HAS_VOTED):
        return {"name": db.session.get_one(Person, unit.voted_by or speaker_of(unit)).name}
    if reason is Reason.NO_SUCH_NUMBER:
        return {"numbers": "–"}
    return {"most": max_choices} if reason is Reason.TOO_MANY_CHOICES else {}
