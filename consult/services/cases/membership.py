"""Membership of a case: parties, mediators, the head. Each access is a row with wrapped keys; to revoke it deletes the row."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, select

from consult.domain.cases import rules
from consult.domain.cases.acts import CaseAct
from consult.domain.cases.applications import Side
from consult.domain.cases.situation import Facts, Party, Situation
from consult.domain.cases.states import ENDED, SIDES, CaseRole, CaseState
from consult.domain.people.roles import Role
from consult.domain.refusals import Reason, Refused
from consult.models import CaseName, CaseReader, Person, db
from consult.models.cases import case_queries
from consult.models.people import person_queries
from consult.models.people.role_queries import holders
from consult.services.cases import keys, reading
from consult.services.cases.keys import Keyring
from consult.services.cases.reading import Opened


def grant_access(case_id: int, village_id: int, reader: str, part: str, keyring: Keyring | None) -> None:
    """Grant or replace a reader's role in a case. With `keyring=None` the reader is recorded as excluded."""
    row = db.session.get(CaseReader, (case_id, keys.mark(reader)))
    wrapped = keys.wrap(reader, keyring) if keyring is not None else ""
    if row is None:
        db.session.add(
            CaseReader(
                case_id=case_id, village_id=village_id, reader_mark=keys.mark(reader), part=part, wrapped=wrapped
            )
        )
    else:
        row.part, row.wrapped = part, wrapped
    db.session.flush()


def revoke_access(case_id: int, reader: str) -> None:
    """Delete a reader's role and keys, if there are any."""
    row = db.session.get(CaseReader, (case_id, keys.mark(reader)))
    if row is not None:
        db.session.delete(row)
        db.session.flush()


def begin(case: Opened, s: Situation, *, on: date) -> None:
    """Let the desk read a case that was just handed in, but for officers who are close to a party."""
    village_id = case.row.village_id
    grant_access(case.row.id, village_id, keys.of_head(village_id), CaseRole.HEAD, case.keys)
    for person_id in sorted(holders(village_id, [Role.MEDIATOR.value], on=on) - _persons(s)):
        grant_access(case.row.id, village_id, keys.of_person(person_id), CaseRole.MEDIATOR, case.keys)
    exclude_close_officers(case, s, on=on)
    mark_names(case, s)


def admit_justice_office(case: Opened) -> None:
    """Let the justice office of the town read a case."""
    village_id = case.row.village_id
    grant_access(case.row.id, village_id, keys.of_justice_office(village_id), CaseRole.JUSTICE_OFFICE, case.keys)


def justice_office_reads(case: Opened) -> bool:
    """Tell whether the justice office of the town reads a case too."""
    office = keys.mark(keys.of_justice_office(case.row.village_id))
    return db.session.get(CaseReader, (case.row.id, office)) is not None


BY_OWN_WORD = f"{CaseRole.RECUSED}:1"
"""The role of an officer who recused themselves."""


def recuse(case: Opened, person_id: int) -> None:
    """Exclude an officer by their own word."""
    grant_access(case.row.id, case.row.village_id, keys.of_person(person_id), BY_OWN_WORD, None)


def admit_parties(case: Opened, s: Situation, *, only: CaseRole | None = None) -> None:
    """Let the parties on the roll read a case, each with their own key; `only`: those of one role."""
    for party in _each(s):
        if only in (None, party.part) and s.takes_part(party):
            _admit(case, party)


def follow_standings(case: Opened, s: Situation, state: CaseState) -> None:
    """Let parties who left, and those who acted for them, read what there was until then; those who came back, all.

    Where the case ends with them, they stay what they were: it is their case that ended. If it ended before it was accepted,
    the other side never hears of it.
    """
    for party in _each(s):
        row = db.session.get(CaseReader, (case.row.id, keys.mark(keys.of_person(party.person_id or 0))))
        if s.takes_part(party):
            part = f"{party.part.value}:{party.number}"
            if (row is None and s.accepted_on is not None) or (row is not None and row.part != part):
                _admit(case, party)
        elif row is not None and state not in ENDED:
            row.part = f"{CaseRole.LEFT.value}:{row.part.partition(':')[2]}"
    db.session.flush()


def _admit(case: Opened, party: Party) -> None:
    """Let a party read the case with their own key; made from the office's where the actor is a party and holds none."""
    held = case if case.keys.root else reading.as_head(case.row)
    if held is None:
        return
    reader, part = keys.of_person(party.person_id or 0), f"{party.part.value}:{party.number}"
    grant_access(case.row.id, case.row.village_id, reader, part, held.keys.of_party(party.number))


def _each(s: Situation) -> list[Party]:
    """Return as whom each person on the roll reads a case in which they may be several."""
    return [party for person_id in sorted(_persons(s)) if (party := s.as_whom(person_id)) is not None]


def revoke_removed(case: Opened, s: Situation) -> None:
    """Revoke the access of parties who were taken out, and of those who acted for them, unless they are in it otherwise."""
    out = [one for one in s.parties if one.gone or _speaks_for_nobody(s, one)]
    stay = {one.person_id for one in s.parties if one not in out}
    for party in out:
        if party.person_id is not None and party.person_id not in stay:
            revoke_access(case.row.id, keys.of_person(party.person_id))


def _speaks_for_nobody(s: Situation, party: Party) -> bool:
    spoken = s.party(party.for_party) if party.for_party else None
    return spoken is not None and spoken.gone


def exclude_close_officers(case: Opened, s: Situation, *, on: date) -> None:
    """Exclude mediators who are close to a party, but for those who mediate it: the head, who sees the hint, decides.

    An excluded mediator who turns out not to be close, once a party was found or has left, is admitted again.
    """
    assigned, village_id = {person for person, _ in s.mediators}, case.row.village_id
    close = close_officers(s, village_id, on=on)
    mediators = holders(village_id, [Role.MEDIATOR.value], on=on)
    for person_id in {person for person, _ in officers(village_id, on=on)} - _persons(s) - assigned:
        row = db.session.get(CaseReader, (case.row.id, keys.mark(keys.of_person(person_id))))
        if person_id in close and (row is None or row.part == CaseRole.MEDIATOR):
            grant_access(case.row.id, village_id, keys.of_person(person_id), CaseRole.RECUSED, None)
        elif person_id not in close and row is not None and row.part == CaseRole.RECUSED:
            revoke_access(case.row.id, keys.of_person(person_id))
            if person_id in mediators and not assigned:
                grant_access(case.row.id, village_id, keys.of_person(person_id), CaseRole.MEDIATOR, case.keys)


def assign(case: Opened, s: Situation, *, on: date) -> None:
    """Let those assigned read a case, and no other mediator, be they in office or not.

    One who had recused themselves is excluded again.
    """
    by_own_word = {keys.mark(keys.of_person(e.facts["by"])) for e in case.entries if e.act is CaseAct.RECUSE}
    assigned = {person for person, _ in s.mediators}
    stay = {keys.mark(keys.of_person(person_id)) for person_id in assigned}
    for row in case_queries.all_readers(case.row.id):
        if row.part != CaseRole.MEDIATOR or row.reader_mark in stay:
            continue
        if row.reader_mark in by_own_word:
            row.part, row.wrapped = BY_OWN_WORD, ""
        else:
            db.session.delete(row)
    db.session.flush()
    for person_id in assigned:
        grant_access(case.row.id, case.row.village_id, keys.of_person(person_id), CaseRole.MEDIATOR, case.keys)


def _persons(s: Situation) -> set[int]:
    return {party.person_id for party in s.present() if party.person_id is not None}


def same_names(s: Situation, village_id: int) -> dict[int, set[int]]:
    """Return who on the roll has the name of a party that was not found there yet, by the party's number."""
    unknown = {party.number: party.name for party in s.present() if party.person_id is None}
    by_name = person_queries.by_names(village_id, sorted(set(unknown.values()))) if unknown else {}
    return {number: by_name.get(name, set()) for number, name in unknown.items()}


def mark_names(case: Opened, s: Situation) -> None:
    """Keep keyed marks of those named in a case and of their households, for hints to mediators of the village."""
    village_id = case.row.village_id
    marks = {keys.mark_of_name(village_id, party.name) for party in s.parties}
    people = _persons(s).union(*same_names(s, village_id).values())
    marks |= {keys.mark_of_household(household) for household in _households(sorted(people)).values()}
    known = {row.name_mark: row for row in db.session.scalars(select(CaseName).where(CaseName.case_id == case.row.id))}
    for gone in known.keys() - marks:
        db.session.delete(known[gone])
    new = sorted(marks - known.keys())
    db.session.add_all(CaseName(case_id=case.row.id, name_mark=mark, village_id=village_id) for mark in new)
    db.session.flush()


def officers(village_id: int, *, on: date) -> list[tuple[int, str]]:
    """Return mediators and heads in office on a day, as person and name."""
    ids = holders(village_id, [Role.MEDIATOR.value, Role.HEAD_OF_MEDIATION.value], on=on)
    rows = db.session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)).order_by(Person.roll_position))
    return [(row.id, row.name) for row in rows]


def named(person_ids: Sequence[int]) -> list[list[Any]]:
    """Return people as [person, name], in the order of the roll."""
    rows = db.session.execute(
        select(Person.id, Person.name).where(Person.id.in_(person_ids)).order_by(Person.roll_position)
    )
    return [[row.id, row.name] for row in rows]


def hints(s: Situation, person_ids: Sequence[int], village_id: int) -> dict[int, list[str]]:
    """Return for each mediator the parties they live with or are; a party not found on the roll is judged by the name."""
    named = same_names(s, village_id)
    homes = _households([*person_ids, *_persons(s).union(*named.values())])
    return {one: rules.recusal_hints(s, homes, one, named) for one in person_ids}


def close_officers(s: Situation, village_id: int, *, on: date) -> set[int]:
    """Return the officers who live with a party or are one, or are related by the head's word or their own."""
    by_person = hints(s, [person for person, _ in officers(village_id, on=on)], village_id)
    return {person for person, names in by_person.items() if names or any(one.keeps_out for one in s.kin_of(person))}


def _households(person_ids: Sequence[int]) -> dict[int, int]:
    query = select(Person.id, Person.household_id).where(Person.id.in_(person_ids), Person.household_id.is_not(None))
    return {row.id: row.household_id for row in db.session.execute(query)}


def refuse_parties(s: Situation, mediators: Sequence[int]) -> None:
    """Refuse mediators who are a party. Raises Refused."""
    if _persons(s) & set(mediators):
        raise Refused(Reason.CASE_MEDIATOR_IS_PARTY)


def on_roll(village_id: int, code: str, name: str) -> Person | None:
    """Return the person of a name in a household, by the household's code; None without a code."""
    return person_queries.by_code_and_name(village_id, code, name) if code else None


def party_facts(case: Opened, facts: Facts) -> dict[str, Any]:
    """Return facts with the party who joins, found on the roll if a household was named. Raises Refused."""
    person = on_roll(case.row.village_id, facts["code"], facts["name"])
    if facts["code"] and person is None:
        raise Refused(Reason.CASE_NOT_IN_HOUSEHOLD)
    refuse_known(case.situation, person)
    if facts["side"] in SIDES:
        refuse_same_name(case.situation, person, facts["name"])
    party = {
        "part": facts["side"],
        "name": facts["name"],
        "person": person.id if person else None,
        "for_party": facts.get("for_party") or 0,
        "may_agree": facts.get("authority") == "agree",
    }
    return {**facts, "party": party}


def refuse_known(s: Situation, person: Person | None, *, also_party: bool = False) -> None:
    """Refuse a person who is in the case already, as a party or as its mediator. Raises Refused.

    `also_party`: a statutory representative may be a party of the same side too; capacity.refuse_unfit_identity sees to it.
    """
    if person is not None and not also_party and person.id in _persons(s):
        raise Refused(Reason.CASE_PARTY_THERE)
    if person is not None and person.id in {one for one, _ in s.mediators}:
        raise Refused(Reason.CASE_MEDIATOR_IS_PARTY)


def refuse_same_name(s: Situation, person: Person | None, name: str) -> None:
    """Refuse to add a party in dispute under a name that is there, unless both were found on the roll. Raises Refused.

    A list of a whole crew has the one who applied for it as well: he would be asked, sign and be counted twice.
    """
    if any(one.name == name and None in (person, one.person_id) for one in s.in_dispute()):
        raise Refused(Reason.CASE_NAME_THERE, name=name)


def identity_facts(case: Opened, facts: Facts) -> dict[str, Any]:
    """Return facts with the person whom a party is, in the household that was named. Raises Refused."""
    s = case.situation
    party = s.party(facts["party"])
    if party is not None and party.person_id is not None:
        raise Refused(Reason.CASE_PARTY_THERE)
    person = on_roll(case.row.village_id, facts["code"], party.name if party else "")
    if person is None:
        raise Refused(Reason.CASE_NOT_IN_HOUSEHOLD)
    refuse_known(s, person, also_party=party is not None and party.part is CaseRole.GUARDIAN)
    return {**facts, "person": person.id}


def of_these_names(case: Opened) -> Sequence[Row[Any]]:
    """Return the rows of the roll with the names of those who take part and were not found there yet."""
    names = sorted({party.name for party in case.situation.unidentified()})
    return person_queries.of_names(case.row.village_id, names)


def party_of(person: Person, part: CaseRole) -> Side:
    """Return a person of the roll as a side of an application."""
    return Side(part, person.name, person.id)


def follow_correction(case: Opened, before: Situation, after: Situation, state: CaseState, *, on: date) -> None:
    """Grant and revoke access where a correction changes who is in a case, who mediates it, or how far it has come.

    `case`: as the head's office holds it, with the root of the keys.
    """
    for person_id in sorted(_persons(before) - _persons(after)):
        revoke_access(case.row.id, keys.of_person(person_id))
    if after.accepted_on is None:
        for party in after.present():
            if party.person_id is not None and party.part is not CaseRole.APPLICANT:
                revoke_access(case.row.id, keys.of_person(party.person_id))
    if after.accepted_on is not None:
        admit_parties(case, after)
    elif state is CaseState.APPLIED:
        admit_parties(case, after, only=CaseRole.APPLICANT)
    follow_standings(case, after, state)
    if before.mediators != after.mediators:
        assign(case, after, on=on)
    if before.mediators and not after.mediators:
        _admit_mediators(case, after, on=on)
    if before.escalated_to and not after.escalated_to:
        revoke_access(case.row.id, keys.of_justice_office(case.row.village_id))
    exclude_close_officers(case, after, on=on)
    mark_names(case, after)


def _admit_mediators(case: Opened, s: Situation, *, on: date) -> None:
    """Let all mediators read a case that has none any more, as at its beginning, but for those who are excluded."""
    village_id = case.row.village_id
    for person_id in sorted(holders(village_id, [Role.MEDIATOR.value], on=on) - _persons(s)):
        if db.session.get(CaseReader, (case.row.id, keys.mark(keys.of_person(person_id)))) is None:
            grant_access(case.row.id, village_id, keys.of_person(person_id), CaseRole.MEDIATOR, case.keys)
