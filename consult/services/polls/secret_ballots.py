"""Secret ballots of polls announced before there were seals: roll entry and ballot, and nothing that joins them.

The voter's token comes with the form and is stored nowhere; the ballot lies under its hash.
"""

from datetime import datetime

from consult.domain.audit import Tag, canonical
from consult.domain.polls.secret_ballots import is_token, key_of
from consult.domain.polls.units import Unit
from consult.domain.refusals import Reason, Refused
from consult.models import db
from consult.models.polls import ballot_statements as statements
from consult.services.core import audit
from consult.services.core.acts import Act
from consult.services.polls import named_ballots
from consult.services.polls.ballot_requests import BallotRequest, Receipt


def earlier(request: BallotRequest, unit: Unit | None) -> Receipt | None:
    """Return the same receipt for the same token, after a lost reply.

    The choice is not compared: a person who got hold of another's token could find out that way how that one voted.
    Raises Refused for a token of another unit, and for every used token that names a unit by its number.
    """
    return own_receipt_again(request, unit) if _is_there(request) else None


def counted(request: BallotRequest, unit: Unit | None) -> Receipt | None:
    """Return the same receipt for a token whose ballot was opened for the count: the officers see then who has voted."""
    return _of_same_unit(request, unit) if _is_there(request) else None


def own_receipt_again(request: BallotRequest, unit: Unit | None) -> Receipt:
    """Return the receipt of a used token to the voter's own unit. Raises Refused for any other.

    With nothing kept that tells whose token it was, an answer about a unit named by its number would tell a helper
    whether it has voted.
    """
    if request.number is not None:
        raise Refused(Reason.KEY_USED_DIFFERENTLY)
    return _of_same_unit(request, unit)


def _is_there(request: BallotRequest) -> bool:
    which = {"poll_id": request.poll_id, "key": key_of(request.idem_key)}
    return db.session.execute(statements.KEY_THERE, which).first() is not None


def _of_same_unit(request: BallotRequest, unit: Unit | None) -> Receipt:
    if unit is None or unit.channel != request.channel or unit.voted_by != request.voter_of(unit):
        raise Refused(Reason.KEY_USED_DIFFERENTLY)
    return receipt_of(request.idem_key)


def why_not_key(request: BallotRequest) -> Reason | None:
    """Return a reason against a key that is no token of ours."""
    return None if is_token(request.idem_key) else Reason.KEY_USED_DIFFERENTLY


def write(request: BallotRequest, unit: Unit, now: datetime) -> Receipt:
    """Write the ballot and mark its unit on the roll; the log has the mark only. Returns the receipt."""
    key = key_of(request.idem_key)
    choice = canonical(sorted(request.choice))
    db.session.connection().execute(
        statements.ADD_SECRET_BALLOT,
        {"poll_id": request.poll_id, "key": key, "village_id": request.village_id, "choice": choice},
    )
    return mark_cast(request, unit, now)


def mark_cast(request: BallotRequest, unit: Unit, now: datetime) -> Receipt:
    """Mark the unit on the roll and log that it voted. Returns the receipt."""
    voter, helper = request.voter_of(unit), request.recorder_id
    named_ballots.mark(request, unit, voter, rev=1)
    audit.record(
        Tag.BALLOT_CAST,
        f"poll:{request.poll_id}",
        Act(request.village_id, helper or voter, now),
        number=unit.number,
        rev=1,
        channel=request.channel.value,
    )
    return receipt_of(request.idem_key)


def receipt_of(token: str) -> Receipt:
    """Return the receipt of a secret ballot."""
    return Receipt(token, 1, (), None, key_of(token))
