"""Another adult of a household says that its vote was not agreed: the vote stays, and the outcome lists the dispute."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from consult.domain.audit import Tag, sha256
from consult.domain.polls import polls as rules
from consult.domain.refusals import Reason, Refused
from consult.models import Poll, RollEntry, VoteDispute, db
from consult.services.core import audit, transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.people.representatives import adults_of
from consult.services.polls import poll_states


@atomic
def dispute(poll: Poll, reason: str, act: Act, *, on: date) -> None:
    """Note the dispute of an adult who did not cast the household's vote, until the close. Twice is the same as once.

    `on`: the village's day on which the person must be an adult. Raises Refused.
    """
    actor = act.actor
    transactions.lock(poll)
    entry = db.session.scalar(
        select(RollEntry).where(RollEntry.poll_id == poll.id, RollEntry.household_id == actor.household_id)
    )
    if not poll_states.frozen_of(poll).by_household or entry is None or entry.channel is None:
        raise Refused(Reason.NOTHING_TO_CONTEST)
    if entry.voted_by == actor.id or actor.id not in {adult.id for adult in adults_of(actor.household_id, on=on)}:
        raise Refused(Reason.NOTHING_TO_CONTEST)
    if db.session.get(VoteDispute, (poll.id, entry.number, actor.id)) is not None:
        return
    if refusal := rules.why_not_vote(poll_states.state_for_act(poll, act.now)):
        raise Refused(refusal)
    db.session.add(
        VoteDispute(
            poll_id=poll.id,
            number=entry.number,
            contested_by=actor.id,
            village_id=poll.village_id,
            reason=reason,
            contested_at=act.now,
        )
    )
    audit.record(Tag.VOTE_CONTESTED, f"poll:{poll.id}", act, number=entry.number, digest=sha256(reason))


def numbers(poll_id: int) -> Sequence[int]:
    """Return the roll numbers whose vote is disputed."""
    query = select(VoteDispute.number).where(VoteDispute.poll_id == poll_id).distinct().order_by(VoteDispute.number)
    return db.session.scalars(query).all()
