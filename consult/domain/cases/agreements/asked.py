"""Fields of forms on agreements that are asked only where the case wants an answer."""

from collections.abc import Callable
from datetime import date

from consult.domain.cases.acts import CaseAct
from consult.domain.cases.agreements.court_checks import against_confirmation, found_amiss, owed_after_hand_up
from consult.domain.cases.choices import confirmation_rule
from consult.domain.cases.situation import Situation


def is_asked(act: CaseAct, field: str, s: Situation, today: date) -> bool:
    """Tell whether the form of an act has this field in this case."""
    wanted = ASKED_IF.get((act, field))
    return wanted is None or wanted(s, today)


def _depends(s: Situation, today: date) -> bool:
    rule = confirmation_rule(s.kind, s.tag)
    return rule is not None and not rule.never


def _speaks_against(s: Situation, today: date) -> bool:
    return _depends(s, today) or bool(against_confirmation(s, today))


def _owed_to_several(s: Situation, today: date) -> bool:
    return any(len(s.creditors(row)) > 1 for row in s.undone())


def _has_sum(s: Situation, today: date) -> bool:
    return any(row.amount_fen for row in s.undone())


def _closed_although(s: Situation, today: date) -> bool:
    return found_amiss(s) or owed_after_hand_up(s)


ASKED_IF: dict[tuple[CaseAct, str], Callable[[Situation, date], bool]] = {
    (CaseAct.APPLY_CONFIRMATION, "fits"): _depends,
    (CaseAct.APPLY_CONFIRMATION, "why"): _depends,
    (CaseAct.APPLY_CONFIRMATION, "court_took_it"): _speaks_against,
    (CaseAct.PERFORM, "heard"): _owed_to_several,
    (CaseAct.PERFORM, "amount"): _has_sum,
    (CaseAct.CLOSE, "although"): _closed_although,
}
