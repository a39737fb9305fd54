"""Named selects about hidden content, as every page asks them: by whom it was hidden, when, and because of what."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from consult.domain.talk.moderation import ReportGround
from consult.models.base import db
from consult.models.people.villages import Person
from consult.models.talk.moderation import Removal


@dataclass(frozen=True)
class HiddenTrace:
    """What everybody sees in the place of hidden content: by whom it was hidden, when, and because of what."""

    id: int
    """Of the removal."""
    subject: str
    ground: ReportGround
    name: str
    hidden_at: datetime
    author_id: int


def in_force(village_id: int, subjects: Collection[str]) -> dict[str, HiddenTrace]:
    """Return which of these subjects are hidden now, in one statement; no statement for none."""
    if not subjects:
        return {}
    query = (
        select(Removal.id, Removal.subject, Removal.ground, Person.name, Removal.hidden_at, Removal.author_id)
        .join(Person, Person.id == Removal.hidden_by)
        .where(Removal.village_id == village_id, Removal.restored_at.is_(None), Removal.subject.in_(subjects))
    )
    return {row.subject: HiddenTrace(*row) for row in db.session.execute(query)}
