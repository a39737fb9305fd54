"""Casting a named ballot: one transaction, idempotent, under lock. See the order of steps in `_cast`."""

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import Row, select
from sqlalchemy.exc import OperationalError

from consult.config import Config
from consult.domain import polls as rules
from consult.domain.audit import Tag, canonical, commitment
from consult.domain.codes import new_code
from consult.domain.polls import Channel, Kind, State
from consult.domain.refusals import Reason, Refused
from consult.models import Person, Poll, db, poll_reads
from consult.models import ballot_statements as statements
from consult.services import audit, closing, group_commit

TRIES = 3
RECEIPT_LENGTH = 16


@dataclass(frozen=True)
class Order:
    """What a voter asks for. `idem_key` was made by the server and stood in the form."""

    village_id: int
    poll_id: int
    person_id: int
    choice: tuple[int, ...]
    idem_key: str


@dataclass(frozen=True)
class Receipt:
    """What the voter keeps. `rev` counts the unit's ballots from 1; the highest one is the one that counts."""

    code: str
    rev: int
    choice: tuple[int, ...]
    cast_at: datetime


def cast(order: Order, *, clock: Callable[[], datetime]) -> Receipt:
    """Cast or replace a ballot and return its receipt once it is durable. The same key gives the same receipt.

    The clock is read inside the transaction: a ballot that waited for its turn past the closing time is refused.
    Raises Refused.
    """
    config: Config = current_app.config["CONSULT"]
    if config.on_sqlite:
        return group_commit.run(lambda: _cast(order, clock()))
    for attempt in range(TRIES):
        try:
            receipt = _cast(order, clock())
            db.session.commit()
            return receipt
        except OperationalError:  # deadlock or serialisation failure: nothing was written
            db.session.rollback()
            if attempt == TRIES - 1:
                raise
    raise AssertionError("unreachable")


def cast_here(order: Order, *, now: datetime) -> Receipt:
    """Cast inside the caller's own transaction: for seeding and for tests of a single step."""
    return _cast(order, now)


def _cast(order: Order, now: datetime) -> Receipt:
    """Lock poll and unit; answer a retry from the record; refuse; only then write. The log comes last."""
    poll = _locked_poll(order)
    unit = _locked_unit(order, by_household=_by_household(poll))
    if earlier := _earlier(order):
        return _same(order, earlier, unit)
    _refuse_unless_allowed(order, poll, unit, max(now, poll.clock_mark))
    return _write(order, unit, now)


def _locked_poll(order: Order) -> Row[Any]:
    poll = db.session.execute(
        statements.LOCKED_POLL, {"poll_id": order.poll_id, "village_id": order.village_id}
    ).first()
    if poll is None or poll.announced_at is None:
        raise Refused(Reason.NOT_ANNOUNCED)
    return poll


def _by_household(poll: Row[Any]) -> bool:
    return bool(poll.frozen["rule"]["unit"] == "household")


def _locked_unit(order: Order, *, by_household: bool) -> Row[Any] | None:
    query = statements.LOCKED_UNIT_OF_HOUSEHOLD if by_household else statements.LOCKED_UNIT_OF_PERSON
    return db.session.execute(query, {"poll_id": order.poll_id, "person_id": order.person_id}).first()


def _earlier(order: Order) -> Row[Any] | None:
    return db.session.execute(statements.EARLIER, {"poll_id": order.poll_id, "idem_key": order.idem_key}).first()


def _same(order: Order, earlier: Row[Any], unit: Row[Any] | None) -> Receipt:
    """A retry after a lost reply: the receipt again. Another choice under the same key is refused."""
    mine = unit is not None and unit.number == earlier.number and earlier.actor_id == order.person_id
    if not mine or json.loads(earlier.choice) != sorted(order.choice):
        raise Refused(Reason.KEY_USED_DIFFERENTLY)
    return Receipt(earlier.receipt, earlier.rev, tuple(json.loads(earlier.choice)), earlier.cast_at)


def _refuse_unless_allowed(order: Order, poll: Row[Any], unit: Row[Any] | None, now: datetime) -> None:
    state = rules.state_of(
        announced=True, opens_at=poll.opens_at, closes_at=poll.closes_at, tallied=poll.tallied is not None,
        declared=False, now=now,
    )  # fmt: skip
    kind, options = Kind(poll.kind), len(poll.frozen["options"])
    reason = (
        rules.why_not_vote(state)
        or why_not_unit(order.person_id, unit, by_household=_by_household(poll))
        or rules.why_not_choice(order.choice, kind=kind, options=options, max_choices=poll.max_choices)
    )
    if reason is not None:
        raise Refused(reason, **facts_of(reason, unit, poll.max_choices))


def refusal_ahead(poll: Poll, person: Person, choice: tuple[int, ...], state: State) -> Refused | None:
    """What would stop this ballot if it were cast now; for the page before the act, and never in its place."""
    unit = poll_reads.entry_of(poll, person)
    frozen = closing.frozen_of(poll)
    reason = (
        rules.why_not_vote(state)
        or why_not_unit(person.id, unit, by_household=frozen["rule"]["unit"] == "household")
        or rules.why_not_choice(
            choice, kind=Kind(poll.kind), options=len(frozen["options"]), max_choices=poll.max_choices
        )
    )
    return Refused(reason, **facts_of(reason, unit, poll.max_choices)) if reason else None


def why_not_unit(person_id: int, unit: Any, *, by_household: bool) -> Reason | None:
    """The rule for one roll entry, given as a row or as None where there is none."""
    if unit is None:
        return Reason.NOT_ON_ROLL
    voter = unit.representative_id if by_household and unit.representative_id else unit.person_id
    return rules.why_not_for_unit(
        person_id=person_id, voter_id=voter, voted_by=unit.voted_by, channel=unit.channel, by_household=by_household
    )


def facts_of(reason: Reason, unit: Any, max_choices: int) -> dict[str, object]:
    """What the sentence needs: who speaks for the household, how many one may choose."""
    if reason in (Reason.NOT_REPRESENTATIVE, Reason.HOUSEHOLD_HAS_VOTED):
        speaker = unit.voted_by or unit.representative_id or unit.person_id
        return {"name": db.session.scalar(select(Person.name).where(Person.id == speaker))}
    return {"most": max_choices} if reason is Reason.TOO_MANY_CHOICES else {}


def _write(order: Order, unit: Any, now: datetime) -> Receipt:
    rev, choice, salt = unit.rev + 1, canonical(sorted(order.choice)), secrets.token_hex(16)
    receipt = Receipt(new_code(RECEIPT_LENGTH), rev, tuple(sorted(order.choice)), now)
    connection = db.session.connection()
    connection.execute(
        statements.ADD_BALLOT,
        {"poll_id": order.poll_id, "number": unit.number, "rev": rev, "village_id": order.village_id,
         "choice": choice, "channel": Channel.PHONE.value, "actor_id": order.person_id, "idem_key": order.idem_key,
         "receipt": receipt.code, "salt": salt, "cast_at": now},
    )  # fmt: skip
    place = {"b_poll_id": order.poll_id, "b_number": unit.number}
    connection.execute(
        statements.MARK_UNIT, place | {"rev": rev, "channel": Channel.PHONE.value, "voted_by": order.person_id}
    )
    if rev == 1:
        connection.execute(statements.ONE_MORE, {"b_poll_id": order.poll_id})
    audit.record(
        Tag.BALLOT_CAST, f"poll:{order.poll_id}", village_id=order.village_id, actor_id=order.person_id, now=now,
        number=unit.number, rev=rev, channel=Channel.PHONE.value, commitment=commitment(salt, choice),
    )  # fmt: skip
    return receipt
