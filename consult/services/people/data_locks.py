"""Lock a person's data (PIPL 44, 47), and end the lock. What asks for it: the callers of `lock_queries` and `DataLock.people`."""

from consult.domain.audit import Tag
from consult.models import DataLock, db
from consult.models.people import lock_queries
from consult.services.core import audit, transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic


def begin(person_id: int, act: Act) -> None:
    """Lock a person's data, in the unit of work at hand; twice is the same as once."""
    transactions.queue_for(_turn(person_id))
    if lock_queries.lock_of(person_id) is None:
        db.session.add(
            DataLock(village_id=act.village_id, person_id=person_id, begun_by=act.actor.id, begun_at=act.now)
        )
        db.session.flush()


@atomic
def end(act: Act) -> None:
    """End the lock on the actor's own data; twice is the same as once."""
    transactions.queue_for(_turn(act.actor.id))
    lock = lock_queries.lock_of(act.actor.id)
    if lock is None:
        return
    transactions.lock(lock)
    lock.ended_at = act.now
    audit.record(Tag.DATA_UNLOCKED, f"person:{act.actor.id}", act)


def _turn(person_id: int) -> str:
    return f"data_lock:{person_id}"
