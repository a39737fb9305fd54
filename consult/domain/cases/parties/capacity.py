"""Capacity for civil acts (民法典 17-24): whether a party acts for themselves or through a statutory representative.

Minors are known by their day of birth, on the roll or as the desk noted it. Every adult has full capacity until a court finds
otherwise (民法典 24): the desk notes the judgment, and finds nothing itself.
"""

import tomllib
from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from consult.domain.cases.agreements.obligations import Obligation
from consult.domain.cases.situation import CaseActor, Facts, Party, PlannedAct, Situation
from consult.domain.cases.states import DESK, SIDES, CaseRole
from consult.domain.people.people import age_on
from consult.domain.refusals import Reason, Refused


class Capacity(StrEnum):
    """The capacity of a party for civil acts."""

    FULL = "full"
    LIMITED = "limited"
    NONE = "none"


class Noted(StrEnum):
    """The notes that the desk may make of a party's capacity."""

    FULL = "full"
    """A court has given an adult the capacity back (民法典 24 II). A note that was wrong is corrected as an entry."""
    OWN_INCOME = "own_income"
    """Sixteen or seventeen, and living mainly on own earnings (民法典 18 II)."""
    LIMITED = "limited"
    NONE = "none"


@lru_cache(maxsize=1)
def ages() -> dict[str, int]:
    """Return the ages of capacity.toml by name."""
    table = tomllib.loads((Path(__file__).parent / "capacity.toml").read_text(encoding="utf-8"))
    return {name: value for name, value in table.items() if isinstance(value, int)}


def capacity_on(party: Party, day: date) -> Capacity:
    """Return the capacity of a party on a day. An organisation has full capacity, and acts through its head."""
    if party.body:
        return Capacity.FULL
    by_age = _by_age(party, day)
    if party.capacity in (Noted.LIMITED, Noted.NONE) and not _came_of_age_since(party, day):
        noted = Capacity(party.capacity)
        return Capacity.NONE if Capacity.NONE in (noted, by_age) else noted
    return by_age


def _came_of_age_since(party: Party, day: date) -> bool:
    """Tell whether a note was of a minor, by no court, and the party is an adult now: a court alone finds it then (民法典 24)."""
    if party.born is None or party.noted_on is None or party.by_court:
        return False
    return age_on(party.born, party.noted_on) < ages()["adult"] <= age_on(party.born, day)


def _by_age(party: Party, day: date) -> Capacity:
    if party.born is None:
        return Capacity.FULL
    age = age_on(party.born, day)
    if age >= ages()["adult"] or (party.capacity == Noted.OWN_INCOME and age >= ages()["own_income_from"]):
        return Capacity.FULL
    return Capacity.LIMITED if age >= ages()["limited_from"] else Capacity.NONE


def acts_alone(party: Party, day: date) -> bool:
    """Tell whether a party acts for themselves on a day."""
    return capacity_on(party, day) is Capacity.FULL


def guardians(s: Situation, number: int) -> tuple[Party, ...]:
    """Return the statutory representatives of a party; any one of them may act."""
    return tuple(one for one in s.present() if one.part is CaseRole.GUARDIAN and one.for_party == number)


def unrepresented(s: Situation, day: date, parties: Iterable[Party] | None = None) -> list[Party]:
    """Return those who still take part, do not act alone on a day, and have no statutory representative in the case."""
    asked = s.sides() if parties is None else parties
    return [one for one in asked if not acts_alone(one, day) and not guardians(s, one.number)]


def refuse_unrepresented(s: Situation, day: date, numbers: Iterable[int]) -> None:
    """Refuse an act of parties who need a statutory representative and have none; names the first. Raises Refused."""
    found = {party.number: party for party in s.parties}
    if lacking := unrepresented(s, day, [found[n] for n in numbers if n in found]):
        raise Refused(Reason.CASE_REPRESENTATIVE_MISSING, name=lacking[0].name)


def acts_for(s: Situation, number: int, day: date) -> tuple[int, ...]:
    """Return the parties for whom somebody may say yes or no, leave or settle on a day: those who still take part.

    `number`: of the party they are. Oneself with full capacity; a statutory representative those without it; an agent
    whose letter allows it the principal, who without full capacity gives one through a representative only (民法典 20-22).
    The same person may be several of these.
    """
    return _acts_for(s, s.sides(), number, day)


def speaks_for(s: Situation, number: int, day: date) -> tuple[int, ...]:
    """Return the parties of the agreement for whom somebody may say on a day that it was carried out, or was not.

    As with a yes or no, but no agent: a letter of authority to agree is none to receive.
    """
    me = s.party(number)
    return () if me is None or me.part is CaseRole.AGENT else _acts_for(s, s.bound(), number, day, agents=False)


def answers_for(s: Situation, number: int, day: date) -> set[int]:
    """Return the parties, also those who left, whose own word somebody may give on a day: no agent's."""
    return set(_acts_for(s, s.in_dispute(), number, day, agents=False))


def _acts_for(
    s: Situation, parties: Iterable[Party], number: int, day: date, *, agents: bool = True
) -> tuple[int, ...]:
    me = s.party(number)
    if me is None:
        return ()
    mine = [one for one in s.present() if one is me or (me.person_id is not None and one.person_id == me.person_id)]
    able = {one.number: one for one in parties}
    found = []
    for one in mine:
        spoken = one.number if one.part in SIDES else one.for_party
        party = able.get(spoken)
        if party is None:
            continue
        alone = acts_alone(party, day)
        by_letter = agents and one.may_agree and (alone or bool(guardians(s, spoken)))
        may = {CaseRole.AGENT: by_letter, CaseRole.GUARDIAN: not alone}.get(one.part, alone and one.part in SIDES)
        if may and spoken not in found:
            found.append(spoken)
    return tuple(found)


def owed_to(s: Situation, actor: CaseActor, row: Obligation, day: date) -> tuple[int, ...]:
    """Return the parties to whom an obligation is owed and for whom somebody speaks; none for whoever speaks for the debtor."""
    mine, creditors = speaks_for(s, actor.party, day), s.creditors(row)
    return () if row.by in mine else tuple(one for one in mine if one in creditors)


def spoken_for(act: PlannedAct, chosen: Iterable[int]) -> list[int]:
    """Return the parties for whom an act is done: those chosen, else the only one the actor may act for. Raises Refused.

    The desk writes down what parties say; for one without full capacity a statutory representative has said it.
    """
    s, actor = act.before, act.actor
    wanted = list(chosen)
    if actor.role in DESK:
        staying = {party.number for party in s.sides()}
        if not wanted or set(wanted) - staying:
            raise Refused(Reason.CASE_PARTY_LEFT)
        refuse_unrepresented(s, act.day, wanted)
        return wanted
    may = acts_for(s, actor.party, act.day)
    if not may or set(wanted) - set(may):
        raise Refused(_why_not(s, actor, act.day))
    return wanted or [actor.party if actor.party in may else may[0]]


def _why_not(s: Situation, actor: CaseActor, day: date) -> Reason:
    me = s.party(actor.party)
    if me is None:
        return Reason.CASE_OTHER_PART
    if me.part is CaseRole.AGENT:
        return Reason.CASE_NOT_THE_AGENT
    if me.part in SIDES and not acts_alone(me, day):
        return Reason.CASE_REPRESENTATIVE_ACTS
    return Reason.CASE_OTHER_PART


def said_by(s: Situation, number: int, day: date) -> str:
    """Return the name of the statutory representative who speaks for a party on a day; empty for one who acts alone."""
    party = s.party(number)
    if party is None or acts_alone(party, day):
        return ""
    return next((one.name for one in guardians(s, number)), "")


def refuse_unfit_capacity(act: PlannedAct) -> None:
    """Refuse what the desk may not find: of an adult a court does (民法典 24), own income counts from sixteen (18 II)."""
    facts: Facts = act.facts
    party = act.before.party(int(facts["party"]))
    if party is None or party.body:
        raise Refused(Reason.CASE_PARTY_IS_BODY)
    said = date.fromisoformat(facts["born"]) if facts.get("born") else None
    born = party.born or said  # what is known, from the roll or an earlier note, is put right by a correction
    age = None if born is None else age_on(born, act.day)
    if facts["capacity"] == Noted.OWN_INCOME and (
        age is None or not ages()["own_income_from"] <= age < ages()["adult"]
    ):
        raise Refused(Reason.CASE_OWN_INCOME_AGE)
    lacks = facts["capacity"] in (Noted.LIMITED, Noted.NONE)
    given_back = facts["capacity"] == Noted.FULL and party.capacity in (Noted.LIMITED, Noted.NONE)
    given_back = given_back and not _came_of_age_since(party, act.day)
    adult = age is None or age >= ages()["adult"]
    if adult and (lacks or given_back) and not facts.get("ruling"):
        raise Refused(Reason.CASE_COURT_FINDS_CAPACITY)
    if lacks and not facts.get("proof_seen"):
        raise Refused(Reason.CASE_PROOF_MISSING)


def refuse_unfit_guardian(act: PlannedAct) -> None:
    """Refuse a representative of a party who acts alone, one of the other side, and one who does not act alone."""
    s, facts = act.before, act.facts
    party = s.party(int(facts["for_party"]))
    if party is None or acts_alone(party, act.day):
        raise Refused(Reason.CASE_PARTY_ACTS_ALONE)
    name, person = facts["name"], (facts.get("party") or {}).get("person")
    _refuse_to_stand_for(s, party, name, person, act.day)
    if any(one.name == name for one in guardians(s, party.number)):
        raise Refused(Reason.CASE_PARTY_THERE)


def refuse_unfit_identity(act: PlannedAct) -> None:
    """Refuse to find a statutory representative to be somebody who may not act for that party. Raises Refused."""
    s, facts = act.before, act.facts
    one = s.party(int(facts["party"]))
    party = s.party(one.for_party) if one is not None and one.part is CaseRole.GUARDIAN else None
    if one is not None and party is not None:
        _refuse_to_stand_for(s, party, one.name, facts.get("person"), act.day)


def _refuse_to_stand_for(s: Situation, party: Party, name: str, person: int | None, day: date) -> None:
    """Refuse somebody who is the party, who is on the other side, or who does not act alone. Raises Refused."""
    for other in s.in_dispute():
        same = other.person_id == person if None not in (other.person_id, person) else other.name == name
        if same and other.number == party.number:
            raise Refused(Reason.CASE_PARTY_THERE)
        if same and other.part is not party.part:
            raise Refused(Reason.CASE_REPRESENTATIVE_OTHER_SIDE)
        if same and not acts_alone(other, day):
            raise Refused(Reason.CASE_REPRESENTATIVE_MINOR)


def may_earn(party: Party, day: date) -> bool:
    """Tell whether it is to be asked if a party lives mainly on own earnings: at 16 and 17, and not noted yet (18 II)."""
    if party.born is None or party.capacity:
        return False
    return ages()["own_income_from"] <= age_on(party.born, day) < ages()["adult"]


def somebody_represented(s: Situation, actor: CaseActor, today: date) -> bool:
    """Tell whether a party does not act alone on a day."""
    return any(not acts_alone(one, today) for one in s.sides())


def refuse_everybody_acts_alone(state: object, s: Situation) -> None:
    """Refuse to name a representative where nobody could need one: all are organisations."""
    if all(party.body for party in s.sides()):
        raise Refused(Reason.CASE_OTHER_STATE)
