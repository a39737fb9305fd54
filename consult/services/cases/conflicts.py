"""Conflict check: mediators who are close to a party or kept out, other cases of a party, people of the same name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row

from consult.domain.cases.parties.organisations import OF_THE_VILLAGE
from consult.domain.cases.situation import Kinship, Party, PlannedAct, Recusal, Situation
from consult.domain.people.roles import Role
from consult.domain.refusals import Reason, Refused
from consult.models.cases import case_queries
from consult.models.people import person_queries
from consult.models.people.role_queries import holders
from consult.services.cases import keys, membership
from consult.services.cases.reading import Opened
from consult.services.core.acts import Act

SITS_ON = {
    "committee": (Role.COMMITTEE_MEMBER,),
    "collective": (Role.COMMITTEE_MEMBER, Role.COLLECTIVE_DIRECTOR, Role.COLLECTIVE_SUPERVISOR),
    "cooperative": (Role.COMMITTEE_MEMBER, Role.COLLECTIVE_DIRECTOR, Role.COLLECTIVE_SUPERVISOR),
}
"""By kind of an organisation of this village, the offices whose holders decide for it."""


@dataclass(frozen=True)
class Closeness:
    """The grounds for which somebody else should mediate; all empty: none is known."""

    lives_with: tuple[str, ...] = ()
    """Names of parties whom the mediator lives with or is."""
    kinships: tuple[Kinship, ...] = ()
    recusals: tuple[Recusal, ...] = ()
    sits_for: tuple[str, ...] = ()
    """Names of organisations of the village for which the mediator decides."""

    @property
    def is_known(self) -> bool:
        """Tell whether there is a ground."""
        return bool(self.lives_with or self.kinships or self.recusals or self.sits_for)


def closeness(s: Situation, person_ids: Sequence[int], village_id: int, *, on: date) -> dict[int, Closeness]:
    """Return for each officer how they are close to the parties of a case, or that they kept out of it."""
    homes = membership.hints(s, person_ids, village_id) if person_ids else {}
    bodies = [one for one in s.present() if one.ours and one.body in OF_THE_VILLAGE]
    seats = {one.number: holders(village_id, [role.value for role in SITS_ON[one.body]], on=on) for one in bodies}
    return {
        person: Closeness(
            lives_with=tuple(homes.get(person, ())),
            kinships=s.kin_of(person),
            recusals=tuple(one for one in s.recusals if one.mediator == person)[-1:],
            sits_for=tuple(one.name for one in bodies if person in seats[one.number]),
        )
        for person in person_ids
    }


def refuse_close(case: Opened, planned: PlannedAct, by: Act) -> None:
    """Refuse to name a mediator who is close to a party or kept out, without a tick and a reason. Raises Refused.

    Those who mediate it already stay without either.
    """
    s, facts = planned.before, planned.facts
    there = {person for person, _ in s.mediators}
    chosen = facts.get("mediators") or ([facts["mediator"]] if facts.get("mediator") else [planned.actor.person_id])
    named = [int(one) for one in chosen]
    close = closeness(s, [one for one in named if one not in there], case.row.village_id, on=planned.today)
    if any(one.is_known for one in close.values()) and not (facts.get("despite") and facts.get("reason")):
        raise Refused(Reason.CASE_MEDIATOR_CLOSE)


def refuse_close_at_all(case: Opened, planned: PlannedAct, taker: int) -> None:
    """Refuse a colleague who is close to a party or kept out, whatever reason a mediator gives. Raises Refused."""
    if taker in dict(planned.before.mediators):
        return
    if closeness(planned.before, [taker], case.row.village_id, on=planned.today)[taker].is_known:
        raise Refused(Reason.CASE_HEAD_NAMES)


@dataclass(frozen=True)
class NameCheck:
    """The findings of the conflict check about one party."""

    party: Party
    cases: tuple[Row[Any], ...]
    """Other cases of the name which the reader may read: address, year, number, kind, state."""
    same_name: tuple[Row[Any], ...]
    """People of the roll with the name, where the party was not found there yet: code, group."""


def name_checks(case: Opened, s: Situation, reader: Any) -> list[NameCheck]:
    """Return the parties of whom another case or a person of the same name is known, in three queries."""
    village_id, parties = case.row.village_id, s.present()
    marks = {one.number: keys.mark_of_name(village_id, one.name) for one in parties}
    found = case_queries.of_names(village_id, case.row.id, sorted(set(marks.values())), reader.marks())
    by_mark: dict[str, list[Row[Any]]] = {}
    for row in found:
        by_mark.setdefault(row.name_mark, []).append(row)
    unknown = sorted({one.name for one in parties if one.person_id is None and not one.body})
    on_roll: dict[str, list[Row[Any]]] = {}
    for row in person_queries.of_names(village_id, unknown) if unknown else ():
        on_roll.setdefault(row.name, []).append(row)
    checks = [
        NameCheck(
            one,
            tuple(by_mark.get(marks[one.number], ())),
            tuple(on_roll.get(one.name, ())) if one.person_id is None else (),
        )
        for one in parties
    ]
    return [one for one in checks if one.cases or one.same_name]
