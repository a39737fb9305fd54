"""The order of the days on which things happened: no step lies before the one it follows.

A day to come is a mistake of the form (forms.py, PAST_DAY).

Days of events are compared, never days of entry: what is entered late stands where it happened. Assignment and consent are
not asked for the day of a session: they are often written down after it, and no law orders them by day.
"""

from datetime import date

from consult.domain.cases.acts import CaseAct
from consult.domain.cases.parties.standings import LEAVING
from consult.domain.cases.situation import PlannedAct, Situation, day_said
from consult.domain.refusals import Reason, Refused

FIRST = (CaseAct.FILE,)
TAKEN = (CaseAct.FILE, CaseAct.ACCEPT)
AGREED = (CaseAct.FILE, CaseAct.AGREE)
FOLLOWS: dict[CaseAct, tuple[CaseAct, ...]] = {
    CaseAct.APPLY: FIRST,
    CaseAct.ACCEPT: (CaseAct.FILE, CaseAct.APPLY),
    CaseAct.DECLINE: (CaseAct.FILE, CaseAct.APPLY),
    CaseAct.TAKE_ON: TAKEN,
    CaseAct.ASSIGN: TAKEN,
    CaseAct.HAND_OVER: TAKEN,
    CaseAct.REOPEN: FIRST,
    CaseAct.NOTE_DIFFICULTY: FIRST,
    CaseAct.RECUSE: FIRST,
    CaseAct.CONSENT: FIRST,
    CaseAct.CHOOSE_MEDIATOR: FIRST,
    CaseAct.REFUSE_MEDIATOR: FIRST,
    CaseAct.DECLARE_KINSHIP: FIRST,
    CaseAct.ADD_PARTY: FIRST,
    CaseAct.ADD_PARTIES: FIRST,
    CaseAct.ADD_GUARDIAN: FIRST,
    CaseAct.DESCRIBE_PARTY: FIRST,
    CaseAct.NOTE_CAPACITY: FIRST,
    CaseAct.ELECT_REPRESENTATIVE: FIRST,
    CaseAct.RETURN_PARTY: FIRST,
    CaseAct.INDIVISIBLE: FIRST,
    CaseAct.IDENTIFY: FIRST,
    CaseAct.REMOVE_PARTY: FIRST,
    CaseAct.STATEMENT: FIRST,
    CaseAct.EVIDENCE: FIRST,
    CaseAct.NOTE: FIRST,
    CaseAct.INVESTIGATE: FIRST,
    CaseAct.CALL_SESSION: TAKEN,
    CaseAct.HOLD_SESSION: TAKEN,
    CaseAct.EXTEND: TAKEN,
    CaseAct.CORRECT: TAKEN,
    CaseAct.AGREE: (*TAKEN, CaseAct.MEDIATE_AGAIN, CaseAct.HOLD_SESSION),
    CaseAct.SIGN: AGREED,
    CaseAct.PERFORM: AGREED,
    CaseAct.TAKE_BACK: AGREED,
    CaseAct.DEFER: AGREED,
    CaseAct.BREACH: AGREED,
    CaseAct.URGE: (*AGREED, CaseAct.BREACH),
    CaseAct.MEDIATE_AGAIN: (*AGREED, CaseAct.BREACH, CaseAct.CONFIRMATION),
    CaseAct.ENFORCE: (*AGREED, CaseAct.BREACH, CaseAct.CONFIRMATION),
    CaseAct.SUE: (*AGREED, CaseAct.BREACH),
    CaseAct.APPLY_CONFIRMATION: AGREED,
    CaseAct.CONFIRMATION: (*AGREED, CaseAct.APPLY_CONFIRMATION),
    CaseAct.COURT_RESULT: (CaseAct.FILE, CaseAct.SUE),
    CaseAct.ENFORCEMENT_RESULT: (CaseAct.FILE, CaseAct.ENFORCE),
    CaseAct.TELL_WAYS: FIRST,
    CaseAct.FOLLOW_UP: AGREED,
    CaseAct.WITHDRAW: FIRST,
    CaseAct.SETTLE_THEMSELVES: FIRST,
    CaseAct.TERMINATE: (*TAKEN, CaseAct.HOLD_SESSION),
    CaseAct.ESCALATE: FIRST,
    CaseAct.RECEIPT: (CaseAct.FILE, CaseAct.ESCALATE),
    CaseAct.SHARE: (CaseAct.FILE, CaseAct.ESCALATE),
    CaseAct.TOWN_TALK: FIRST,
    CaseAct.NOTE_DANGER: FIRST,
    CaseAct.TOLD_IN_PERSON: FIRST,
    CaseAct.REPORT_POLICE: (),
    CaseAct.RAISE: TAKEN,
    CaseAct.CLOSE: (
        *TAKEN,
        CaseAct.DECLINE,
        CaseAct.CONSENT,
        CaseAct.INDIVISIBLE,
        CaseAct.WITHDRAW,
        CaseAct.SETTLE_THEMSELVES,
        CaseAct.TERMINATE,
        CaseAct.ENFORCE,
        CaseAct.SUE,
        CaseAct.COURT_RESULT,
        CaseAct.ENFORCEMENT_RESULT,
        CaseAct.ESCALATE,
        CaseAct.RECEIPT,
        CaseAct.AGREE,
        CaseAct.PERFORM,
        CaseAct.FOLLOW_UP,
    ),
    CaseAct.ARCHIVE: (CaseAct.FILE, CaseAct.CLOSE),
}
"""Of each act, those that it may not lie before. The police may have been told before the case came."""


def refuse_out_of_order(act: CaseAct, planned: PlannedAct) -> None:
    """Refuse a day of an event before the step that the act follows; the refusal names the step. Raises Refused."""
    day = day_said(act, planned.facts)
    if day is None:
        return
    followed = floor(act, planned)
    if followed is not None and day < followed[1]:
        raise Refused(Reason.CASE_BEFORE_STEP, step=followed[0].value, day=followed[1], act=act.value)


def floor(act: CaseAct, planned: PlannedAct) -> tuple[CaseAct, date] | None:
    """Return the newest step that an act follows, and its day; None where it follows none."""
    s = planned.before
    steps = [(step, s.days[step]) for step in FOLLOWS.get(act, FIRST) if step in s.days]
    steps += _effective(s) if act is CaseAct.APPLY_CONFIRMATION else []
    if act is CaseAct.FOLLOW_UP and planned.facts.get("performed") == "all":
        steps += _paid(s)
    steps += _left(s, planned) if act is CaseAct.RETURN_PARTY else []
    return max(steps, key=_day) if steps else None


def _day(step: tuple[CaseAct, date]) -> date:
    return step[1]


def _paid(s: Situation) -> list[tuple[CaseAct, date]]:
    """Return the newest payment, entered last or not."""
    days = [one.on for row in s.begun() for one in row.payments]
    return [(CaseAct.PERFORM, max(days))] if days else []


def _left(s: Situation, planned: PlannedAct) -> list[tuple[CaseAct, date]]:
    """Return the step by which a party left: they come back afterwards. That of others does not matter."""
    party = s.party(int(planned.facts.get("party") or 0))
    if party is None or party.left_on is None:
        return []
    return [(next(act for act, standing in LEAVING.items() if standing is party.standing), party.left_on)]


def _effective(s: Situation) -> list[tuple[CaseAct, date]]:
    """Return the step by which a written agreement took effect: both go to court afterwards (PML 33)."""
    on = s.agreement.effective_on if s.agreement is not None else None
    return [(CaseAct.SIGN, on)] if on is not None else []
