"""The clocks of a case. Days are counted from the day after (民法典 201); a last day that is a holiday moves on to the
next working day (民法典 203). Dates the parties agreed on stay what they are."""

from datetime import date, timedelta
from enum import StrEnum

from consult.domain.cases.situation import Situation
from consult.domain.cases.states import AT_COURT, ENDED, IN_WORK, NEW, CaseState
from consult.domain.working_days import is_day_off as is_day_off

ACCEPT_DAYS = 3  # 海南省实施《人民调解法》办法(2017) 18: complex or referred matters are taken or not within 3 days
SETTLE_DAYS = 30  # 人民调解工作若干规定 33: in general within a month of acceptance
CONFIRM_DAYS = 30  # 人民调解法 33: both together, within 30 days of the agreement taking effect
FOLLOW_UP_DAYS = 7  # ours: the law gives no number
CLOSE_DAYS = 7  # ours
LONG_EXTENSION_DAYS = 183  # ours: an extension beyond half a year is asked about
SECOND_FOLLOW_UP_DAYS = 30  # ours
URGE_DAYS = 7  # ours: urged, and still nothing done


class Clock(StrEnum):
    """A time limit of a case."""

    ACCEPT = "accept"
    SETTLE = "settle"
    SESSION = "session"
    SIGN = "sign"
    PERFORM = "perform"
    URGE = "urge"
    FOLLOW_UP = "follow_up"
    CLOSE = "close"
    SECOND_FOLLOW_UP = "second_follow_up"


WARNED_BEFORE: dict[Clock, tuple[int, ...]] = {
    Clock.ACCEPT: (1, 0),
    Clock.SETTLE: (10, 5, 0),
    Clock.SESSION: (1, 0),
    Clock.SIGN: (5, 0),
    Clock.PERFORM: (3, 0),
    Clock.URGE: (0,),
    Clock.FOLLOW_UP: (1, 0),
    Clock.CLOSE: (0,),
    Clock.SECOND_FOLLOW_UP: (1, 0),
}
"""Those who must act are reminded so many days before; of 30 days that is on the 20th and the 25th."""
SOON_DAYS = 3
COURT_WARNED_BEFORE = (10, 3, 0)
"""Both parties are told so many days before their joint way to court ends."""


def due(state: CaseState, s: Situation) -> tuple[Clock, date] | None:
    """Return what must happen next, and the last day for it; None where no clock runs."""
    if state in NEW and s.filed_on:
        return Clock.ACCEPT, period_end(s.filed_on, ACCEPT_DAYS)
    if state in IN_WORK and s.session and s.clock_from and s.session[0] <= settle_by(s):
        return Clock.SESSION, s.session[0]
    if state in IN_WORK and s.clock_from:
        return Clock.SETTLE, settle_by(s)
    if state is CaseState.AGREED_IN_WRITING and s.clock_from:
        return Clock.SIGN, settle_by(s)
    return _after_agreement(state, s)


def _after_agreement(state: CaseState, s: Situation) -> tuple[Clock, date] | None:
    if undone := s.undone():
        first = min(row.due_on for row in undone)
        if state in (CaseState.AGREED_ORALLY, CaseState.PERFORMING):
            return Clock.PERFORM, first
        if state is CaseState.BREACHED:
            return Clock.URGE, first if s.urged_on is None or s.urged_on < first else period_end(s.urged_on, URGE_DAYS)
    if state in AT_COURT and s.suit and s.suit.result_on:
        return Clock.CLOSE, period_end(s.suit.result_on, CLOSE_DAYS)
    if state is CaseState.PERFORMED and s.finding:
        return Clock.FOLLOW_UP, period_end(s.finding.on, FOLLOW_UP_DAYS)
    if state is CaseState.PERFORMED and s.agreement:
        return Clock.FOLLOW_UP, period_end(max(row.due_on for row in s.agreement.rows), FOLLOW_UP_DAYS)
    if state is CaseState.FOLLOWED_UP and s.followed_up:
        return Clock.CLOSE, period_end(s.followed_up[-1], CLOSE_DAYS)
    if state in ENDED and s.ended_on:
        return Clock.CLOSE, period_end(s.ended_on, CLOSE_DAYS)
    if (
        state is CaseState.CLOSED
        and s.closed_on
        and s.performed_on
        and not any(on > s.closed_on for on in s.followed_up)
    ):
        return Clock.SECOND_FOLLOW_UP, period_end(s.closed_on, SECOND_FOLLOW_UP_DAYS)
    return None


def settle_by(s: Situation) -> date:
    """Return the last day of mediation: what both agreed on, or thirty days. Raises ValueError before acceptance."""
    if s.extended_to is not None:
        return s.extended_to
    if s.clock_from is None:
        raise ValueError("the case is not accepted")
    return period_end(s.clock_from, SETTLE_DAYS)


def confirm_by(s: Situation) -> date | None:
    """Return until when both may go to court together (PML 33); None without a written agreement in effect."""
    if s.agreement is None or not s.agreement.written or s.agreement.effective_on is None:
        return None
    return period_end(s.agreement.effective_on, CONFIRM_DAYS)


def period_end(start: date, days: int) -> date:
    """Return the last day of a period of days counted from the day after; a day off moves it on (民法典 201, 203)."""
    end = start + timedelta(days)
    while is_day_off(end):
        end += timedelta(1)
    return end
