"""May this be done now, by this one, and where does the case stand afterwards?"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from consult.domain.cases import clocks
from consult.domain.cases.acts import RULES, CaseAct
from consult.domain.cases.choices import may_be_confirmed
from consult.domain.cases.facts import unsigned
from consult.domain.cases.papers import missing
from consult.domain.cases.situation import ActEntry, Obligation, Situation
from consult.domain.cases.states import NEW, SIDES, CaseRole, CaseState
from consult.domain.refusals import Reason, Refused

Facts = Mapping[str, Any]
LEVELS = {"town": 1, "county": 2}


def refuse_unless_offered(act: CaseAct, state: CaseState, part: CaseRole, s: Situation) -> None:
    """Before any form is shown. Raises Refused."""
    rule = RULES[act]
    if part not in rule.parts:
        raise Refused(Reason.CASE_OTHER_PART)
    if state not in rule.states:
        raise Refused(Reason.CASE_OTHER_STATE)
    if act is CaseAct.MEDIATE_AGAIN and state is CaseState.PERFORMING and s.confirmed is not False:
        raise Refused(Reason.CASE_OTHER_STATE)
    if act is CaseAct.AGREE and state is CaseState.AGREED_IN_WRITING and _begun_to_sign(s):
        raise Refused(Reason.CASE_OTHER_STATE)
    if act in (CaseAct.HOLD_SESSION, CaseAct.AGREE):
        _refuse_unless_both_want_it(s)
    if act is CaseAct.ENFORCE and not s.confirmed:
        raise Refused(Reason.CASE_NOT_CONFIRMED)
    if act is CaseAct.CONFIRMATION and (s.court_on is None or s.confirmed is not None):
        raise Refused(Reason.CASE_NOT_IN_COURT)
    if act is CaseAct.IDENTIFY and all(party.person_id is not None for party in s.sides()):
        raise Refused(Reason.CASE_OTHER_STATE)
    if act is CaseAct.TAKE_BACK and not s.done():
        raise Refused(Reason.CASE_OTHER_STATE)
    if act is CaseAct.RECEIPT and s.received:
        raise Refused(Reason.CASE_SENT_ALREADY)


def _refuse_unless_both_want_it(s: Situation) -> None:
    """There is somebody on each side, and everybody in dispute said yes."""
    if {party.part for party in s.sides()} != SIDES:
        raise Refused(Reason.CASE_OTHER_SIDE_MISSING)
    if not all(s.consents.get(party.number) for party in s.sides()):
        raise Refused(Reason.CASE_CONSENT_MISSING)


def _begun_to_sign(s: Situation) -> bool:
    """From the first signature or seal on, the words stand fast."""
    return s.agreement is None or bool(s.agreement.signed or s.agreement.mediator_signed or s.agreement.sealed)


def offered(act: CaseAct, state: CaseState, part: CaseRole, s: Situation) -> bool:
    try:
        refuse_unless_offered(act, state, part, s)
    except Refused:
        return False
    return True


def refuse(
    act: CaseAct, s: Situation, facts: Facts, entries: Sequence[ActEntry], part: CaseRole, mine: int, today: date
) -> None:
    """What was said against what the case is. `mine`: the number of the party that acts. Raises Refused."""
    check = CHECKS.get(act)
    if check is not None:
        check(s, facts, today)
    if act in (CaseAct.PERFORM, CaseAct.BREACH):
        _other_side(s, facts, part, mine)
    if act is CaseAct.CLOSE and (lacking := missing(entries, s)):
        raise Refused(Reason.CASE_PAPERS_MISSING, papers=[paper.value for paper in lacking])


def _extend(s: Situation, facts: Facts, today: date) -> None:
    if date.fromisoformat(facts["until"]) <= clocks.settle_by(s):
        raise Refused(Reason.NOT_LATER)


def _agree(s: Situation, facts: Facts, today: date) -> None:
    """In writing where it is not done on the spot, or money is owed (NB 24, HNPM 29, MOJ75 34), or a party asks."""
    if date.fromisoformat(facts["on"]) > clocks.settle_by(s):
        raise Refused(Reason.CASE_TIME_EXPIRED)
    _in_order(s.clock_from.isoformat() if s.clock_from else None, facts["on"])
    for number, row in enumerate(facts["rows"], 1):
        if row["due"] < facts["on"]:
            raise Refused(Reason.CASE_DUE_BEFORE_AGREED, n=number)
    later = any(row["due"] > facts["on"] for row in facts["rows"])
    if facts["form"] == "oral" and (later or facts.get("asked_written")):
        raise Refused(Reason.CASE_MUST_BE_WRITTEN)


def _in_order(first: str | None, second: str) -> None:
    """Days as they are written: no step before the one it follows. Raises Refused."""
    if first and second < first:
        raise Refused(Reason.CASE_DAYS_OUT_OF_ORDER)


def _correct(s: Situation, facts: Facts, today: date) -> None:
    if (facts["title"], facts["kind"], facts.get("tag") or "") == (s.title, s.kind, s.tag):
        raise Refused(Reason.CASE_NOTHING_NEW)
    if s.court_on is not None and not may_be_confirmed(facts["kind"], facts.get("tag") or ""):
        raise Refused(Reason.CASE_CANNOT_BE_CONFIRMED)


def _take_back(s: Situation, facts: Facts, today: date) -> None:
    if int(facts["row"]) not in {row.number for row in s.done()}:
        raise Refused(Reason.CASE_NOTHING_NEW)


def _sign(s: Situation, facts: Facts, today: date) -> None:
    if s.agreement is not None and facts.get("on"):
        _in_order(s.agreement.agreed_on.isoformat(), facts["on"])
    if not (facts.get("signed") or facts.get("mediator_signed") or facts.get("sealed") or facts.get("files")):
        raise Refused(Reason.CASE_NOTHING_NEW)


def _breach(s: Situation, facts: Facts, today: date) -> None:
    if _row(s, facts) not in due_rows(s, today):
        raise Refused(Reason.CASE_NOT_DUE)


def _court(s: Situation, facts: Facts, today: date) -> None:
    until = clocks.confirm_by(s)
    if until is None or s.court_on is not None or not may_be_confirmed(s.kind, s.tag):
        raise Refused(Reason.CASE_CANNOT_BE_CONFIRMED)
    if s.agreement is not None and s.agreement.effective_on is not None:
        _in_order(s.agreement.effective_on.isoformat(), facts["on"])
    if date.fromisoformat(facts["on"]) > until:
        raise Refused(Reason.CASE_CONFIRMATION_LATE, until=until)


def _terminate(s: Situation, facts: Facts, today: date) -> None:
    if facts["ground"] == "time_expired" and today <= clocks.settle_by(s):
        raise Refused(Reason.CASE_TIME_RUNS)


def _escalate(s: Situation, facts: Facts, today: date) -> None:
    if LEVELS[facts["level"]] <= LEVELS.get(s.escalated_to, 0):
        raise Refused(Reason.CASE_SENT_ALREADY)


def _add_party(s: Situation, facts: Facts, today: date) -> None:
    """Others join only with both parties' consent (PML 20); an agent speaks for one of them."""
    if facts["side"] == CaseRole.KIN and not facts.get("both_agree"):
        raise Refused(Reason.CASE_BOTH_MUST_AGREE)
    if facts["side"] == CaseRole.AGENT and not (facts.get("for_party") and facts.get("authority")):
        raise Refused(Reason.CASE_AGENT_OF_WHOM)
    if facts["side"] == CaseRole.AGENT and not facts.get("files"):
        raise Refused(Reason.LETTER_MISSING)


def _close(s: Situation, facts: Facts, today: date) -> None:
    if s.escalated_to and not s.received:
        raise Refused(Reason.CASE_RECEIPT_MISSING)


def _consent(s: Situation, facts: Facts, today: date) -> None:  # one signature for all checks
    """A no ends the mediation for good: nobody says it by a slip of the finger."""
    del s, today
    if facts["answer"] == "no" and not facts.get("sure"):
        raise Refused(Reason.CASE_NOT_SURE)


CHECKS: dict[CaseAct, Callable[[Situation, Facts, date], None]] = {
    CaseAct.CONSENT: _consent,
    CaseAct.EXTEND: _extend,
    CaseAct.AGREE: _agree,
    CaseAct.CORRECT: _correct,
    CaseAct.TAKE_BACK: _take_back,
    CaseAct.SIGN: _sign,
    CaseAct.BREACH: _breach,
    CaseAct.APPLY_CONFIRMATION: _court,
    CaseAct.TERMINATE: _terminate,
    CaseAct.ESCALATE: _escalate,
    CaseAct.ADD_PARTY: _add_party,
    CaseAct.CLOSE: _close,
}


def due_rows(s: Situation, today: date) -> tuple[Obligation, ...]:
    """Of which it can be said that they were not done: their day is over."""
    return tuple(row for row in s.undone() if row.due_on < today)


def _row(s: Situation, facts: Facts) -> Obligation:
    row = next((row for row in s.undone() if row.number == int(facts["row"])), None)
    if row is None:
        raise Refused(Reason.CASE_ROW_DONE)
    return row


def _other_side(s: Situation, facts: Facts, part: CaseRole, mine: int) -> None:
    """Whether somebody did what was agreed is said by the other side, never by whoever owed it."""
    row, me = _row(s, facts), s.party(mine)
    debtor = s.party(row.by)
    if part in SIDES and (me is None or debtor is None or me.part is debtor.part):
        raise Refused(Reason.CASE_OTHER_SIDE_SAYS)


def state_after(act: CaseAct, state: CaseState, before: Situation, after: Situation) -> CaseState:
    """Where the case stands when this act is done."""
    if (to := RULES[act].to) is not None:
        return to
    if act is CaseAct.ASSIGN:
        return CaseState.ASSIGNED if state is CaseState.ACCEPTED else state
    if act is CaseAct.RECUSE:
        return state if after.mediators or state in NEW else CaseState.ACCEPTED
    if act is CaseAct.CONSENT:
        return CaseState.TERMINATED if after.ended_on and not before.ended_on else state
    if act is CaseAct.INVESTIGATE:
        return CaseState.INVESTIGATING if state is CaseState.ASSIGNED else state
    if act is CaseAct.AGREE and after.agreement:
        return CaseState.AGREED_IN_WRITING if after.agreement.written else CaseState.AGREED_ORALLY
    if act is CaseAct.SIGN:
        return CaseState.PERFORMING if not unsigned(after) else state
    if act is CaseAct.PERFORM:
        return CaseState.PERFORMED if after.performed_on else state
    if act is CaseAct.TAKE_BACK and state is not CaseState.BREACHED:
        return CaseState.PERFORMING if after.agreement and after.agreement.written else CaseState.AGREED_ORALLY
    if act is CaseAct.FOLLOW_UP:
        return CaseState.FOLLOWED_UP if state is CaseState.PERFORMED else state
    return state


CODES: dict[CaseAct, str] = {
    CaseAct.ACCEPT: "kind",
    CaseAct.DECLINE: "ground",
    CaseAct.CONSENT: "answer",
    CaseAct.HOLD_SESSION: "result",
    CaseAct.AGREE: "form",
    CaseAct.CONFIRMATION: "result",
    CaseAct.COURT_RESULT: "result",
    CaseAct.TERMINATE: "ground",
    CaseAct.ESCALATE: "level",
}


def code_of(act: CaseAct, facts: Facts) -> str:
    """What monthly figures need of an act, in the clear: a code of choices.toml, never words of people."""
    if act is CaseAct.CLOSE and facts.get("prevented"):
        return f"{facts['prevented']}:{facts.get('people') or 0}"
    return str(facts.get(CODES[act], "")) if act in CODES else ""


def recusal_hints(
    s: Situation, households: Mapping[int, int], mediator: int, same_name: Mapping[int, set[int]] | None = None
) -> list[str]:
    """Who of the case is the mediator, or lives in the same household: somebody else should mediate.

    `same_name`: who on the roll has the name of a party that nobody has found on the roll yet, by its number.
    """
    home = households.get(mediator)
    close = {person for person, household in households.items() if household == home} | {mediator}
    named = same_name or {}
    return [
        party.name
        for party in s.present()
        if ({party.person_id} if party.person_id is not None else named.get(party.number, set())) & close
    ]
