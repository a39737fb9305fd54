"""The state of an agreement in effect, as its facts give it: performed, before a court, broken, or being carried out."""

from dataclasses import replace
from typing import Any

from consult.domain.cases.parties import capacity
from consult.domain.cases.situation import ENFORCEMENT, PlannedAct, Situation
from consult.domain.cases.states import AT_COURT, SIDES, CaseState, Standing


def in_effect(s: Situation) -> bool:
    """Tell whether there is an agreement that binds (人民调解法 29–31)."""
    return s.agreement is not None and s.agreement.effective_on is not None


def without_unsigned(s: Situation) -> Situation:
    """Return the situation without an agreement that has not taken effect; one that it was to replace binds as before."""
    if in_effect(s):
        return s
    if s.earlier is None:
        return replace(s, agreement=None)
    old = s.earlier
    return replace(
        s,
        agreement=old.agreement,
        performed_on=old.performed_on,
        breached=old.breached,
        urged_on=old.urged_on,
        suit=old.suit,
        court_on=old.court_on,
        confirmed=old.confirmed,
        earlier=None,
    )


def back_to_the_agreement(s: Situation) -> Situation:
    """Return the situation after a second mediation ended with nothing new: who left it is bound by the agreement as before.

    Without an agreement in effect it is returned as it is.
    """
    kept = without_unsigned(s)
    if kept.agreement is None or not in_effect(kept):
        return s
    back = {one.number for one in kept.bound()} & {one.number for one in s.parties if one.part in SIDES}
    parties = tuple(
        replace(one, standing=Standing.TAKES_PART, left_on=None, left_why="", left_at=0) if one.number in back else one
        for one in s.parties
    )
    return replace(kept, parties=parties)


def standing(s: Situation) -> CaseState:
    """Return where a case with an agreement in effect stands."""
    if s.performed_on:
        return CaseState.PERFORMED
    if s.suit is not None:
        return CaseState.ENFORCEMENT if s.suit.kind == ENFORCEMENT else CaseState.LAWSUIT
    if s.broken():
        return CaseState.BREACHED
    return CaseState.PERFORMING if s.agreement and s.agreement.written else CaseState.AGREED_ORALLY


def as_it_stands(state: CaseState, before: Situation, after: Situation) -> CaseState:
    """Return where the facts put the case after an act on its agreement; one that was handed up stays with the office above."""
    return state if state is CaseState.ESCALATED else standing(after)


def from_court(state: CaseState, before: Situation, after: Situation) -> CaseState:
    """Return where the facts put a case in court after the court's result; a closed one stays closed."""
    return standing(after) if state in AT_COURT else state


def visited(state: CaseState, before: Situation, after: Situation) -> CaseState:
    """Return FOLLOWED_UP where all was performed and a visit found nothing amiss; else the case is not done with."""
    if state not in (CaseState.PERFORMED, CaseState.FOLLOWED_UP):
        return state
    return CaseState.PERFORMED if after.finding else CaseState.FOLLOWED_UP


def kept_in_effect(state: CaseState, after: Situation) -> CaseState:
    """Return where a case stands whose mediation ended: an agreement in effect outlives a second mediation."""
    ended = state in (CaseState.TERMINATED, CaseState.WITHDRAWN)
    return standing(after) if ended and in_effect(after) else state


def for_those_heard(act: PlannedAct) -> dict[str, Any]:
    """Name the creditors who said that it was done, where it is owed to several: each speaks for themselves alone."""
    facts = dict(act.facts)
    row = act.before.row(int(facts["row"]))
    owed_to = act.before.creditors(row) if row is not None else frozenset()
    said = capacity.owed_to(act.before, act.actor, row, act.day) if row is not None else ()
    if len(owed_to) > 1 and said:
        return {**facts, "amount": None, "heard": list(said)}
    heard = [int(one) for one in facts.get("heard") or ()]
    return {**facts, "heard": [] if set(heard) >= owed_to else heard}
