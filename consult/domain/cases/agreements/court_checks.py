"""The conditions of acts that take an agreement to court, or close a case on it. Used by act_rows.py and act_table.py."""

from datetime import date
from typing import Any

from consult.domain.cases import clocks
from consult.domain.cases.act_checks import due_rows
from consult.domain.cases.agreements.standing import in_effect
from consult.domain.cases.choices import confirmation_rule
from consult.domain.cases.situation import ENFORCEMENT, CaseActor, PlannedAct, Situation
from consult.domain.cases.states import AT_COURT, CaseState
from consult.domain.refusals import Reason, Refused

VOID = frozenset({"annulled", "invalid"})
"""Results of a lawsuit after which nothing is owed by the agreement any more."""


def refuse_performing_unless_rejected(state: CaseState, s: Situation) -> None:
    """Refuse to mediate again what is being carried out, unless the court did not confirm it or a visit found fault."""
    sound = s.finding is None and s.confirmed is not False
    if state is CaseState.PERFORMING and sound:
        raise Refused(Reason.CASE_OTHER_STATE)
    if state in (CaseState.PERFORMED, CaseState.FOLLOWED_UP) and s.finding is None:
        raise Refused(Reason.CASE_OTHER_STATE)


def refuse_unconfirmed(state: CaseState, s: Situation) -> None:
    """Refuse to enforce what the court did not confirm (人民调解法 33)."""
    if not s.confirmed:
        raise Refused(Reason.CASE_NOT_CONFIRMED)


def refuse_confirmed(state: CaseState, s: Situation) -> None:
    """Refuse to sue on what the court confirmed: it is enforced (人民调解法 32, 33)."""
    if s.confirmed:
        raise Refused(Reason.CASE_IS_CONFIRMED)


def refuse_handed_up_without_agreement(state: CaseState, s: Situation) -> None:
    """Refuse to carry out what was handed up, unless an agreement is in effect: that binds whoever has the case."""
    if state is CaseState.ESCALATED and not in_effect(s):
        raise Refused(Reason.CASE_OTHER_STATE)


def refuse_void(state: CaseState, s: Situation) -> None:
    """Refuse to carry out what a court annulled."""
    if s.suit is not None and s.suit.result in VOID:
        raise Refused(Reason.CASE_AGREEMENT_VOID)


def refuse_nothing_due(act: PlannedAct) -> None:
    """Refuse to go to court, or to urge, where nothing is owed of which the day is over."""
    if not due_rows(act.before, act.day) and not act.before.finding:
        raise Refused(Reason.CASE_NOT_DUE)


def due_or_amiss(s: Situation, actor: CaseActor, today: date) -> bool:
    """Tell whether something is owed of which the day is over, or a visit found fault."""
    return bool(due_rows(s, today)) or s.finding is not None


def something_undone(s: Situation, actor: CaseActor, today: date) -> bool:
    """Tell whether anything is still owed."""
    return bool(s.undone())


def refuse_not_in_court(state: CaseState, s: Situation) -> None:
    """Refuse unless an application for confirmation waits for its answer."""
    if s.court_on is None or s.confirmed is not None:
        raise Refused(Reason.CASE_NOT_IN_COURT)


def refuse_unless_confirmable(state: CaseState, s: Situation) -> None:
    """Refuse what no court is asked to confirm: an oral agreement, one not in effect, one before a court already."""
    written = s.agreement is not None and s.agreement.written and in_effect(s)
    if not written or s.court_on is not None or s.suit is not None:
        raise Refused(Reason.CASE_CANNOT_BE_CONFIRMED)


def against_confirmation(s: Situation, today: date) -> list[str]:
    """Return what speaks against a confirmation by our tables: `excluded`, `late`."""
    rule, until = confirmation_rule(s.kind, s.tag), clocks.confirm_by(s)
    never = rule is not None and rule.never
    late = until is not None and today > until
    return ["excluded"] * never + ["late"] * late


def may_be_asked_to_confirm(s: Situation, actor: CaseActor, today: date) -> bool:
    """Tell whether the page offers the way to court together: in time, and of a kind that a court may confirm."""
    return not against_confirmation(s, today)


def refuse_unfit_confirmation(act: PlannedAct) -> None:
    """Refuse an application that our tables speak against unless the court has taken it."""
    s, facts = act.before, act.facts
    if facts.get("court_took_it"):
        return
    against = against_confirmation(s, date.fromisoformat(facts["on"]))
    if "excluded" in against or facts.get("fits") == "no":
        raise Refused(Reason.CASE_CANNOT_BE_CONFIRMED)
    if "late" in against:
        raise Refused(Reason.CASE_CONFIRMATION_LATE, until=clocks.confirm_by(s))
    asked = confirmation_rule(s.kind, s.tag) is not None
    if asked and not (facts.get("fits") and facts.get("why")):
        raise Refused(Reason.CASE_SAY_WHETHER_CONFIRMABLE)


def with_warnings(act: PlannedAct) -> dict[str, Any]:
    """Record what speaks against a confirmation that the court took all the same."""
    against = against_confirmation(act.before, date.fromisoformat(act.facts["on"]))
    against += ["unfit"] * (act.facts.get("fits") == "no")
    return {**act.facts, "against": against}


def refuse_no_lawsuit(state: CaseState, s: Situation) -> None:
    """Refuse the result of a lawsuit where there was neither a suit nor an agreement to sue on."""
    if not in_effect(s) or (s.suit is not None and s.suit.kind == ENFORCEMENT):
        raise Refused(Reason.CASE_NOT_IN_COURT)


def refuse_no_enforcement(state: CaseState, s: Situation) -> None:
    """Refuse the result of an enforcement that nobody asked for."""
    if s.suit is None or s.suit.kind != ENFORCEMENT:
        raise Refused(Reason.CASE_NOT_IN_COURT)


def refuse_close_too_early(state: CaseState, s: Situation) -> None:
    """Refuse to close what a court has not answered yet, and what was performed and not visited."""
    if state in AT_COURT and not (s.suit is not None and s.suit.result):
        raise Refused(Reason.CASE_COURT_SILENT)
    if state is CaseState.PERFORMED and s.finding is None:
        raise Refused(Reason.CASE_OTHER_STATE)


def found_amiss(s: Situation) -> bool:
    """Tell whether a visit found something amiss of an agreement that binds."""
    return s.finding is not None and in_effect(s)


def owed_after_hand_up(s: Situation) -> bool:
    """Tell whether something is still owed by an agreement that binds, of a case that stands with the office above."""
    void = s.suit is not None and s.suit.result in VOID
    return bool(s.escalated_to) and in_effect(s) and not void and bool(s.undone())


def refuse_close_in_silence(act: PlannedAct) -> None:
    """Refuse to close against the finding of a visit, or with debts open after a hand-up, unless the reason is said."""
    if act.facts.get("although"):
        return
    if found_amiss(act.before):
        raise Refused(Reason.CASE_FINDING_OPEN)
    if owed_after_hand_up(act.before):
        raise Refused(Reason.CASE_STILL_OWED)


def refuse_unfit_payment(act: PlannedAct) -> None:
    """Refuse more than is owed, and a part of what has no sum."""
    row, amount = act.before.row(int(act.facts["row"])), act.facts.get("amount")
    if row is None or amount is None:
        return
    if row.left_fen is None:
        raise Refused(Reason.CASE_NO_SUM)
    if amount == 0:
        raise Refused(Reason.CASE_NOTHING_NEW)
    if amount > row.left_fen:
        raise Refused(Reason.CASE_TOO_MUCH_PAID, left=row.left_fen)


def refuse_others_word(act: PlannedAct) -> None:
    """Refuse the word of somebody to whom the obligation is not owed."""
    row = act.before.row(int(act.facts["row"]))
    heard = {int(one) for one in act.facts.get("heard") or ()}
    if row is not None and heard - act.before.creditors(row):
        raise Refused(Reason.CASE_NOT_OWED_TO)
    if row is not None and heard and heard <= row.heard:
        raise Refused(Reason.CASE_NOTHING_NEW)
