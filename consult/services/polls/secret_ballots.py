"""Secret ballots: the roll entry says that somebody voted, the ballot says how, and nothing joins them.

The voter's token comes with the form and is stored nowhere; the ballot lies under its hash.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Row

from consult.domain.audit import Tag, canonical
from consult.domain.polls.secret_ballots import is_token, key_of
from consult.domain.refusals import Reason, Refused
from consult.models import db
from consult.models.polls import ballot_statements as statements
from consult.services.core import audit
from consult.services.polls import named_ballots
from consult.services.polls.ballot_requests import BallotRequest, Receipt, voter_of


def earlier(order: BallotRequest, unit: Row[Any] | None) -> Receipt | None:
    """A retry after a lost reply: the same token, the same receipt.

    The choice is not compared: whoever got hold of another's token could ask it how that one voted.
    """
    key = key_of(order.idem_key)
    if db.session.execute(statements.KEY_THERE, {"poll_id": order.poll_id, "key": key}).first() is None:
        return None
    if unit is None or unit.channel != order.channel or unit.voted_by != voter_of(order, unit):
        raise Refused(Reason.KEY_USED_DIFFERENTLY)
    return _receipt(order.idem_key, key)


def write(order: BallotRequest, unit: Row[Any], now: datetime) -> Receipt:
    """Ballot and mark on the roll in one transaction; the log learns the mark only."""
    if not is_token(order.idem_key):
        raise Refused(Reason.KEY_USED_DIFFERENTLY)
    key = key_of(order.idem_key)
    choice = canonical(sorted(order.choice))
    db.session.connection().execute(
        statements.ADD_SECRET_BALLOT,
        {"poll_id": order.poll_id, "key": key, "village_id": order.village_id, "choice": choice},
    )
    voter, helper = voter_of(order, unit), order.help.helper_id if order.help else None
    named_ballots.mark(order, unit, voter, rev=1)
    audit.record(
        Tag.BALLOT_CAST,
        f"poll:{order.poll_id}",
        village_id=order.village_id,
        actor_id=helper or voter,
        now=now,
        number=unit.number,
        rev=1,
        channel=order.channel.value,
    )
    return _receipt(order.idem_key, key)


def _receipt(token: str, key: str) -> Receipt:
    return Receipt(token, 1, (), None, key)
