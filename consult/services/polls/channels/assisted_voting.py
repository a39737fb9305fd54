"""A helper fills in for a voter who is present and hears the choice read back, before a witness who says so too."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select

from consult.domain.polls.ballot_rules import Helper
from consult.domain.polls.units import Unit
from consult.models import Assistance, Person, Poll, VoteAnswer, db
from consult.models.polls import act_queries
from consult.services.core import transactions
from consult.services.core.acts import Act
from consult.services.people import villages
from consult.services.polls.ballot_requests import BallotRequest
from consult.services.polls.channels import telling


def helper_of(request: BallotRequest, *, author_id: int | None) -> Helper | None:
    """Return what the rule on helpers needs; None without a helper. Ballots of one helper wait for each other."""
    if request.assistant is None:
        return None
    transactions.queue_for(f"helper:{request.poll_id}:{request.assistant.helper_id}")
    found_out = act_queries.found_out(request.poll_id, request.number or 0)
    return Helper(
        helper_id=request.assistant.helper_id,
        witness_id=request.assistant.witness_id,
        author_id=author_id,
        helped=frozenset(helped_by(request.assistant.helper_id, request.poll_id)),
        witnessed=request.assistant.witnessed,
        one_house=_of_one_house(request.assistant.helper_id, request.assistant.witness_id),
        found_out=not found_out.isdisjoint({request.assistant.helper_id, request.assistant.witness_id}),
    )


def _of_one_house(helper_id: int, witness_id: int) -> bool:
    return villages.of_one_house(helper_id, db.session.get_one(Person, witness_id))


def note(request: BallotRequest, unit: Unit, now: datetime) -> None:
    """Write down who helped whom before which witness, and tell them. Without a helper: nothing."""
    if request.assistant is None:
        return
    helped = Assistance(
        poll_id=request.poll_id,
        number=unit.number,
        rev=unit.rev + 1,
        village_id=request.village_id,
        voter_id=request.voter_of(unit),
        helper_id=request.assistant.helper_id,
        witness_id=request.assistant.witness_id,
        helped_at=now,
        needs_answer=True,
    )
    db.session.add(helped)
    db.session.flush()
    if request.assistant.witnessed:
        db.session.add(
            VoteAnswer(
                poll_id=helped.poll_id,
                number=helped.number,
                rev=helped.rev,
                said_by=helped.witness_id,
                village_id=helped.village_id,
                sound=True,
                device_of=helped.helper_id,
                said_at=now,
            )
        )
        db.session.flush()
    _tell(helped, witnessed=request.assistant.witnessed, now=now)


def _tell(helped: Assistance, *, witnessed: bool, now: datetime) -> None:
    poll = db.session.get_one(Poll, helped.poll_id)
    act, place = Act(helped.village_id, helped.helper_id, now), (helped.number, helped.rev)
    names = {"name": telling.name_of(helped.voter_id), "who": telling.name_of(helped.helper_id)}
    witness = telling.name_of(helped.witness_id)
    kind = "you_were_helped" if witnessed else "you_were_helped_waits"
    telling.tell({helped.voter_id}, poll, kind, place, act, **names, witness=witness)
    kind = "you_witnessed" if witnessed else "witness_asked"
    telling.tell({helped.witness_id}, poll, kind, place, act, **names)


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
