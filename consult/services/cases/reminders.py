"""Clocks of cases: whoever must act is told before, on the day and on the day after. One neutral line, each once."""

from datetime import date, datetime, timedelta

from consult.domain.cases.clocks import COURT_WARNED_BEFORE, WARNED_BEFORE, Clock
from consult.domain.cases.states import LIVE
from consult.domain.notifications import Event
from consult.models import MediationCase, Village, case_reads, db
from consult.services import notifications, transactions
from consult.services.cases import news
from consult.services.cases.reading import as_head
from consult.services.villages import local_day

DAYS = sorted({-1, *COURT_WARNED_BEFORE, *(day for days in WARNED_BEFORE.values() for day in days)})


def remind(*, now: datetime) -> int:
    """Returns how many cases were looked at."""
    about = now.date()
    span = [about + timedelta(n) for n in range(DAYS[0] - 1, DAYS[-1] + 2)]  # no village's day is further from UTC's
    rows = case_reads.due_on(span, sorted(LIVE))
    due = [(row.id, left) for row in rows if (left := _left(row, row.due_on, now)) in _warned(row)]
    courts = case_reads.confirm_by(span)
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
    subject = news.subject_of(row, f"court:{row.confirm_by}:{left}")
    case, today = as_head(row), local_day(db.session.get_one(Village, row.village_id), now)
    people = news.parties_of(row, case.situation) if case is not None else set()
    for told, event, kind in ((people, Event.CASE, "case_soon"), (news.desk_of(row, on=today), Event.DUTY, "case_due")):
        notifications.tell(
            told, event, subject, village_id=row.village_id, consultation_id=None, now=now, kind=kind
        )  # fmt: skip


def _remind(row: MediationCase, left: int, now: datetime) -> None:
    today: date = local_day(db.session.get_one(Village, row.village_id), now)
    subject = news.subject_of(row, f"clock:{row.due_kind}:{row.due_on}:{left}")
    notifications.tell(
        news.desk_of(row, on=today), Event.DUTY, subject, village_id=row.village_id, consultation_id=None, now=now,
        kind="case_due",
    )  # fmt: skip
    case = as_head(row)
    if case is None or row.due_kind not in (Clock.SESSION, Clock.PERFORM):
        return
    people = news.parties_of(row, case.situation)
    if row.due_kind == Clock.PERFORM:
        owing = {case.situation.party(o.by) for o in case.situation.undone() if o.due_on == row.due_on}
        people &= {party.person_id for party in owing if party is not None and party.person_id is not None}
    notifications.tell(
        people, Event.CASE, subject, village_id=row.village_id, consultation_id=None, now=now, kind="case_soon"
    )
