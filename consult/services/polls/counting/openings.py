"""Open the sealed ballots of a closed poll, once: into secret_ballot in the order of their keys; then destroy the key."""

from sqlalchemy import delete, func, insert, select

from consult.domain.polls.polls import PollState
from consult.domain.refusals import Reason, Refused
from consult.models import Poll, SealedBallot, SealingKey, SecretBallot, db
from consult.services.core import transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.polls import poll_states
from consult.services.polls.sealing import keys
from consult.services.polls.sealing.boxes import BallotChanged, Seal, Sealed


def key_of(poll: Poll) -> SealingKey | None:
    """Return the key that a poll has taken. None: its ballots are not sealed, or the poll is older than the seals."""
    query = select(SealingKey).where(SealingKey.poll_id == poll.id).execution_options(populate_existing=True)
    return db.session.scalar(query)


def is_sealed(poll: Poll) -> bool:
    """Tell whether the ballots of a poll still lie in their boxes."""
    if not poll.secret or poll_states.frozen_of(poll).seal is None:
        return False
    key = key_of(poll)
    return key is None or key.opened_at is None


def seal_of(poll: Poll) -> Seal:
    """Return the seal of a poll. Raises DoesNotAddUp where it is not the one that was announced."""
    key, announced = key_of(poll), poll_states.frozen_of(poll).seal
    if key is None or key.public_key != announced:
        raise BallotChanged(f"poll {poll.id}: its key is not the one that was announced")
    return Seal(poll.village_id, poll.id, key.public_key, keys.mac_key(key))


def boxes_of(poll_id: int) -> list[Sealed]:
    """Return the sealed ballots of a poll, in the order of their slots."""
    query = select(SealedBallot.slot, SealedBallot.box, SealedBallot.mac).where(SealedBallot.poll_id == poll_id)
    return [Sealed(*row) for row in db.session.execute(query.order_by(SealedBallot.slot))]


def how_many(poll_id: int) -> int:
    """Count the ballots of a secret poll, sealed and opened ones."""
    sealed = select(func.count()).where(SealedBallot.poll_id == poll_id)
    opened = select(func.count()).where(SecretBallot.poll_id == poll_id)
    return (db.session.scalar(sealed) or 0) + (db.session.scalar(opened) or 0)


@atomic
def open_ballots(poll: Poll, act: Act) -> None:
    """Open all boxes of a closed poll in the unit of work at hand, whose commit destroys the key. Opened: nothing.

    Raises Refused before the close, KeyMissing, KeyHidden, and BallotChanged for a box that is not as it was cast.
    """
    transactions.lock(poll)
    if not is_sealed(poll):
        return
    if poll_states.state_for_act(poll, act.now) is not PollState.CLOSED:
        raise Refused(Reason.NOT_CLOSED_YET)
    seal = seal_of(poll)
    key = db.session.get_one(SealingKey, seal.public_key)
    private = keys.private_key(seal.public_key, made_in=key.folder)
    ballots = [seal.open(box, private) for box in boxes_of(poll.id)]
    if db.session.scalar(select(func.count()).where(SecretBallot.poll_id == poll.id)):
        raise BallotChanged(f"poll {poll.id}: there are ballots outside of the boxes")
    if len({ballot.key for ballot in ballots}) != len(ballots):
        raise BallotChanged(f"poll {poll.id}: two boxes hold the same ballot")
    same = {"poll_id": poll.id, "village_id": poll.village_id}
    rows = [{**same, **ballot.__dict__} for ballot in sorted(ballots, key=lambda ballot: ballot.key)]
    if rows:
        db.session.execute(insert(SecretBallot), rows)
    key.opened_at = act.now
    db.session.flush()  # the database lets boxes go only once they are opened
    db.session.execute(delete(SealedBallot).where(SealedBallot.poll_id == poll.id))
    transactions.after_commit(lambda: keys.destroy(seal.public_key))
