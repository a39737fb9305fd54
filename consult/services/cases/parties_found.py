"""Find those who join a case on the roll: a list of many, and statutory representatives."""

from typing import Any

from consult.domain.cases.situation import Facts
from consult.domain.cases.states import CaseRole
from consult.domain.refusals import Reason, Refused
from consult.models.people import person_queries
from consult.services.cases import membership
from consult.services.cases.reading import Opened


def listed_facts(case: Opened, facts: Facts) -> dict[str, Any]:
    """Return facts with the parties of a list, found on the roll where a household was named. Raises Refused.

    A line whose household has nobody of the name is refused with its number, one who is in the case with their name.
    """
    s, parties, phones, seen = case.situation, [], [], set[int]()
    for row in facts["people"]:
        person = membership.on_roll(case.row.village_id, row["code"], row["name"])
        if row["code"] and person is None:
            raise Refused(Reason.CASE_LINE_NOT_ON_ROLL, n=row["line"], name=row["name"])
        membership.refuse_known(s, person)
        membership.refuse_same_name(s, person, row["name"])
        if person is not None and person.id in seen:
            raise Refused(Reason.CASE_PARTY_THERE)
        seen |= {person.id} if person is not None else set()
        known = person.id if person is not None else None
        side = {"part": facts["side"], "name": row["name"], "person": known, "claim": row["claim"]}
        parties.append(side)
        phones.append(row["phone"])
    others = {name: value for name, value in facts.items() if name != "people"}
    return {**others, "parties": parties, "phones": phones}


def guardian_facts(case: Opened, facts: Facts) -> dict[str, Any]:
    """Return facts with a statutory representative, found on the roll if a household was named. Raises Refused.

    They may be a party of the same side themselves; act_checks sees to the sides.
    """
    person = membership.on_roll(case.row.village_id, facts.get("code") or "", facts["name"])
    if facts.get("code") and person is None:
        raise Refused(Reason.CASE_NOT_IN_HOUSEHOLD)
    if person is not None and person.id in {one for one, _ in case.situation.mediators}:
        raise Refused(Reason.CASE_MEDIATOR_IS_PARTY)
    party = {
        "part": CaseRole.GUARDIAN.value,
        "name": facts["name"],
        "person": person.id if person else None,
        "for_party": int(facts["for_party"]),
        "relation": facts.get("relation") or "",
        "proof": facts.get("proof") or "",
    }
    return {**facts, "party": party}


def of_household(village_id: int, code: str) -> list[str]:
    """Return the people of a household as lines of a list: name and code."""
    return [f"{row.name} {row.code}" for row in person_queries.of_household(village_id, code)]


def of_group(village_id: int, group_id: int) -> list[str]:
    """Return one person of each household of a group, its head where the roll names one, as lines of a list."""
    return [f"{row.name} {row.code}" for row in person_queries.heads_of_group(village_id, group_id)]


def mistakes_on_roll(village_id: int, people: list[dict[str, Any]]) -> list[int]:
    """Return the lines whose household has nobody of the name."""
    return [
        row["line"]
        for row in people
        if row["code"] and membership.on_roll(village_id, row["code"], row["name"]) is None
    ]
