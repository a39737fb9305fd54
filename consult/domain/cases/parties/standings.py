"""The standing of each party: an act of one party is that party's alone.

The case goes on for the others until one side is empty, or until the desk has said that the claim cannot be divided
(co-owners, heirs: 民事诉讼法 55, necessary joinder) and one of them has left.
"""

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import date

from consult.domain.cases.acts import CaseAct
from consult.domain.cases.agreements.standing import back_to_the_agreement, in_effect, without_unsigned
from consult.domain.cases.parties import capacity
from consult.domain.cases.situation import ActEntry, CaseActor, Facts, PlannedAct, Situation
from consult.domain.cases.states import DESK, ENDED, SIDES, CaseRole, CaseState, Standing
from consult.domain.refusals import Reason, Refused

LEAVING = {
    CaseAct.CONSENT: Standing.REFUSED,
    CaseAct.WITHDRAW: Standing.WITHDREW,
    CaseAct.SETTLE_THEMSELVES: Standing.SETTLED,
}
"""The acts by which a party leaves, and their standing afterwards. Of an answer, the no."""


def leave(s: Situation, numbers: Collection[int], entry: ActEntry, why: str) -> Situation:
    """Return the situation after parties left; the others keep theirs.

    An agreement that has not taken effect was made with them: the others make theirs anew. From a second mediation they
    leave the agreement in effect as it is: once it is over for all, it binds them as before, unless they settled.
    """
    standing, on = LEAVING[entry.act], entry.on
    parties = tuple(
        replace(one, standing=standing, left_on=on, left_why=why, left_at=entry.number)
        if one.number in numbers and one.part in SIDES and one.standing is Standing.TAKES_PART
        else one
        for one in s.parties
    )
    after = without_unsigned(replace(s, parties=parties))
    if entry.state not in ENDED and not over(after):
        return after
    settled = entry.act is CaseAct.SETTLE_THEMSELVES and bool(empty_sides(after))
    return replace(after if settled else back_to_the_agreement(after), ended_on=on)


def empty_sides(s: Situation) -> set[CaseRole]:
    """Return the sides that had somebody and have nobody any more who takes part."""
    return {one.part for one in s.in_dispute()} - {one.part for one in s.sides()}


def over(s: Situation) -> bool:
    """Tell whether those who left end the case for all."""
    left = len(s.sides()) < len(s.in_dispute())
    return bool(empty_sides(s)) or (bool(s.indivisible) and left)


def ended_by_leaving(act: CaseAct) -> Callable[[CaseState, Situation, Situation], CaseState]:
    """Return where a case stands after an act by which parties may have left."""
    end = {CaseAct.WITHDRAW: CaseState.WITHDRAWN, CaseAct.SETTLE_THEMSELVES: CaseState.SELF_SETTLED}.get(act)

    def state_after(state: CaseState, before: Situation, after: Situation) -> CaseState:
        if state in ENDED:
            return state
        if _second_mediation_ended(before, after):
            return end or CaseState.TERMINATED
        if not _somebody_left(before, after):
            return state
        if not over(after):
            return CaseState.MEDIATING if state is CaseState.AGREED_IN_WRITING else state
        empty = empty_sides(after)
        whole = empty if end is CaseState.SELF_SETTLED else empty & {CaseRole.APPLICANT}
        return end if end is not None and whole else CaseState.TERMINATED

    return state_after


def _second_mediation_ended(before: Situation, after: Situation) -> bool:
    """Tell whether parties left by whom a second mediation ended: the agreement in effect binds them all again."""
    ended = after.ended_on is not None and before.ended_on is None
    return ended and in_effect(after) and not over(after)


def _somebody_left(before: Situation, after: Situation) -> bool:
    return len(after.sides()) < len(before.sides())


def ended_if_indivisible(state: CaseState, before: Situation, after: Situation) -> CaseState:
    """Return TERMINATED where the claim cannot be divided and somebody has left."""
    return CaseState.TERMINATED if over(after) or _second_mediation_ended(before, after) else state


def state_of_return(state: CaseState, before: Situation, after: Situation) -> CaseState:
    """Return the state of a case in which a party takes part again: one that had ended by leaving is in work again."""
    if state not in ENDED or over(after):
        return state
    if after.accepted_on is None:
        return CaseState.APPLIED
    if not after.mediators:
        return CaseState.ACCEPTED
    if CaseAct.HOLD_SESSION in after.acts:
        return CaseState.MEDIATING
    return CaseState.INVESTIGATING if CaseAct.INVESTIGATE in after.acts else CaseState.ASSIGNED


def come_back(s: Situation, number: int) -> Situation:
    """Return the situation in which a party takes part again, with their yes."""
    parties = tuple(
        replace(one, standing=Standing.TAKES_PART, left_on=None, left_why="", left_at=0)
        if one.number == number
        else one
        for one in s.parties
    )
    after = replace(s, parties=parties, consents={**s.consents, number: True})
    return after if over(after) else replace(after, ended_on=None)


def refuse_no_return(state: CaseState, s: Situation) -> None:
    """Refuse where nobody left, or where the desk and not those who left ended the case."""
    nobody = len(s.sides()) == len(s.in_dispute())
    if nobody or (state in ENDED and (not over(s) or CaseAct.TERMINATE in s.acts)):
        raise Refused(Reason.CASE_OTHER_STATE)


def refuse_already_indivisible(state: CaseState, s: Situation) -> None:
    """Refuse to say twice that the claim cannot be divided, and of a case with one party on each side."""
    if s.indivisible or len(s.in_dispute()) <= len(SIDES):
        raise Refused(Reason.CASE_OTHER_STATE)


def refuse_unfit_return(act: PlannedAct) -> None:
    """Refuse somebody who has not left, and who needs a representative and has none."""
    party = act.before.party(int(act.facts["party"]))
    if party is None or party.standing is Standing.TAKES_PART:
        raise Refused(Reason.CASE_NOTHING_NEW)
    capacity.refuse_unrepresented(act.before, act.day, [party.number])


def refuse_unfit_election(act: PlannedAct) -> None:
    """Refuse a representative of another side, one who chose themselves alone, and one without proof.

    民事诉讼法 56, 57 as the model: representatives are chosen by the parties of their side from among themselves.
    """
    s, facts = act.before, act.facts
    chosen = s.party(int(facts["chosen"]))
    voters = [s.party(n) for n in facts["chosen_by"]]
    if chosen is None or any(one is None or one.part is not chosen.part for one in voters):
        raise Refused(Reason.CASE_ONE_SIDE_CHOOSES)
    if not [one for one in voters if one is not None and one.number != chosen.number]:
        raise Refused(Reason.CASE_ONE_SIDE_CHOOSES)
    if not facts.get("files"):
        raise Refused(Reason.CASE_PROOF_MISSING)
    capacity.refuse_unrepresented(s, act.day, [chosen.number, *facts["chosen_by"]])


def many(s: Situation, actor: CaseActor, today: date) -> bool:
    """Tell whether a side has several parties who take part."""
    sides = [one.part for one in s.sides()]
    return len(sides) > len(set(sides))


def refuse_unsure(act: PlannedAct) -> None:
    """Refuse an act that ends something without the tick of its second look."""
    if not act.facts.get("sure"):
        raise Refused(Reason.CASE_NOT_SURE)


def leaves(act: CaseAct, facts: Facts) -> bool:
    """Tell whether an act, as it was said, makes a party leave."""
    return act in LEAVING and (act is not CaseAct.CONSENT or facts.get("answer") == "no")


def may_leave(s: Situation, actor: CaseActor, today: date) -> bool:
    """Tell whether an actor has somebody for whom they may say yes or no, leave or settle."""
    return actor.role in DESK or bool(capacity.acts_for(s, actor.party, today))
