"""The additions of an act to what was said, and the state of the case after it. Used by the rows of the table alone."""

from collections.abc import Callable
from typing import Any

from consult.domain.cases.facts import unsigned
from consult.domain.cases.parties import capacity
from consult.domain.cases.situation import Facts, PlannedAct, Situation
from consult.domain.cases.states import DESK, NEW, CaseRole, CaseState


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
    """Name the party whose yes or no it is, and the statutory representative who says it. Raises Refused."""
    chosen = act.facts.get("party")
    number = capacity.spoken_for(act, [int(chosen)] if chosen else [])[0]
    said = _said_by(act, number)
    return {**act.facts, "party": number, **({"said_by": said} if said else {})}


def for_those_who_leave(act: PlannedAct) -> dict[str, Any]:
    """Name the parties who leave, and the statutory representatives who say so. Raises Refused."""
    who = capacity.spoken_for(act, [int(one) for one in act.facts.get("who") or ()])
    said = [name for name in (_said_by(act, number) for number in who) if name]
    return {**act.facts, "who": who, **({"said_by": said} if said else {})}


def _said_by(act: PlannedAct, number: int) -> str:
    """Return the representative who speaks for a party: the actor, or of what the desk writes down the first there is."""
    me = act.before.party(act.actor.party)
    mine = me is not None and me.part is CaseRole.GUARDIAN and me.for_party == number
    return me.name if me is not None and mine else capacity.said_by(act.before, number, act.day)


def if_accepted_then_assigned(state: CaseState, before: Situation, after: Situation) -> CaseState:
    """Return ASSIGNED for a case that had no mediator."""
    return CaseState.ASSIGNED if state is CaseState.ACCEPTED else state


def accepted_without_mediators(state: CaseState, before: Situation, after: Situation) -> CaseState:
    """Return ACCEPTED for a case in work that has no mediator any more."""
    return state if after.mediators or state in NEW else CaseState.ACCEPTED


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


def of_field(name: str) -> Callable[[Facts], str]:
    """Return a function that takes the code from one field."""
    return lambda facts: str(facts.get(name, ""))


def of_prevented(facts: Facts) -> str:
    """Return what worse thing was prevented and for how many people, as fight:12; empty for none."""
    return f"{facts['prevented']}:{facts.get('people') or 0}" if facts.get("prevented") else ""
