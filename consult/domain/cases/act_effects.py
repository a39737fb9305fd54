"""The additions of an act to what was said, and the state of the case after it. Used by act_table.py alone."""

from collections.abc import Callable
from typing import Any

from consult.domain.cases.facts import unsigned
from consult.domain.cases.situation import Facts, PlannedAct, Situation
from consult.domain.cases.states import DESK, NEW, CaseRole, CaseState
from consult.domain.refusals import Reason, Refused


def assigned_to_actor(act: PlannedAct) -> dict[str, Any]:
    """Name the actor as the only mediator."""
    return {**act.facts, "assigned": [[act.actor.person_id, act.actor.name]]}


def assigned_without_actor(act: PlannedAct) -> dict[str, Any]:
    """Name the other mediators."""
    stay = [list(one) for one in act.before.mediators if one[0] != act.actor.person_id]
    return {**act.facts, "assigned": stay}


def kept_out_or_hinted(act: PlannedAct) -> dict[str, Any]:
    """Say whether a kinship keeps the mediator out: by the word of the head, or of a mediator about themselves."""
    actor = act.actor
    by_head = actor.role is CaseRole.HEAD and not actor.stands_in
    by_themselves = actor.role in DESK and act.facts["mediator"] == actor.person_id
    return {**act.facts, "keeps_out": by_head or by_themselves}


def for_the_party_spoken_for(act: PlannedAct) -> dict[str, Any]:
    """Name the party whose yes or no it is: the actor's own, or the one an agent may agree for. Raises Refused."""
    if act.actor.role in DESK:
        return dict(act.facts)
    me = act.before.party(act.actor.party)
    if me is None:
        raise Refused(Reason.CASE_OTHER_PART)
    if me.part is CaseRole.AGENT and not me.may_agree:
        raise Refused(Reason.CASE_NOT_THE_AGENT)
    return {**act.facts, "party": me.for_party if me.part is CaseRole.AGENT else me.number}


def if_accepted_then_assigned(state: CaseState, before: Situation, after: Situation) -> CaseState:
    """Return ASSIGNED for a case that had no mediator."""
    return CaseState.ASSIGNED if state is CaseState.ACCEPTED else state


def accepted_without_mediators(state: CaseState, before: Situation, after: Situation) -> CaseState:
    """Return ACCEPTED for a case in work that has no mediator any more."""
    return state if after.mediators or state in NEW else CaseState.ACCEPTED


def terminated_by_a_no(state: CaseState, before: Situation, after: Situation) -> CaseState:
    """Return TERMINATED where the answer ended the mediation."""
    return CaseState.TERMINATED if after.ended_on and not before.ended_on else state


def if_assigned_then_investigating(state: CaseState, before: Situation, after: Situation) -> CaseState:
    """Return INVESTIGATING for a case that was only assigned."""
    return CaseState.INVESTIGATING if state is CaseState.ASSIGNED else state


def agreed_in_its_form(state: CaseState, before: Situation, after: Situation) -> CaseState:
    """Return the state of a written or of an oral agreement."""
    if after.agreement is None:
        return state
    return CaseState.AGREED_IN_WRITING if after.agreement.written else CaseState.AGREED_ORALLY


def performing_when_signed(state: CaseState, before: Situation, after: Situation) -> CaseState:
    """Return PERFORMING once no signature, seal or photo is missing."""
    return state if unsigned(after) else CaseState.PERFORMING


def performed_when_all_is_done(state: CaseState, before: Situation, after: Situation) -> CaseState:
    """Return PERFORMED once every obligation was ticked off."""
    return CaseState.PERFORMED if after.performed_on else state


def owed_again(state: CaseState, before: Situation, after: Situation) -> CaseState:
    """Return the state of an agreement that is being carried out; a breach stays one."""
    if state is CaseState.BREACHED:
        return state
    return CaseState.PERFORMING if after.agreement and after.agreement.written else CaseState.AGREED_ORALLY


def if_performed_then_followed_up(state: CaseState, before: Situation, after: Situation) -> CaseState:
    """Return FOLLOWED_UP for a case whose agreement was performed."""
    return CaseState.FOLLOWED_UP if state is CaseState.PERFORMED else state


def of_field(name: str) -> Callable[[Facts], str]:
    """Return a function that takes the code from one field."""
    return lambda facts: str(facts.get(name, ""))


def of_prevented(facts: Facts) -> str:
    """Return what worse thing was prevented and for how many people, as fight:12; empty for none."""
    return f"{facts['prevented']}:{facts.get('people') or 0}" if facts.get("prevented") else ""
