"""The list of what waits for one officer, for their front page and for a page of its own."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row

from consult.domain.people import owed
from consult.domain.people import waiting as rules
from consult.domain.people.owed import Owed
from consult.domain.people.right_changes import numbers
from consult.domain.people.roles import Role
from consult.domain.people.two_persons import Asked
from consult.domain.people.waiting import OF_TWO_OFFICES, Officer, Pending, Wait
from consult.models import Person, Village
from consult.models.site import waiting_queries
from consult.services.core import sure_time
from consult.services.people import villages
from consult.services.talk.duty import owed_answers


@dataclass(frozen=True)
class WaitingThing:
    """One thing that waits for an officer. `row` has the columns of waiting_queries.COLUMNS."""

    kind: Wait
    row: Row[Any]
    due: date | None
    """The last day, in the village."""
    overdue: bool


def of_officer(village: Village, person: Person, held: Collection[Role], *, now: datetime) -> list[WaitingThing]:
    """Return what waits for a person by the offices that count now, the most urgent first. At most three statements."""
    kinds, past = rules.kinds_for(held), sure_time.surely_past(village.id, now)
    today = villages.local_day(village, now)
    rows = waiting_queries.waiting(
        kinds,
        village_id=village.id,
        person_id=person.id,
        now=now,
        today=today,
        midnight=villages.local_midnight(village, now),
        asked_since=past - numbers().lapse,
    )
    officer = Officer(person.id, person.household_id, held, villages.own_house(person).people if rows else frozenset())
    possible = [_thing(row, village, today) for row in rows if rules.may_do(pending_of(row), officer, now=past)]
    town_days = owed_answers.town_days_by_due(village)
    mine = [one for one in possible if one.kind is not Wait.OVERDUE or _is_told(one, held, today, town_days)]
    return sorted(mine, key=lambda one: (rules.urgency(one.kind, one.due, today=today), list(Wait).index(one.kind)))


def number_of(village: Village, person: Person, held: Collection[Role], *, now: datetime) -> int:
    """Return how many things wait for a person by the offices that count now."""
    return len(of_officer(village, person, held, now=now))


def pending_of(row: Row[Any]) -> Pending:
    """Return what decides who may do the thing of a row."""
    asked = Asked(row.asked_by, row.asked_office, row.since) if row.asked_by is not None else None
    return Pending(
        kind=Wait(row.kind),
        asked=asked,
        asker_house=row.asker_house,
        about=row.about,
        homes=frozenset(one for one in (row.home, row.other_home) if one is not None),
        people=frozenset({row.voter} if row.voter is not None else ()),
    )


def _is_told(one: WaitingThing, held: Collection[Role], today: date, town_days: Callable[[date], int]) -> bool:
    """Tell whether a thing is late by the village's day, and for the town whether it has been for long."""
    if one.due is None or not one.overdue:
        return False
    if Role.SUPERVISOR in held:
        return True
    return owed.is_for_the_town(Owed(one.row.detail), one.due, today, town_days(one.due))


def _thing(row: Row[Any], village: Village, today: date) -> WaitingThing:
    kind = Wait(row.kind)
    days: Sequence[date | None] = (
        row.due_on,
        villages.local_day(village, row.due_at) if row.due_at is not None else None,
        villages.local_day(village, row.since + numbers().lapse) if kind in OF_TWO_OFFICES else None,
        _counted(row, village),
    )
    due = min((day for day in days if day is not None), default=None)
    return WaitingThing(kind, row, due, overdue=due is not None and due < today)


def _counted(row: Row[Any], village: Village) -> date | None:
    """Return the last day of a thing whose days count from when it was asked for; None: it is no such thing."""
    code = row.detail if row.kind == Wait.OVERDUE else row.kind
    if row.since is None or code not in list(Owed) or owed.rules()[Owed(code)].days is None:
        return None
    return owed.due_on(Owed(code), villages.local_day(village, row.since))
