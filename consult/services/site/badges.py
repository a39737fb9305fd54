"""The two small numbers on the tabs of every page: unread lines of the inbox, and cases in which something happened."""

from typing import NamedTuple

from sqlalchemy import select

from consult.models import Person, db
from consult.models.cases import case_queries
from consult.services.cases import keys
from consult.services.messages import notifications


class Badges(NamedTuple):
    unread: int
    case_news: int


BOTH = select(notifications.UNREAD.scalar_subquery(), case_queries.NEWS.scalar_subquery())
"""One statement, since it is asked on every page."""


def of(person: Person) -> Badges:
    marks = {"person_id": person.id, "mark": keys.mark(keys.of_person(person.id))}
    return Badges(*db.session.execute(BOTH, marks).one())
