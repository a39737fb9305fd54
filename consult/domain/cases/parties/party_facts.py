"""Fold the entries about parties into the situation of a case: who they are, their answers, who left and came back."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from consult.domain.cases.acts import CaseAct
from consult.domain.cases.agreements.standing import back_to_the_agreement
from consult.domain.cases.parties import standings
from consult.domain.cases.situation import ActEntry, Election, Party, Situation
from consult.domain.cases.states import CaseRole


def party_of(number: int, row: Mapping[str, Any]) -> Party:
    """Return a party as an entry brought them in."""
    return Party(
        number=number,
        part=CaseRole(row["part"]),
        name=row["name"],
        person_id=row.get("person"),
        for_party=row.get("for_party") or 0,
        may_agree=bool(row.get("may_agree")),
        claim_fen=row.get("claim"),
        relation=row.get("relation") or "",
        proof=row.get("proof") or "",
    )


def with_births(s: Situation, births: Mapping[int, date]) -> Situation:
    """Return the situation with the days of birth that the roll has of its parties, by person."""
    if not births:
        return s
    known = {one.number: births.get(one.person_id or 0) or one.born for one in s.parties}
    return replace(s, parties=tuple(replace(one, born=known[one.number]) for one in s.parties))


def changed(s: Situation, number: int, **what: Any) -> Situation:
    """Return the situation with one party changed."""
    return replace(s, parties=tuple(replace(one, **what) if one.number == number else one for one in s.parties))


def _added(s: Situation, entry: ActEntry) -> Situation:
    return replace(s, parties=(*s.parties, party_of(len(s.parties) + 1, entry.facts["party"])))


def _added_many(s: Situation, entry: ActEntry) -> Situation:
    new = [party_of(n, row) for n, row in enumerate(entry.facts["parties"], len(s.parties) + 1)]
    return replace(s, parties=(*s.parties, *new))


def _applied(s: Situation, entry: ActEntry) -> Situation:
    """Make the party who asks for mediation the applicant, also where a clue named them as the other side."""
    return changed(s, int(entry.facts["who_asks"]), part=CaseRole.APPLICANT)


def _identified(s: Situation, entry: ActEntry) -> Situation:
    return changed(s, int(entry.facts["party"]), person_id=int(entry.facts["person"]))


def _removed(s: Situation, entry: ActEntry) -> Situation:
    return changed(s, int(entry.facts["member"]), gone=True)


def _described(s: Situation, entry: ActEntry) -> Situation:
    facts = entry.facts
    return changed(
        s,
        int(facts["party"]),
        body=facts.get("body") or "",
        in_charge=facts.get("in_charge") or "",
        credit_code=facts.get("credit_code") or "",
        ours=bool(facts.get("ours")),
    )


def _noted(s: Situation, entry: ActEntry) -> Situation:
    number, facts = int(entry.facts["party"]), entry.facts
    party = s.party(number)
    born = date.fromisoformat(facts["born"]) if facts.get("born") else (party.born if party else None)
    found = {"capacity": facts["capacity"], "noted_on": entry.on, "by_court": bool(facts.get("ruling"))}
    return changed(s, number, born=born, **found)


def _consented(s: Situation, entry: ActEntry) -> Situation:
    number, agrees = int(entry.facts["party"]), entry.facts["answer"] == "yes"
    after = replace(s, consents={**s.consents, number: agrees})
    return after if agrees else standings.leave(after, {number}, entry, entry.facts.get("reason") or "")


def _left(s: Situation, entry: ActEntry) -> Situation:
    """Let those leave whom the entry names; one of before parties had a standing names nobody, and ended the case."""
    who = {int(number) for number in entry.facts.get("who") or ()}
    if not who:
        return replace(s, ended_on=entry.on)
    return standings.leave(s, who, entry, entry.facts.get("reason") or entry.facts.get("how") or "")


def _returned(s: Situation, entry: ActEntry) -> Situation:
    return standings.come_back(s, int(entry.facts["party"]))


def _elected(s: Situation, entry: ActEntry) -> Situation:
    facts = entry.facts
    election = Election(int(facts["chosen"]), facts.get("authority") == "agree")
    voters = {int(number) for number in facts["chosen_by"]} - {election.chosen}
    return replace(s, elected={**s.elected, **dict.fromkeys(voters, election)})


def _indivisible(s: Situation, entry: ActEntry) -> Situation:
    after = replace(s, indivisible=entry.facts["ground"])
    if not standings.over(after):
        return after
    return replace(back_to_the_agreement(after), ended_on=s.ended_on or entry.on)


STEPS: dict[CaseAct, Callable[[Situation, ActEntry], Situation]] = {
    CaseAct.ADD_PARTY: _added,
    CaseAct.ADD_PARTIES: _added_many,
    CaseAct.ADD_GUARDIAN: _added,
    CaseAct.IDENTIFY: _identified,
    CaseAct.DESCRIBE_PARTY: _described,
    CaseAct.NOTE_CAPACITY: _noted,
    CaseAct.REMOVE_PARTY: _removed,
    CaseAct.APPLY: _applied,
    CaseAct.CONSENT: _consented,
    CaseAct.WITHDRAW: _left,
    CaseAct.SETTLE_THEMSELVES: _left,
    CaseAct.RETURN_PARTY: _returned,
    CaseAct.ELECT_REPRESENTATIVE: _elected,
    CaseAct.INDIVISIBLE: _indivisible,
}
