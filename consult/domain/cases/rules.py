"""Judge an act of a case by the table of acts: may it be done now, and where does the case stand afterwards?"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from consult.domain.cases import day_order
from consult.domain.cases.act_table import RULES
from consult.domain.cases.acts import CaseAct, FieldKind
from consult.domain.cases.agreements.standing import kept_in_effect
from consult.domain.cases.parties import standings
from consult.domain.cases.situation import CaseActor, Facts, PlannedAct, Situation
from consult.domain.cases.states import CaseRole, CaseState
from consult.domain.refusals import Reason, Refused


def refuse_other_part(act: CaseAct, part: CaseRole) -> None:
    """Refuse what somebody in this role never does. Raises Refused."""
    if part not in RULES[act].parts:
        raise Refused(Reason.CASE_OTHER_PART)


def refuse_unless_offered(act: CaseAct, state: CaseState, part: CaseRole, s: Situation) -> None:
    """Refuse what cannot be done now in this role, whatever is said with it. Raises Refused.

    The one function that pages ask before they show a form, and the service under the lock.
    """
    refuse_other_part(act, part)
    if state not in RULES[act].states:
        raise Refused(Reason.CASE_OTHER_STATE)
    for check in RULES[act].offered_if:
        check(state, s)


def offered(act: CaseAct, state: CaseState, part: CaseRole, s: Situation) -> bool:
    """Tell whether an act is not refused before its form."""
    try:
        refuse_unless_offered(act, state, part, s)
    except Refused:
        return False
    return True


def listed(state: CaseState, actor: CaseActor, s: Situation, today: date) -> list[CaseAct]:
    """Return the acts to name on the page of a case, in the order of the table."""
    return [
        act
        for act, rule in RULES.items()
        if (rule.listed_if is None or rule.listed_if(s, actor, today)) and offered(act, state, actor.role, s)
    ]


def complete(act: CaseAct, planned: PlannedAct) -> dict[str, Any]:
    """Return what was said, with what follows from the case and the actor. Raises Refused."""
    rule = RULES[act]
    return dict(planned.facts) if rule.complete is None else rule.complete(planned)


def refuse(act: CaseAct, planned: PlannedAct) -> None:
    """Refuse what was said where it does not fit what the case is. Raises Refused."""
    day_order.refuse_out_of_order(act, planned)
    for check in RULES[act].checks:
        check(planned)


def state_after(act: CaseAct, state: CaseState, before: Situation, after: Situation) -> CaseState:
    """Return where the case stands when this act is done."""
    rule = RULES[act]
    reached = rule.to
    if reached is None:
        reached = state if rule.state_after is None else rule.state_after(state, before, after)
    return kept_in_effect(reached, after)


def wants_second_look(act: CaseAct, facts: Facts) -> bool:
    """Tell whether an act ends something and what follows was not looked at yet."""
    asked = any(field.kind is FieldKind.SURE for field in RULES[act].fields) and not facts.get("sure")
    return asked and (act not in standings.LEAVING or standings.leaves(act, facts))


def code_of(act: CaseAct, facts: Facts) -> str:
    """Return what monthly figures need of an act in the clear: a code of choices.toml, never words of people."""
    rule = RULES.get(act)
    return "" if rule is None or rule.code is None else rule.code(facts)


def recusal_hints(
    s: Situation, households: Mapping[int, int], mediator: int, same_name: Mapping[int, set[int]] | None = None
) -> list[str]:
    """Return the names of those in the case who are the mediator or live in the same household.

    `households`: household by person; `same_name`: who on the roll has the name of a party not found there yet, by
    the party's number.
    """
    home = households.get(mediator)
    close = {person for person, household in households.items() if household == home} | {mediator}
    named = same_name or {}
    return [
        party.name
        for party in s.present()
        if ({party.person_id} if party.person_id is not None else named.get(party.number, set())) & close
    ]
