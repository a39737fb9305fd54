"""Named ballots: each with its voter's unit, its choice and its history; the newest one counts."""

import json
import secrets
from datetime import datetime

from consult.domain.audit import Tag, canonical, commitment
from consult.domain.people.codes import new_code
from consult.domain.polls.polls import Channel
from consult.domain.polls.receipts import RECEIPT_LENGTH
from consult.domain.polls.units import Unit
from consult.domain.refusals import Reason, Refused
from consult.models import db
from consult.models.polls import ballot_statements as statements
from consult.services.core import audit
from consult.services.core.acts import Act
from consult.services.polls.ballot_requests import BallotRequest, Receipt


def earlier(request: BallotRequest, unit: Unit | None) -> Receipt | None:
    """Return the receipt again for a retry after a lost reply. Raises Refused for another choice under the same key."""
    key = {"poll_id": request.poll_id, "idem_key": request.idem_key}
    found = db.session.execute(statements.EARLIER, key).first()
    if found is None:
        return None
    mine = unit is not None and unit.number == found.number and found.actor_id == request.voter_of(unit)
    if not mine or json.loads(found.choice) != sorted(request.choice):
        raise Refused(Reason.KEY_USED_DIFFERENTLY)
    return Receipt(found.receipt, found.rev, tuple(json.loads(found.choice)), found.cast_at)


def why_not_key(request: BallotRequest) -> Reason | None:
    """Return None: any key will do."""
    del request
    return None


def write(request: BallotRequest, unit: Unit, now: datetime) -> Receipt:
    """Write the ballot, mark its unit on the roll, count the turnout, and log. Returns the receipt."""
    rev, choice, salt = unit.rev + 1, canonical(sorted(request.choice)), secrets.token_hex(16)
    receipt = Receipt(new_code(RECEIPT_LENGTH), rev, tuple(sorted(request.choice)), now)
    voter, helper = request.voter_of(unit), request.recorder_id
    db.session.connection().execute(
        statements.ADD_BALLOT,
        {
            "poll_id": request.poll_id,
            "number": unit.number,
            "rev": rev,
            "village_id": request.village_id,
            "choice": choice,
            "channel": request.channel.value,
            "actor_id": voter,
            "helper_id": helper,
            "idem_key": request.idem_key,
            "receipt": receipt.code,
            "salt": salt,
            "cast_at": now,
        },
    )
    mark(request, unit, voter, rev)
    audit.record(
        Tag.BALLOT_CAST,
        f"poll:{request.poll_id}",
        Act(request.village_id, helper or voter, now),
        number=unit.number,
        rev=rev,
        channel=request.channel.value,
        commitment=commitment(salt, choice, receipt.code),
    )
    return receipt


def mark(request: BallotRequest, unit: Unit, voter: int, rev: int) -> None:
    """Set the roll entry's channel, voter, newest ballot and new way in; a unit that had not voted counts for the turnout."""
    connection = db.session.connection()
    place = {"b_poll_id": request.poll_id, "b_number": unit.number}
    signed_in = 0 if request.channel is Channel.ASSISTED else request.person_id
    cast = {"rev": rev, "channel": request.channel.value, "voted_by": voter, "b_signed_in": signed_in}
    connection.execute(statements.MARK_UNIT, place | cast)
    if unit.channel is None:
        connection.execute(statements.ONE_MORE, {"b_poll_id": request.poll_id})
