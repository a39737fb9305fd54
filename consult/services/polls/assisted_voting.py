"""A helper fills in for a voter who is present and hears the choice read back, before a witness."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select

from consult.domain.polls.polls import HELPER_CAP, Standing
from consult.domain.refusals import Reason, Refused
from consult.models import Assistance, Person, db
from consult.services.core import transactions
from consult.services.polls import poll_states
from consult.services.polls.ballot_requests import Assistant, BallotRequest, speaker_of


def note(order: BallotRequest, poll: Row[Any], unit: Row[Any], now: datetime) -> None:
    """Write down who helped whom before whom, in the transaction of the ballot. Raises Refused."""
    if order.help is None:
        return
    voter = speaker_of(unit)
    transactions.queue_for(f"helper:{order.poll_id}:{order.help.helper_id}")
    refuse_unless_may_help(order.help, poll, voter, unit.number)
    db.session.add(
        Assistance(
            poll_id=order.poll_id,
            number=unit.number,
            rev=unit.rev + 1,
            village_id=order.village_id,
            voter_id=voter,
            helper_id=order.help.helper_id,
            witness_id=order.help.witness_id,
            helped_at=now,
        )
    )
    db.session.flush()


def refuse_unless_may_help(help: Assistant, poll: Any, voter_id: int, number: int) -> None:
    """Never the proposal's author, never oneself, a witness who is a third person, few voters in a formal poll."""
    if help.helper_id == poll_states.author_of(poll.consultation_id):
        raise Refused(Reason.HELPER_IS_AUTHOR)
    if help.helper_id == voter_id:
        raise Refused(Reason.HELPER_IS_VOTER)
    if help.witness_id in (help.helper_id, voter_id):
        raise Refused(Reason.WITNESS_IS_ANOTHER)
    if poll.standing == Standing.FORMAL and len(helped_by(help.helper_id, poll.id) - {number}) >= HELPER_CAP:
        raise Refused(Reason.HELPER_HELPED_ENOUGH, most=HELPER_CAP)


def helped_by(helper_id: int, poll_id: int) -> set[int]:
    """The roll numbers one helper has filled in for."""
    query = select(Assistance.number).where(Assistance.poll_id == poll_id, Assistance.helper_id == helper_id)
    return set(db.session.scalars(query))


def by_helper(poll_id: int) -> Sequence[Row[Any]]:
    """(name, how many), for the outcome."""
    query = (
        select(Person.name, func.count(Assistance.number.distinct()).label("helped"))
        .join(Person, Person.id == Assistance.helper_id)
        .where(Assistance.poll_id == poll_id)
        .group_by(Person.id, Person.name)
        .order_by(Person.id)
    )
    return db.session.execute(query).all()
