"""Say that a day has passed on which somebody was owed something: to them, to who owes it, to the supervisors, to the town.

One job for all kinds of domain.people.owed. Everybody is told once of each day; a later day is a new one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row

from consult.domain.instants import last_day_anywhere
from consult.domain.messages.notifications import NotificationEvent
from consult.domain.people import owed
from consult.domain.people.owed import Owed
from consult.domain.people.roles import Role
from consult.domain.people.waiting import WHO, Wait
from consult.models import Consultation, DataRequest, ProxyLetter, Village, VoteDispute, db
from consult.models.people.role_queries import holders
from consult.models.polls import act_queries
from consult.models.site import owed_queries
from consult.services.core import sure_time
from consult.services.core.each import each
from consult.services.core.transactions import atomic
from consult.services.messages import notifications
from consult.services.people import data_requests, villages
from consult.services.talk.duty import owed_answers


@dataclass(frozen=True)
class Late:
    """A duty that is late: its kind, its row of models.site.owed_queries, its day, and how many days have passed."""

    kind: Owed
    row: Row[Any]
    due: date
    days: int
    today: date
    town_days: int
    """The village's rule for what was due on that day: after so many days the town is told. 0: it is told of no such thing."""


def of_all(*, now: datetime) -> list[Late]:
    """Return everything that is late, of all villages, each by its own calendar. A doubtful clock makes nothing late."""
    rows = owed_queries.late(now=now, due_by=last_day_anywhere(now))
    places = {one: db.session.get_one(Village, one) for one in sorted({row.village_id for row in rows})}
    town_days = {one: owed_answers.town_days_by_due(village) for one, village in places.items()}
    found = []
    for row in rows:
        village, kind = places[row.village_id], Owed(row.kind)
        today = villages.local_day(village, sure_time.surely_past(village.id, now))
        due = row.due_on or owed.due_on(kind, villages.local_day(village, row.since))
        if days := owed.days_late(due, today):
            town = town_days[village.id](due) if owed.rules()[kind].town else 0
            found.append(Late(kind, row, due, days=days, today=today, town_days=town))
    return found


def tell_all(*, now: datetime) -> list[str]:
    """Send the lines about everything that is late and was not told of. Return the subjects that were told now."""
    late = of_all(now=now)
    by_subject = {subject: one for one in late for subject in _subjects(one)}
    known = notifications.known(list(by_subject))
    new = [(subject, one) for subject, one in by_subject.items() if subject not in known]
    told: list[str] = []

    def tell(n: int) -> None:
        if _tell(*new[n], now):
            told.append(new[n][0])

    each("telling of what is late", range(len(new)), tell)
    return told


def _subjects(one: Late) -> Sequence[str]:
    mark = mark_of(one)
    towns = (False, True) if owed.is_for_the_town(one.kind, one.due, one.today, one.town_days) else (False,)
    return [owed.subject(one.kind, mark, one.due, town=town) for town in towns]


def mark_of(one: Late) -> int | str:
    """Return what names a row in subjects: ids of deleted rows come again."""
    if one.kind is Owed.DATA_REQUEST:
        return data_requests.mark_of(db.session.get_one(DataRequest, one.row.id))
    return int(one.row.id)


@atomic
def _tell(subject: str, one: Late, now: datetime) -> bool:
    """Tell those whom this line is for. Return whether there is anybody."""
    row, on = one.row, one.today
    if subject.startswith("overdue_town"):
        town = holders(row.village_id, {Role.JUSTICE_OFFICE}, on=on)
        _tell_these(town, NotificationEvent.DUTY, subject, one, now)
        return bool(town)
    officers = holders(row.village_id, WHO[Wait(one.kind.value)] | {Role.SUPERVISOR}, on=on) - _kept_out(one)
    asked = _who_waits(one)
    _tell_these(officers - asked, NotificationEvent.DUTY, subject, one, now)
    _tell_these(asked, NotificationEvent.CHANGED, subject, one, now)
    return bool(officers | asked)


def _who_waits(one: Late) -> set[int]:
    """Return who is owed it; of a proposal everybody who stands behind it."""
    if one.kind is Owed.ANSWER:
        return owed_answers.those_behind(db.session.get_one(Consultation, one.row.id))
    if one.kind is Owed.LETTER:
        return {one.row.asked_by, db.session.get_one(ProxyLetter, one.row.id).holder_id}
    return {one.row.asked_by}


def _kept_out(one: Late) -> set[int]:
    """Return who had a hand in it and so does not decide: they are asked for nothing."""
    if one.kind is Owed.CONTEST:
        return act_queries.doers_of(db.session.get_one(VoteDispute, one.row.id))
    return set()


def _tell_these(people: set[int], event: NotificationEvent, subject: str, one: Late, now: datetime) -> None:
    about = {"notice": one.row.place} if one.kind is Owed.OBJECTION else {}
    about |= {"petition": one.row.id} if one.kind is Owed.PETITION else {}
    if one.kind in (Owed.CONTEST, Owed.LETTER):  # who waits reads it on the page of their own vote
        about |= {"vote" if event is NotificationEvent.CHANGED else f"{one.kind.value}s": one.row.place}
    notifications.tell(
        people,
        event,
        subject,
        village_id=one.row.village_id,
        consultation_id=one.row.id if one.kind is Owed.ANSWER else None,
        now=now,
        kind=f"overdue_{one.kind.value}",
        title=one.row.title or "",
        until=one.due.isoformat(),
        **about,
    )
