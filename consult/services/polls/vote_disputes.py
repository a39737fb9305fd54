"""Another adult of a household says that its vote was not agreed in the house: it stays, and the outcome lists it."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select

from consult.domain.audit import Tag, sha256
from consult.domain.polls import polls as rules
from consult.domain.refusals import Reason, Refused
from consult.models import Person, Poll, RollEntry, Village, VoteDispute, db
from consult.services.core import audit, transactions
from consult.services.people.representatives import adults_of
from consult.services.polls import poll_states


def contest(poll: Poll, actor: Person, reason: str, *, on: date, now: datetime) -> None:
    """Until the close, by an adult who did not cast it. The same person twice is once. Raises Refused."""
    transactions.lock(poll)
    village = db.session.get_one(Village, poll.village_id)
    entry = db.session.scalar(
        select(RollEntry).where(RollEntry.poll_id == poll.id, RollEntry.household_id == actor.household_id)
    )
    if poll_states.frozen_of(poll)["rule"]["unit"] != "household" or entry is None or entry.channel is None:
        raise Refused(Reason.NOTHING_TO_CONTEST)
    if entry.voted_by == actor.id or actor.id not in {adult.id for adult in adults_of(actor.household_id, on=on)}:
        raise Refused(Reason.NOTHING_TO_CONTEST)
    if db.session.get(VoteDispute, (poll.id, entry.number, actor.id)) is not None:
        return
    if refusal := rules.why_not_vote(poll_states.state_of(poll, max(now, village.clock_mark))):
        raise Refused(refusal)
    db.session.add(
        VoteDispute(
            poll_id=poll.id,
            number=entry.number,
            contested_by=actor.id,
            village_id=poll.village_id,
            reason=reason,
            contested_at=now,
        )
    )
    audit.record(
        Tag.VOTE_CONTESTED,
        f"poll:{poll.id}",
        village_id=poll.village_id,
        actor_id=actor.id,
        now=now,
        number=entry.number,
        digest=sha256(reason),
    )
    transactions.commit()


def numbers(poll_id: int) -> Sequence[int]:
    """The roll numbers whose vote is contested."""
    query = select(VoteDispute.number).where(VoteDispute.poll_id == poll_id).distinct().order_by(VoteDispute.number)
    return db.session.scalars(query).all()
