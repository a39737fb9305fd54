"""Clocks of cases: whoever must act is told before, on the day and on the day after. One neutral line, each once."""

from datetime import date, datetime

from consult.domain.cases.clocks import COURT_WARNED_BEFORE, WARNED_BEFORE, Clock
from consult.domain.cases.states import LIVE
from consult.domain.instants import days_anywhere
from consult.models import MediationCase, Village, db
from consult.models.cases import case_queries
from consult.services.cases import news
from consult.services.core import transactions
from consult.services.people.villages import local_day

DAYS = sorted({-1, *COURT_WARNED_BEFORE, *(day for days in WARNED_BEFORE.values() for day in days)})


def remind(*, now: datetime) -> int:
    """Returns how many cases were looked at."""
    span = days_anywhere(now, DAYS[0], DAYS[-1])
    rows = case_queries.due_on(span, sorted(LIVE))
    due = [(row.id, left) for row in rows if (left := _left(row, row.due_on, now)) in _warned(row)]
    courts = case_queries.confirm_by(span)
    court = [(row.id, left) for row in courts if (left := _left(row, row.confirm_by, now)) in COURT_WARNED_BEFORE]
    if not due and not court:
        return 0
    transactions.begin_writing()
    for case_id, left in due:
        _remind(db.session.get_one(MediationCase, case_id), left, now)
    for case_id, left in court:
        _remind_of_court(db.session.get_one(MediationCase, case_id), left, now)
    transactions.commit()
    return len(due) + len(court)


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
