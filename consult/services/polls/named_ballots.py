"""Named ballots: each with its voter's unit, its choice and its history; the newest one counts."""

import json
import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from consult.domain.audit import Tag, canonical, commitment
from consult.domain.people.codes import new_code
from consult.domain.refusals import Reason, Refused
from consult.models import db
from consult.models.polls import ballot_statements as statements
from consult.services.core import audit
from consult.services.polls.ballot_requests import BallotRequest, Receipt, voter_of

RECEIPT_LENGTH = 16


def earlier(order: BallotRequest, unit: Row[Any] | None) -> Receipt | None:
    """A retry after a lost reply: the receipt again. Another choice under the same key is refused."""
    key = {"poll_id": order.poll_id, "idem_key": order.idem_key}
    found = db.session.execute(statements.EARLIER, key).first()
    if found is None:
        return None
    mine = unit is not None and unit.number == found.number and found.actor_id == voter_of(order, unit)
    if not mine or json.loads(found.choice) != sorted(order.choice):
        raise Refused(Reason.KEY_USED_DIFFERENTLY)
    return Receipt(found.receipt, found.rev, tuple(json.loads(found.choice)), found.cast_at)


def write(order: BallotRequest, unit: Row[Any], now: datetime) -> Receipt:
    """Ballot, mark on the roll, turnout, log: all or nothing."""
    rev, choice, salt = unit.rev + 1, canonical(sorted(order.choice)), secrets.token_hex(16)
    receipt = Receipt(new_code(RECEIPT_LENGTH), rev, tuple(sorted(order.choice)), now)
    voter, helper = voter_of(order, unit), order.help.helper_id if order.help else None
    db.session.connection().execute(
        statements.ADD_BALLOT,
        {
            "poll_id": order.poll_id,
            "number": unit.number,
            "rev": rev,
            "village_id": order.village_id,
            "choice": choice,
            "channel": order.channel.value,
            "actor_id": voter,
            "helper_id": helper,
            "idem_key": order.idem_key,
            "receipt": receipt.code,
            "salt": salt,
            "cast_at": now,
        },
    )
    mark(order, unit, voter, rev)
    audit.record(
        Tag.BALLOT_CAST,
        f"poll:{order.poll_id}",
        village_id=order.village_id,
        actor_id=helper or voter,
        now=now,
        number=unit.number,
        rev=rev,
        channel=order.channel.value,
        commitment=commitment(salt, choice, receipt.code),
    )
    return receipt


def mark(order: BallotRequest, unit: Row[Any], voter: int, rev: int) -> None:
    """The roll entry's channel, voter and newest ballot; the first one counts for the turnout."""
    connection = db.session.connection()
    place = {"b_poll_id": order.poll_id, "b_number": unit.number}
    connection.execute(statements.MARK_UNIT, place | {"rev": rev, "channel": order.channel.value, "voted_by": voter})
    if rev == 1:
        connection.execute(statements.ONE_MORE, {"b_poll_id": order.poll_id})
