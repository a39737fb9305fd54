"""Open a closed or an ended case again: the state it returns to follows from its facts."""

from dataclasses import replace

from consult.domain.cases.acts import CaseAct
from consult.domain.cases.agreements.standing import in_effect, standing
from consult.domain.cases.parties.standings import over
from consult.domain.cases.situation import ActEntry, Situation
from consult.domain.cases.states import ENDED, CaseState, Standing
from consult.domain.refusals import Reason, Refused

ENDED_BY = {
    Standing.WITHDREW: CaseState.WITHDRAWN,
    Standing.SETTLED: CaseState.SELF_SETTLED,
    Standing.REFUSED: CaseState.TERMINATED,
}
"""The end of a case whose last party of a side left in this way."""


def refuse_ended_by_parties(state: CaseState, s: Situation) -> None:
    """Refuse where parties ended it by leaving: it goes on when one of them takes part again (RETURN_PARTY)."""
    if state in ENDED and over(s):
        raise Refused(Reason.CASE_OTHER_STATE)


def reopened(state: CaseState, before: Situation, after: Situation) -> CaseState:
    """Return the state of a case that was opened again."""
    if in_effect(after):
        return standing(after)
    if over(after):
        return _end_by_leaving(after)
    return in_work(after)


def in_work(s: Situation) -> CaseState:
    """Return the state of a mediation without an agreement in effect, from what was done so far."""
    if s.accepted_on is None:
        return CaseState.APPLIED
    if not s.mediators:
        return CaseState.ACCEPTED
    if s.agreement is not None:
        return CaseState.AGREED_IN_WRITING
    if CaseAct.HOLD_SESSION in s.acts:
        return CaseState.MEDIATING
    return CaseState.INVESTIGATING if CaseAct.INVESTIGATE in s.acts else CaseState.ASSIGNED


def _end_by_leaving(s: Situation) -> CaseState:
    left = [one for one in s.in_dispute() if one.standing is not Standing.TAKES_PART]
    if s.indivisible or not left:
        return CaseState.TERMINATED
    return ENDED_BY[max(left, key=lambda one: one.left_at).standing]


def after_reopening(s: Situation, entry: ActEntry) -> Situation:
    """Return the situation of a case that was opened again; a mediation without an agreement begins its time anew."""
    if in_effect(s):
        return replace(s, closed_on=None)
    again = replace(s, closed_on=None, escalated_to="", received=False)
    if over(s):
        return again
    return replace(again, ended_on=None, clock_from=entry.on if s.accepted_on else s.clock_from, extended_to=None)
