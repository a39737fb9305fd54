"""Casting a ballot: lock the poll, lock and read one unit, decide (domain/polls/ballot_rules.py), write, log.

Named ballots are written by named_ballots.py, secret ones by sealing/sealed_ballots.py.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import Row

from consult.config import current_config
from consult.domain import clock_leaps, instants
from consult.domain.polls import ballot_rules
from consult.domain.polls import polls as rules
from consult.domain.polls.ballot_rules import Attempt
from consult.domain.polls.frozen import FrozenPoll
from consult.domain.polls.polls import Channel, PollState
from consult.domain.polls.units import Unit
from consult.domain.refusals import Reason, Refused
from consult.models import Person, Poll, db
from consult.models.polls import ballot_statements as statements
from consult.services.core import collisions, group_commit, transactions
from consult.services.polls import named_ballots, poll_states, roll_units, secret_ballots
from consult.services.polls.ballot_requests import BallotRequest, Receipt
from consult.services.polls.channels import acts_on_votes, answers, assisted_voting, proxies
from consult.services.polls.counting.poll_faults import DoesNotAddUp
from consult.services.polls.sealing import keys
from consult.services.polls.sealing.boxes import Seal
from consult.services.polls.sealing.sealed_ballots import SealedBallots


class BallotWriter(Protocol):
    """Named, sealed, or secret as before there were seals: each has these three."""

    def earlier(self, request: BallotRequest, unit: Unit | None) -> Receipt | None:
        """Return the receipt of an earlier try with the same key, if there was one."""
        ...

    def why_not_key(self, request: BallotRequest) -> Reason | None:
        """Return why the key of the form cannot be that of a ballot, None if it can."""
        ...

    def write(self, request: BallotRequest, unit: Unit, now: datetime) -> Receipt:
        """Write the ballot and return its receipt."""
        ...


@dataclass(frozen=True)
class _LockedPoll:
    """A poll whose row is locked: closing and the chair's ending wait for the ballot, and the ballot for them."""

    frozen: FrozenPoll
    state: PollState
    consultation_id: int
    writer: BallotWriter
    today: date
    """In the village, when the ballot is cast: who speaks for a household follows the roll of the day."""


def cast(request: BallotRequest, *, clock: Callable[[], datetime]) -> Receipt:
    """Cast or replace a ballot and return its receipt once it is durable. The same key gives the same receipt.

    The clock is read inside the transaction: a ballot that waited for its turn past the closing time is refused.
    Inside a unit of work the ballot joins it and becomes durable with it. Raises Refused.
    """
    if transactions.in_unit():
        return _cast(request, clock())
    try:
        return _cast_at_once(request, clock)
    except Refused as refusal:
        if refusal.reason is Reason.POLL_CLOSED:  # in a unit of its own: the one of the ballot is undone
            poll_states.note_closings(now=clock(), poll_id=request.poll_id)
        raise


def _cast_at_once(request: BallotRequest, clock: Callable[[], datetime]) -> Receipt:
    config = current_config()
    if config.on_sqlite:
        return group_commit.run(lambda: _cast(request, clock()))
    return collisions.again(lambda: _cast_alone(request, clock))


@transactions.atomic
def _cast_alone(request: BallotRequest, clock: Callable[[], datetime]) -> Receipt:
    return _cast(request, clock())


def _cast(request: BallotRequest, now: datetime) -> Receipt:
    """Answer a retry from the record; refuse; only then write. The log comes last."""
    poll = _lock_poll(request, now)
    unit = _lock_unit(request, poll)
    writer = poll.writer
    if earlier := writer.earlier(request, unit):
        return earlier
    attempt = _attempt(request, poll, unit)
    reason = writer.why_not_key(request) if attempt.for_another else None  # before the unit tells whether it has voted
    reason = reason or ballot_rules.why_not_ballot(attempt, poll=poll.frozen, state=poll.state, unit=unit)
    reason = reason or writer.why_not_key(request)
    if reason is not None or unit is None:
        raise refused(reason or Reason.NOT_ON_ROLL, unit, poll.frozen)
    acts_on_votes.note(request, unit, now)
    return writer.write(request, unit, now)


def _lock_poll(request: BallotRequest, now: datetime) -> _LockedPoll:
    which = {"poll_id": request.poll_id, "village_id": request.village_id}
    if not current_config().on_sqlite:  # whose writers come one after the other
        db.session.execute(statements.LOCK_POLL, which)
    row = db.session.execute(statements.POLL_NOW, which).first()
    if row is None or row.announced_at is None:
        raise Refused(Reason.NOT_ANNOUNCED)
    state = clock_leaps.same_at_both(lambda at: _state(row, at), now, row.clock_trusted_at)
    if state is None:
        raise Refused(Reason.CLOCK_IN_DOUBT)
    frozen = FrozenPoll.from_facts(row.frozen)
    today = instants.local_day(ZoneInfo(row.timezone), now)
    return _LockedPoll(frozen, state, row.consultation_id, _writer(frozen, row), today)


def _state(row: Row[Any], at: datetime) -> PollState:
    if row.ended is not None or row.opened_at is not None:  # the clock may have been read before the chair ended it
        return PollState.CLOSED
    return rules.state_of(
        announced=True,
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        tallied=row.tallied is not None,
        declared=False,
        now=at,
        cancelled=row.cancelled_at is not None,
        closing_seen=row.closing_seen_at is not None,
    )


def _writer(frozen: FrozenPoll, row: Row[Any]) -> BallotWriter:
    """Return what writes the ballots of a poll. Raises Refused where its key was exchanged: nobody votes into that box."""
    if not frozen.secret:
        return named_ballots
    if frozen.seal is None and row.public_key is None:
        return secret_ballots
    try:
        mac_key = keys.mac_key_of(row.public_key or "", row.mac_key_cipher or "")
    except DoesNotAddUp:
        raise Refused(Reason.POLL_SET_ASIDE) from None
    if frozen.seal is None or row.public_key != frozen.seal:  # the seal was taken out of the rules, or exchanged
        raise Refused(Reason.POLL_SET_ASIDE)
    seal = Seal(frozen.village_id, frozen.poll_id, frozen.seal, mac_key)
    return SealedBallots(seal, len(frozen.options))


def _lock_unit(request: BallotRequest, poll: _LockedPoll) -> Unit | None:
    if request.number is not None:
        return roll_units.locked_unit_of_number(poll.frozen, request.number, on=poll.today)
    return roll_units.unit_of_person(poll.frozen, request.person_id, on=poll.today, lock=True)


def _attempt(request: BallotRequest, poll: _LockedPoll, unit: Unit | None) -> Attempt:
    """Return the request with the facts that the rules on letters and helpers ask for."""
    by_letter = request.channel is Channel.PROXY
    return Attempt(
        person_id=request.person_id,
        choice=request.choice,
        channel=request.channel,
        for_another=request.number is not None,
        holder=proxies.holder_of(request) if by_letter else None,
        helper=assisted_voting.helper_of(request, author_id=poll_states.author_of(poll.consultation_id))
        if request.assistant
        else None,
        bar=answers.bar_on(request.poll_id, unit.number, unit.rev)
        if request.assistant and unit is not None and unit.channel is Channel.ASSISTED
        else None,
    )


def refusal_ahead(poll: Poll, person: Person, choice: tuple[int, ...], state: PollState, *, on: date) -> Refused | None:
    """Return what would stop this ballot if it were cast now: for the page before the act, which decides again."""
    frozen = poll_states.frozen_of(poll)
    unit = roll_units.unit_of_person(frozen, person.id, on=on)
    reason = ballot_rules.why_not_ballot(Attempt(person.id, choice), poll=frozen, state=state, unit=unit)
    return refused(reason, unit, frozen) if reason else None


def refused(reason: Reason, unit: Unit | None, poll: FrozenPoll) -> Refused:
    """Return the refusal with what its sentence names: who votes for the household, how many options, the cap."""
    match reason:
        case Reason.HOUSEHOLD_IS_HERE if unit and unit.presence:
            return Refused(reason, name=_name(unit.presence.attending_id))
        case Reason.NOT_REPRESENTATIVE | Reason.HOUSEHOLD_HAS_VOTED if unit and (unit.voted_by or unit.speaker_id):
            return Refused(reason, name=_name(unit.voted_by or unit.speaker_id or 0))
        case Reason.NO_SUCH_NUMBER:
            return Refused(reason, numbers="–")
        case Reason.TOO_MANY_CHOICES:
            return Refused(reason, most=poll.max_choices)
        case Reason.HELPER_HELPED_ENOUGH:
            return Refused(reason, most=poll.helper_cap)
    return Refused(reason)


def _name(person_id: int) -> str:
    return db.session.get_one(Person, person_id).name
