"""The parts of a case that a form was drawn from: an act that rests on them is refused when they changed meanwhile."""

from collections.abc import Callable
from typing import Any

from consult.domain.cases.acts import CaseAct
from consult.domain.cases.situation import Situation


def _agreement(s: Situation) -> Any:
    """Return the terms with their lines, and who has signed them."""
    if s.agreement is None:
        return None
    one = s.agreement
    rows = [
        [
            row.number,
            row.by,
            row.what,
            row.amount_fen,
            str(row.due_on),
            str(row.done_on),
            row.paid_fen,
            len(row.payments),
            list(row.to),
            row.way,
        ]
        for row in one.rows
    ]
    signatures = [sorted(one.signed), one.mediator_signed, one.sealed, one.photos]
    return [one.written, str(one.agreed_on), one.facts, one.terms, rows, signatures]


def _parties(s: Situation) -> Any:
    return [
        [one.number, one.name, one.person_id, one.for_party, one.gone, one.standing.value, one.body, one.capacity]
        for one in s.parties
    ]


PARTS: dict[str, Callable[[Situation], Any]] = {
    "agreement": _agreement,
    "parties": _parties,
    "mediators": lambda s: [list(one) for one in s.mediators],
    "session": lambda s: [str(part) for part in s.session] if s.session else None,
    "title": lambda s: [s.title, s.kind, s.tag],
    "until": lambda s: str(s.extended_to),
}
AGREED, WHO = ("agreement",), ("parties",)
RESTS_ON: dict[CaseAct, tuple[str, ...]] = {
    CaseAct.AGREE: ("agreement", "parties"),
    CaseAct.SIGN: ("agreement", "parties"),
    CaseAct.PERFORM: AGREED,
    CaseAct.TAKE_BACK: AGREED,
    CaseAct.DEFER: AGREED,
    CaseAct.BREACH: AGREED,
    CaseAct.APPLY_CONFIRMATION: AGREED,
    CaseAct.ADD_PARTY: WHO,
    CaseAct.ADD_PARTIES: WHO,
    CaseAct.ADD_GUARDIAN: WHO,
    CaseAct.IDENTIFY: WHO,
    CaseAct.DESCRIBE_PARTY: WHO,
    CaseAct.NOTE_CAPACITY: WHO,
    CaseAct.ELECT_REPRESENTATIVE: WHO,
    CaseAct.REMOVE_PARTY: WHO,
    CaseAct.RETURN_PARTY: WHO,
    CaseAct.INDIVISIBLE: WHO,
    CaseAct.ASSIGN: ("mediators",),
    CaseAct.HAND_OVER: ("mediators",),
    CaseAct.CALL_SESSION: ("session",),
    CaseAct.CORRECT: ("title",),
    CaseAct.EXTEND: ("until",),
}
"""Of each act, the parts of the situation that its form shows or fills in. Others stand by themselves."""


def parts_of(s: Situation, act: CaseAct) -> dict[str, Any]:
    """Return the parts of the situation that an act rests on, as they are now."""
    return {name: PARTS[name](s) for name in RESTS_ON.get(act, ())}
