"""Clocks of cases: whoever must act is told before, on the day and on the day after. One neutral line, each once."""

from datetime import date, datetime, timedelta

from consult.domain.cases.clocks import COURT_WARNED_BEFORE, WARNED_BEFORE, Clock
from consult.domain.cases.states import LIVE
from consult.models import MediationCase, Village, db
from consult.models.cases import case_queries
from consult.services.cases import news
from consult.services.core.each import each
from consult.services.core.transactions import atomic
from consult.services.people.villages import local_day

DAYS = sorted({-1, *COURT_WARNED_BEFORE, *(day for days in WARNED_BEFORE.values() for day in days)})


def remind(*, now: datetime) -> int:
    """Remind of each case in a transaction of its own. Returns how many reminders were done."""
    about = now.date()
    span = [about + timedelta(n) for n in range(DAYS[0] - 1, DAYS[-1] + 2)]  # no village's day is further from UTC's
    rows = case_queries.due_on(span, sorted(LIVE))
    due = {row.id: left for row in rows if (left := _left(row, row.due_on, now)) in _warned(row)}
    courts = case_queries.confirm_by(span)
    court = {row.id: left for row in courts if (left := _left(row, row.confirm_by, now)) in COURT_WARNED_BEFORE}
    done = each("reminding of case", due, atomic(lambda one: _remind(_case(one), due[one], now)))
    done += each("reminding of court in case", court, atomic(lambda one: _remind_of_court(_case(one), court[one], now)))
    return len(done)


def _case(case_id: int) -> MediationCase:
    return db.session.get_one(MediationCase, case_id)


def _warned(row: MediationCase) -> tuple[int, ...]:
    return (*WARNED_BEFORE[Clock(row.due_kind)], -1)


def _left(row: MediationCase, day: date | None, now: datetime) -> int:
    """Days left, by the village's calendar; -1 on the first day that is too late."""
    if day is None:
        return -2
    return (day - local_day(db.session.get_one(Village, row.village_id), now)).days


def _remind_of_court(row: MediationCase, left: int, now: datetime) -> None:
    """Both parties and the desk: their joint way to court ends."""
    today: date = local_day(db.session.get_one(Village, row.village_id), now)
    news.tell_desk(row, f"court:{row.confirm_by}:{left}", "case_due", on=today, now=now)
    row.news_at = now


def _remind(row: MediationCase, left: int, now: datetime) -> None:
    """The desk; and the parties of what they have to come to or to do."""
    today: date = local_day(db.session.get_one(Village, row.village_id), now)
    news.tell_desk(row, f"clock:{row.due_kind}:{row.due_on}:{left}", "case_due", on=today, now=now)
    if row.due_kind in (Clock.SESSION, Clock.PERFORM):
        row.news_at = now
