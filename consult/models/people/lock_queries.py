"""Named selects about locks on people's data. What a lock does: docs/law.md, 6."""

from sqlalchemy import select

from consult.models.base import db
from consult.models.people.data_requests import DataLock


def locked_of(village_id: int) -> frozenset[int]:
    """Return the ids of the people of a village whose data is locked."""
    return frozenset(db.session.scalars(DataLock.people().where(DataLock.village_id == village_id)))


def lock_of(person_id: int) -> DataLock | None:
    """Return the lock on a person's data that is in force; None for none."""
    query = select(DataLock).where(DataLock.person_id == person_id, DataLock.ended_at.is_(None))
    return db.session.scalar(query)
