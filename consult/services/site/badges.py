"""The two counts on the tabs of every page: unread lines of the inbox, and cases with news."""

from typing import NamedTuple

from sqlalchemy import select

from consult.models import Person, db
from consult.models.cases import case_queries
from consult.services.cases import keys
from consult.services.messages import notifications


class Badges(NamedTuple):
    """The two counts of one reader."""

    unread: int
    case_news: int


BOTH = select(notifications.UNREAD.scalar_subquery(), case_queries.UNSEEN.scalar_subquery())
"""One statement, since it is asked on every page."""


def of(person: Person) -> Badges:
    """Return a person's counts, in one statement."""
    marks = {"person_id": person.id, "mark": keys.mark(keys.of_person(person.id))}
    return Badges(*db.session.execute(BOTH, marks).one())
