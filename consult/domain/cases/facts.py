"""Fold the entries of a case into its situation, as far as the reader may read them."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from consult.domain.cases.acts import CaseAct
from consult.domain.cases.agreements.obligations import Obligation, Payment, with_payment, without_last
from consult.domain.cases.agreements.standing import back_to_the_agreement, in_effect
from consult.domain.cases.confidence import danger, telling
from consult.domain.cases.corrected_entries import in_force
from consult.domain.cases.office.reopening import after_reopening
from consult.domain.cases.parties import party_facts
from consult.domain.cases.situation import (
    ENFORCEMENT,
    LAWSUIT,
    ActEntry,
    Agreement,
    Finding,
    Kinship,
    Recusal,
    Situation,
    Suit,
)
from consult.domain.cases.states import DESK


def fold(entries: Iterable[ActEntry]) -> Situation:
    """Return the situation that the entries add up to, in their order."""
    situation = Situation()
    for entry in in_force(entries):
        situation = after(situation, entry)
    return situation


def after(s: Situation, entry: ActEntry) -> Situation:
    """Return the situation after one entry. What follows from a day follows from the day of the event."""
    step, happened = STEPS.get(entry.act), entry.happened
    changed = step(s, entry if entry.on == happened else replace(entry, on=happened)) if step else s
    done, days = changed.acts | {entry.act}, {**changed.days, entry.act: happened}
    return replace(changed, acts=done, days=days, news=telling.newest(changed, entry))


def _filed(s: Situation, entry: ActEntry) -> Situation:
    facts = entry.facts
    parties = tuple(party_facts.party_of(n, row) for n, row in enumerate(facts["parties"], 1))
    return replace(s, title=facts["title"], kind=facts["kind"], parties=parties, filed_on=entry.on)


def _accepted(s: Situation, entry: ActEntry) -> Situation:
    facts = entry.facts
    return replace(
        s,
        title=facts["title"],
        kind=facts["kind"],
        tag=facts.get("tag") or "",
        accepted_on=entry.on,
        clock_from=entry.on,
    )


def _corrected(s: Situation, entry: ActEntry) -> Situation:
    facts = entry.facts
    return replace(s, title=facts["title"], kind=facts["kind"], tag=facts.get("tag") or "")


def _assigned(s: Situation, entry: ActEntry) -> Situation:
    return replace(s, mediators=tuple((int(one), name) for one, name in entry.facts["assigned"]))


def _recused(s: Situation, entry: ActEntry) -> Situation:
    facts = entry.facts
    said = Recusal(int(facts.get("by") or 0), facts.get("by_name") or "", facts.get("reason") or "", entry.on)
    return replace(_assigned(s, entry), recusals=(*s.recusals, said))


def _kin(s: Situation, entry: ActEntry) -> Situation:
    facts = entry.facts
    said = (int(facts["mediator"]), facts["mediator_name"], int(facts["party"]), facts["relation"])
    kinship = Kinship(*said, by_desk=facts["as"] in DESK, keeps_out=bool(facts.get("keeps_out")))
    return replace(s, kinships=(*s.kinships, kinship))


def _called(s: Situation, entry: ActEntry) -> Situation:
    facts = entry.facts
    return replace(s, session=(date.fromisoformat(facts["on"]), facts["at"], facts["place"]))


def _court_answered(s: Situation, entry: ActEntry) -> Situation:
    """Note what became of the joint application; not taken or withdrawn, it is as if none had been made."""
    if entry.facts["result"] in UNDECIDED:
        return replace(s, court_on=None, confirmed=None)
    return replace(s, confirmed=entry.facts["result"] == "confirmed")


UNDECIDED = frozenset({"not_taken", "withdrawn"})


def _agreed(s: Situation, entry: ActEntry) -> Situation:
    facts = entry.facts
    rows = tuple(_obligation(n, row) for n, row in enumerate(facts["rows"], 1))
    written = facts["form"] == "written"
    on = date.fromisoformat(facts["on"])
    made_by = frozenset(party.number for party in s.sides())
    effective_on = None if written else on
    agreement = Agreement(written, on, facts["facts"], facts["terms"], rows, effective_on=effective_on, parties=made_by)
    anew = replace(s, agreement=agreement, performed_on=None, court_on=None, confirmed=None, session=None)
    earlier = None if not written else s if in_effect(s) else s.earlier
    return replace(anew, breached=frozenset(), urged_on=None, suit=None, finding=None, earlier=earlier)


def _obligation(number: int, row: dict[str, Any]) -> Obligation:
    return Obligation(
        number=number,
        by=row["by"],
        what=row["what"],
        amount_fen=row["amount"],
        due_on=date.fromisoformat(row["due"]),
        to=tuple(row.get("to") or ()),
        way=row.get("way") or "",
    )


def _signed(s: Situation, entry: ActEntry) -> Situation:
    if s.agreement is None:
        return s
    facts, old = entry.facts, s.agreement
    on = date.fromisoformat(facts["on"])
    new = replace(
        old,
        signed=old.signed | {int(n) for n in facts.get("signed") or ()},
        mediator_signed=old.mediator_signed or bool(facts.get("mediator_signed")),
        sealed=old.sealed or bool(facts.get("sealed")),
        photos=old.photos + int(facts.get("files", 0)),
        signed_on=max(on, old.signed_on or on) if any(facts.get(name) for name in INK) else old.signed_on,
    )
    if old.effective_on is None and not unsigned(replace(s, agreement=new)):
        new = replace(new, effective_on=new.signed_on or on)
    return replace(s, agreement=new, earlier=None if new.effective_on else s.earlier)


INK = ("signed", "mediator_signed", "sealed")
"""It takes effect on the day of the last signature or the seal; the photo may come later."""


def unsigned(s: Situation) -> list[str]:
    """Return what a written agreement still lacks before it takes effect (PML 29): party numbers, mediator, seal, photo."""
    if s.agreement is None or not s.agreement.written:
        return []
    signed = s.agreement.signed
    missing = [str(one.number) for one in s.sides() if not {one.number, s.signs_for(one.number)} & signed]
    missing += [] if s.agreement.mediator_signed else ["mediator"]
    missing += [] if s.agreement.sealed else ["seal"]
    return missing + ([] if s.agreement.photos else ["photo"])


def _performed(s: Situation, entry: ActEntry) -> Situation:
    facts = entry.facts
    row = s.row(int(facts["row"]))
    if row is None:
        return s
    heard = frozenset(int(one) for one in facts.get("heard") or ())
    payment = Payment(date.fromisoformat(facts["on"]), facts.get("amount"), heard)
    return _with_row(s, with_payment(row, payment, s.creditors(row)))


def _taken_back(s: Situation, entry: ActEntry) -> Situation:
    """Take back the last tick or payment of a row: it is owed again."""
    row = s.row(int(entry.facts["row"]))
    if row is None:
        return s
    return replace(_with_row(s, without_last(row, s.creditors(row))), finding=None)


def _with_row(s: Situation, row: Obligation) -> Situation:
    """Return the situation with a row changed. All is performed on the newest day of any payment, entered last or not."""
    if s.agreement is None:
        return s
    rows = tuple(row if one.number == row.number else one for one in s.agreement.rows)
    days = [one.done_on for one in rows if one.done_on is not None]
    performed_on = max(days) if len(days) == len(rows) else None
    return replace(s, agreement=replace(s.agreement, rows=rows), performed_on=performed_on)


def _deferred(s: Situation, entry: ActEntry) -> Situation:
    if s.agreement is None:
        return s
    number, until = int(entry.facts["row"]), date.fromisoformat(entry.facts["until"])
    rows = tuple(replace(row, due_on=until) if row.number == number else row for row in s.agreement.rows)
    return replace(s, agreement=replace(s.agreement, rows=rows), breached=s.breached - {number})


def _again(s: Situation, entry: ActEntry) -> Situation:
    return replace(s, clock_from=entry.on, extended_to=None, ended_on=None)


def _breached(s: Situation, entry: ActEntry) -> Situation:
    return replace(s, breached=s.breached | {int(entry.facts["row"])})


def _urged(s: Situation, entry: ActEntry) -> Situation:
    return replace(s, urged_on=_day_of(entry))


def _went_to_court(kind: str) -> Callable[[Situation, ActEntry], Situation]:
    return lambda s, e: replace(s, suit=Suit(kind, e.facts.get("court") or "", _day_of(e)))


def _court_spoke(kind: str, table: str) -> Callable[[Situation, ActEntry], Situation]:
    """Return the step of a court's result. Where it was withdrawn there is no suit any more."""

    def step(s: Situation, entry: ActEntry) -> Situation:
        result = entry.facts["result"]
        suit = replace(s.suit or Suit(kind), result=result, result_of=table, result_on=_day_of(entry))
        return replace(s, suit=None if result == WITHDRAWN else suit)

    return step


WITHDRAWN = "withdrawn"


def _day_of(entry: ActEntry) -> date:
    """Return the day on which it happened, as the entry says, or that of the entry."""
    said = entry.facts.get("on")
    return date.fromisoformat(said) if said else entry.on


def _visited(s: Situation, entry: ActEntry) -> Situation:
    """Note the visit, and what it found amiss of an agreement in effect."""
    facts, on = entry.facts, date.fromisoformat(entry.facts["on"])
    performed, satisfied = facts.get("performed") or "all", facts.get("satisfied") or "yes"
    amiss = in_effect(s) and (performed != "all" or satisfied != "yes")
    found = Finding(on, performed, satisfied) if amiss else None
    return replace(s, followed_up=(*s.followed_up, on), finding=found)


def _terminated(s: Situation, entry: ActEntry) -> Situation:
    """End the mediation. An agreement in effect outlives a second mediation, also one in which another was written."""
    return replace(back_to_the_agreement(s), ended_on=entry.on)


def _ended(s: Situation, entry: ActEntry) -> Situation:
    return replace(s, ended_on=entry.on)


def _escalated(s: Situation, entry: ActEntry) -> Situation:
    """Hand a case up. From a second mediation the agreement in effect goes with it, not what was not signed yet."""
    kept = back_to_the_agreement(s)
    return replace(kept, ended_on=entry.on, escalated_to=entry.facts["level"], received=False)


STEPS: dict[CaseAct, Callable[[Situation, ActEntry], Situation]] = {
    CaseAct.FILE: _filed,
    **party_facts.STEPS,
    CaseAct.ACCEPT: _accepted,
    CaseAct.CORRECT: _corrected,
    CaseAct.ASSIGN: _assigned,
    CaseAct.TAKE_ON: _assigned,
    CaseAct.HAND_OVER: _assigned,
    CaseAct.REOPEN: after_reopening,
    CaseAct.RECUSE: _recused,
    CaseAct.DECLARE_KINSHIP: _kin,
    CaseAct.CALL_SESSION: _called,
    CaseAct.HOLD_SESSION: lambda s, _: replace(s, session=None),
    CaseAct.EXTEND: lambda s, e: replace(s, extended_to=date.fromisoformat(e.facts["until"])),
    CaseAct.AGREE: _agreed,
    CaseAct.SIGN: _signed,
    CaseAct.PERFORM: _performed,
    CaseAct.TAKE_BACK: _taken_back,
    CaseAct.DEFER: _deferred,
    CaseAct.MEDIATE_AGAIN: _again,
    CaseAct.APPLY_CONFIRMATION: lambda s, e: replace(s, court_on=date.fromisoformat(e.facts["on"])),
    CaseAct.CONFIRMATION: _court_answered,
    CaseAct.FOLLOW_UP: _visited,
    CaseAct.BREACH: _breached,
    CaseAct.URGE: _urged,
    CaseAct.ENFORCE: _went_to_court(ENFORCEMENT),
    CaseAct.SUE: _went_to_court(LAWSUIT),
    CaseAct.COURT_RESULT: _court_spoke(LAWSUIT, "court_result"),
    CaseAct.ENFORCEMENT_RESULT: _court_spoke(ENFORCEMENT, "enforcement_result"),
    CaseAct.DECLINE: _ended,
    CaseAct.TERMINATE: _terminated,
    CaseAct.ESCALATE: _escalated,
    CaseAct.NOTE_DANGER: danger.noted,
    CaseAct.TOLD_IN_PERSON: telling.told,
    CaseAct.RECEIPT: lambda s, _: replace(s, received=True),
    CaseAct.REPORT_POLICE: lambda s, _: replace(s, police=True),
    CaseAct.CLOSE: lambda s, e: replace(s, closed_on=e.on),
}
