"""Remind those who must act before a clock of a case runs out, on the day and on the day after: one neutral line, each once."""

from datetime import date, datetime

from consult.domain.cases.clocks import COURT_WARNED_BEFORE, WARNED_BEFORE, Clock
from consult.domain.cases.states import LIVE
from consult.domain.instants import days_anywhere
from consult.models import MediationCase, Village, db
from consult.models.cases import case_queries
from consult.services.cases import case_notifications
from consult.services.core.each import each
from consult.services.core.transactions import atomic
from consult.services.people.villages import local_day

DAYS = sorted({-1, *COURT_WARNED_BEFORE, *(day for days in WARNED_BEFORE.values() for day in days)})


def remind(*, now: datetime) -> int:
    """Send the reminders due in all villages, each case in a unit of work of its own. Return how many there were."""
    span = days_anywhere(now, DAYS[0], DAYS[-1])
    due = {row.id: row for row in case_queries.due_on(span, sorted(LIVE))}
    court = {row.id: row for row in case_queries.confirm_by(span)}
    reminded: list[int] = []
    each("reminding of case", due, lambda one: reminded.extend([one] * _remind_if_clock_ends(due[one], now)))
    each(
        "reminding of court in case", court, lambda one: reminded.extend([one] * _remind_if_court_ends(court[one], now))
    )
    return len(reminded)


def _remind_if_clock_ends(row: MediationCase, now: datetime) -> bool:
    left = _left(row, row.due_on, now)
    if left not in _warned(row):
        return False
    _remind_of_clock(row, left, now)
    return True


def _remind_if_court_ends(row: MediationCase, now: datetime) -> bool:
    left = _left(row, row.confirm_by, now)
    if left not in COURT_WARNED_BEFORE:
        return False
    _remind_of_court(row, left, now)
    return True


def _warned(row: MediationCase) -> tuple[int, ...]:
    return (*WARNED_BEFORE[Clock(row.due_kind)], -1)


def _left(row: MediationCase, day: date | None, now: datetime) -> int:
    """Return the days left by the village's calendar; -1 on the first day that is too late, -2 without a day."""
    if day is None:
        return -2
    return (day - local_day(db.session.get_one(Village, row.village_id), now)).days


@atomic
def _remind_of_court(row: MediationCase, left: int, now: datetime) -> None:
    """Notify both parties and the desk: their joint way to court ends."""
    today = local_day(db.session.get_one(Village, row.village_id), now)
    case_notifications.notify_desk(row, f"court:{row.confirm_by}:{left}", "case_due", on=today, now=now)
    case_notifications.tell_parties(row, f"court:{row.confirm_by}:{left}", now=now)
    row.news_at = now


@atomic
def _remind_of_clock(row: MediationCase, left: int, now: datetime) -> None:
    """Notify the desk; and the parties of what they have to come to or to do."""
    today = local_day(db.session.get_one(Village, row.village_id), now)
    case_notifications.notify_desk(row, f"clock:{row.due_kind}:{row.due_on}:{left}", "case_due", on=today, now=now)
    if row.due_kind in (Clock.SESSION, Clock.PERFORM):
        if left >= 0:
            case_notifications.tell_parties(row, f"clock:{row.due_kind}:{row.due_on}:{left}", now=now)
        row.news_at = now
