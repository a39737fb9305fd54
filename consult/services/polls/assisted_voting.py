"""A helper fills in for a voter who is present and hears the choice read back, before a witness."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select

from consult.domain.polls.ballot_rules import Helper
from consult.domain.polls.units import Unit
from consult.models import Assistance, Person, db
from consult.services.core import transactions
from consult.services.polls.ballot_requests import BallotRequest


def helper_of(request: BallotRequest, *, author_id: int | None) -> Helper | None:
    """Return what the rule on helpers needs; None without a helper. Ballots of one helper wait for each other."""
    if request.assistant is None:
        return None
    transactions.queue_for(f"helper:{request.poll_id}:{request.assistant.helper_id}")
    return Helper(
        helper_id=request.assistant.helper_id,
        witness_id=request.assistant.witness_id,
        author_id=author_id,
        helped=frozenset(helped_by(request.assistant.helper_id, request.poll_id)),
    )


def note(request: BallotRequest, unit: Unit, now: datetime) -> None:
    """Write down who helped whom before which witness, in the ballot's unit of work. Without a helper: nothing."""
    if request.assistant is None:
        return
    db.session.add(
        Assistance(
            poll_id=request.poll_id,
            number=unit.number,
            rev=unit.rev + 1,
            village_id=request.village_id,
            voter_id=unit.speaker_id,
            helper_id=request.assistant.helper_id,
            witness_id=request.assistant.witness_id,
            helped_at=now,
        )
    )
    db.session.flush()


def helped_by(helper_id: int, poll_id: int) -> set[int]:
    """Return the roll numbers one helper has filled in for."""
    query = select(Assistance.number).where(Assistance.poll_id == poll_id, Assistance.helper_id == helper_id)
    return set(db.session.scalars(query))


def by_helper(poll_id: int) -> Sequence[Row[Any]]:
    """Return (name, number of voters helped), for the outcome."""
    query = (
        select(Person.name, func.count(Assistance.number.distinct()).label("helped"))
        .join(Person, Person.id == Assistance.helper_id)
        .where(Assistance.poll_id == poll_id)
        .group_by(Person.id, Person.name)
        .order_by(Person.id)
    )
    return db.session.execute(query).all()
