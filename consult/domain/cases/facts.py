"""Fold the entries of a case into its situation, as far as the reader may read them."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from consult.domain.cases.acts import CaseAct
from consult.domain.cases.situation import ActEntry, Agreement, Kinship, Obligation, Party, Situation
from consult.domain.cases.states import DESK, CaseRole


def fold(entries: Iterable[ActEntry]) -> Situation:
    """Return the situation that the entries add up to, in their order."""
    situation = Situation()
    for entry in entries:
        step = STEPS.get(entry.act)
        changed = step(situation, entry) if step else situation
        situation = replace(changed, acts=changed.acts | {entry.act})
    return situation


def _filed(s: Situation, entry: ActEntry) -> Situation:
    facts = entry.facts
    parties = tuple(_party(n, row) for n, row in enumerate(facts["parties"], 1))
    return replace(s, title=facts["title"], kind=facts["kind"], parties=parties, filed_on=entry.on)


def _party(number: int, row: dict[str, Any]) -> Party:
    return Party(
        number=number,
        part=CaseRole(row["part"]),
        name=row["name"],
        person_id=row.get("person"),
        for_party=row.get("for_party") or 0,
        may_agree=bool(row.get("may_agree")),
    )


def _added(s: Situation, entry: ActEntry) -> Situation:
    return replace(s, parties=(*s.parties, _party(len(s.parties) + 1, entry.facts["party"])))


def _applied(s: Situation, entry: ActEntry) -> Situation:
    """Make the party who asks for mediation the applicant, also where a clue named them as the other side."""
    asks = int(entry.facts["who_asks"])
    return replace(s, parties=tuple(replace(p, part=CaseRole.APPLICANT) if p.number == asks else p for p in s.parties))


def _identified(s: Situation, entry: ActEntry) -> Situation:
    number, person = int(entry.facts["party"]), int(entry.facts["person"])
    return replace(s, parties=tuple(replace(p, person_id=person) if p.number == number else p for p in s.parties))


def _removed(s: Situation, entry: ActEntry) -> Situation:
    number = int(entry.facts["member"])
    return replace(s, parties=tuple(replace(p, gone=True) if p.number == number else p for p in s.parties))


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


def _kin(s: Situation, entry: ActEntry) -> Situation:
    facts = entry.facts
    said = (int(facts["mediator"]), facts["mediator_name"], int(facts["party"]), facts["relation"])
    kinship = Kinship(*said, by_desk=facts["as"] in DESK, keeps_out=bool(facts.get("keeps_out")))
    return replace(s, kinships=(*s.kinships, kinship))


def _consented(s: Situation, entry: ActEntry) -> Situation:
    agrees = entry.facts["answer"] == "yes"
    consents = {**s.consents, int(entry.facts["party"]): agrees}
    return replace(s, consents=consents, ended_on=s.ended_on if agrees else entry.on)


def _called(s: Situation, entry: ActEntry) -> Situation:
    facts = entry.facts
    return replace(s, session=(date.fromisoformat(facts["on"]), facts["at"], facts["place"]))


def _agreed(s: Situation, entry: ActEntry) -> Situation:
    facts = entry.facts
    rows = tuple(
        Obligation(n, row["by"], row["what"], row["amount"], date.fromisoformat(row["due"]))
        for n, row in enumerate(facts["rows"], 1)
    )
    written = facts["form"] == "written"
    on = date.fromisoformat(facts["on"])
    agreement = Agreement(written, on, facts["facts"], facts["terms"], rows, effective_on=None if written else on)
    return replace(s, agreement=agreement, performed_on=None, court_on=None, confirmed=None, session=None)


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
    return replace(s, agreement=new)


INK = ("signed", "mediator_signed", "sealed")
"""It takes effect on the day of the last signature or the seal; the photo may come later."""


def unsigned(s: Situation) -> list[str]:
    """Return what a written agreement still lacks before it takes effect (PML 29): party numbers, mediator, seal, photo."""
    if s.agreement is None or not s.agreement.written:
        return []
    missing = [str(party.number) for party in s.sides() if party.number not in s.agreement.signed]
    missing += [] if s.agreement.mediator_signed else ["mediator"]
    missing += [] if s.agreement.sealed else ["seal"]
    return missing + ([] if s.agreement.photos else ["photo"])


def _performed(s: Situation, entry: ActEntry) -> Situation:
    if s.agreement is None:
        return s
    number, on = int(entry.facts["row"]), date.fromisoformat(entry.facts["on"])
    rows = tuple(replace(row, done_on=on) if row.number == number else row for row in s.agreement.rows)
    done = all(row.done_on for row in rows)
    return replace(s, agreement=replace(s.agreement, rows=rows), performed_on=entry.on if done else None)


def _taken_back(s: Situation, entry: ActEntry) -> Situation:
    """Take back a tick: the row is owed again."""
    if s.agreement is None:
        return s
    number = int(entry.facts["row"])
    rows = tuple(replace(row, done_on=None) if row.number == number else row for row in s.agreement.rows)
    return replace(s, agreement=replace(s.agreement, rows=rows), performed_on=None)


def _deferred(s: Situation, entry: ActEntry) -> Situation:
    if s.agreement is None:
        return s
    number, until = int(entry.facts["row"]), date.fromisoformat(entry.facts["until"])
    rows = tuple(replace(row, due_on=until) if row.number == number else row for row in s.agreement.rows)
    return replace(s, agreement=replace(s.agreement, rows=rows))


def _again(s: Situation, entry: ActEntry) -> Situation:
    return replace(s, clock_from=entry.on, extended_to=None)


def _ended(s: Situation, entry: ActEntry) -> Situation:
    return replace(s, ended_on=entry.on)


def _escalated(s: Situation, entry: ActEntry) -> Situation:
    return replace(s, ended_on=entry.on, escalated_to=entry.facts["level"], received=False)


STEPS: dict[CaseAct, Callable[[Situation, ActEntry], Situation]] = {
    CaseAct.FILE: _filed,
    CaseAct.ADD_PARTY: _added,
    CaseAct.IDENTIFY: _identified,
    CaseAct.REMOVE_PARTY: _removed,
    CaseAct.APPLY: _applied,
    CaseAct.ACCEPT: _accepted,
    CaseAct.CORRECT: _corrected,
    CaseAct.ASSIGN: _assigned,
    CaseAct.TAKE_ON: _assigned,
    CaseAct.RECUSE: _assigned,
    CaseAct.DECLARE_KINSHIP: _kin,
    CaseAct.CONSENT: _consented,
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
    CaseAct.CONFIRMATION: lambda s, e: replace(s, confirmed=e.facts["result"] == "confirmed"),
    CaseAct.FOLLOW_UP: lambda s, e: replace(s, followed_up=(*s.followed_up, date.fromisoformat(e.facts["on"]))),
    CaseAct.DECLINE: _ended,
    CaseAct.WITHDRAW: _ended,
    CaseAct.SETTLE_THEMSELVES: _ended,
    CaseAct.TERMINATE: _ended,
    CaseAct.ENFORCE: _ended,
    CaseAct.SUE: _ended,
    CaseAct.ESCALATE: _escalated,
    CaseAct.RECEIPT: lambda s, _: replace(s, received=True),
    CaseAct.REPORT_POLICE: lambda s, _: replace(s, police=True),
    CaseAct.CLOSE: lambda s, e: replace(s, closed_on=e.on),
}
