"""Who belongs to a case: parties, mediators, the head. Each change of the circle is a row with wrapped keys, or its end."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from consult.domain.cases import rules
from consult.domain.cases.acts import Act
from consult.domain.cases.facts import Situation
from consult.domain.cases.states import NEW, Part, State
from consult.domain.refusals import Reason, Refused
from consult.domain.roles import Role
from consult.models import CaseName, CaseReader, Household, Person, db, person_reads
from consult.models.participant_reads import holders
from consult.services.cases import keys
from consult.services.cases.keys import Keyring
from consult.services.cases.reading import Opened


def let_in(case_id: int, village_id: int, reader: str, part: str, keyring: Keyring | None) -> None:
    """Give a reader a part and its keys, or a new part instead of the old one. None: kept out by name."""
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


def let_out(case_id: int, reader: str) -> None:
    row = db.session.get(CaseReader, (case_id, keys.mark(reader)))
    if row is not None:
        db.session.delete(row)
        db.session.flush()


def begin(case: Opened, s: Situation, *, on: date) -> None:
    """A case was handed in: the desk may read it, but for those who are close to a party."""
    village_id = case.row.village_id
    let_in(case.row.id, village_id, keys.of_head(village_id), Part.HEAD, case.keys)
    close = close_officers(s, village_id, on=on)
    for person_id in sorted(holders(village_id, [Role.MEDIATOR.value], on=on) - _persons(s) - close):
        let_in(case.row.id, village_id, keys.of_person(person_id), Part.MEDIATOR, case.keys)
    for person_id in sorted(close - _persons(s)):
        let_in(case.row.id, village_id, keys.of_person(person_id), Part.RECUSED, None)
    _names(case, s)


def follow(case: Opened, act: Act, s: Situation, state: State, actor: Person, *, on: date) -> None:
    """What an act changes in the circle."""
    if act in (Act.ACCEPT, Act.ADD_PARTY) and state not in NEW:
        _admit(case, s)
    if act is Act.ADD_PARTY:
        _keep_out_close(case, s, on=on)
        _names(case, s)
    if act in (Act.ASSIGN, Act.TAKE_ON):
        _assign(case, s, on=on)
    if act is Act.RECUSE:
        let_in(case.row.id, case.row.village_id, keys.of_person(actor.id), Part.RECUSED, None)
    if act is Act.ESCALATE:
        village_id = case.row.village_id
        let_in(case.row.id, village_id, keys.of_justice_office(village_id), Part.JUSTICE_OFFICE, case.keys)


def _admit(case: Opened, s: Situation) -> None:
    """The parties may read it: the other side not before the case is accepted."""
    for party in s.parties:
        if party.person_id is not None:
            part = f"{party.part.value}:{party.number}"
            reader = keys.of_person(party.person_id)
            let_in(case.row.id, case.row.village_id, reader, part, case.keys.of_party(party.number))


def _keep_out_close(case: Opened, s: Situation, *, on: date) -> None:
    """A mediator who turns out to be close to a new party is kept out, unless the head has assigned them knowingly."""
    assigned = {person for person, _ in s.mediators}
    for person_id in close_officers(s, case.row.village_id, on=on) - _persons(s) - assigned:
        let_in(case.row.id, case.row.village_id, keys.of_person(person_id), Part.RECUSED, None)


def _assign(case: Opened, s: Situation, *, on: date) -> None:
    """Those assigned read it; the other mediators no longer do."""
    assigned = {person for person, _ in s.mediators}
    for person_id in (
        holders(case.row.village_id, [Role.MEDIATOR.value, Role.HEAD_OF_MEDIATION.value], on=on) - assigned
    ):
        row = db.session.get(CaseReader, (case.row.id, keys.mark(keys.of_person(person_id))))
        if row is not None and row.part == Part.MEDIATOR:
            let_out(case.row.id, keys.of_person(person_id))
    for person_id in assigned:
        let_in(case.row.id, case.row.village_id, keys.of_person(person_id), Part.MEDIATOR, case.keys)


def _persons(s: Situation) -> set[int]:
    return {party.person_id for party in s.parties if party.person_id is not None}


def _names(case: Opened, s: Situation) -> None:
    """Marks of who is named, for hints to mediators of the same village, and of where they live."""
    village_id = case.row.village_id
    marks = {keys.mark_of_name(village_id, party.name) for party in s.parties}
    marks |= {keys.mark_of_household(household) for household in _households(sorted(_persons(s))).values()}
    known = set(db.session.scalars(select(CaseName.name_mark).where(CaseName.case_id == case.row.id)))
    db.session.add_all(CaseName(case_id=case.row.id, name_mark=m, village_id=village_id) for m in sorted(marks - known))
    db.session.flush()


def officers(village_id: int, *, on: date) -> list[tuple[int, str]]:
    """Mediators and heads in office, with their names."""
    ids = holders(village_id, [Role.MEDIATOR.value, Role.HEAD_OF_MEDIATION.value], on=on)
    rows = db.session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)).order_by(Person.roll_position))
    return [(row.id, row.name) for row in rows]


def named(person_ids: Sequence[int]) -> list[list[Any]]:
    rows = db.session.execute(
        select(Person.id, Person.name).where(Person.id.in_(person_ids)).order_by(Person.roll_position)
    )
    return [[row.id, row.name] for row in rows]


def hints(s: Situation, person_ids: Sequence[int]) -> dict[int, list[str]]:
    """For each mediator, the parties they live with or are themselves."""
    homes = _households([*person_ids, *_persons(s)])
    return {one: rules.recusal_hints(s, homes, one) for one in person_ids}


def close_officers(s: Situation, village_id: int, *, on: date) -> set[int]:
    found = hints(s, [person for person, _ in officers(village_id, on=on)])
    return {person for person, names in found.items() if names}


def _households(person_ids: Sequence[int]) -> dict[int, int]:
    rows = db.session.execute(select(Person.id, Person.household_id).where(Person.id.in_(person_ids)))
    return {row.id: row.household_id for row in rows}


def refuse_parties(s: Situation, mediators: Sequence[int]) -> None:
    """Whoever is a party cannot mediate. Raises Refused."""
    if _persons(s) & set(mediators):
        raise Refused(Reason.CASE_MEDIATOR_IS_PARTY)


def on_roll(village_id: int, code: str, name: str) -> Person | None:
    return person_reads.by_code_and_name(village_id, code, name) if code else None


def party_facts(case: Opened, facts: dict[str, Any]) -> dict[str, Any]:
    """Somebody who joins, found on the roll if a household was named. Raises Refused."""
    person = on_roll(case.row.village_id, facts["code"], facts["name"])
    if facts["code"] and person is None:
        raise Refused(Reason.NO_SUCH_HOUSEHOLD)
    if person is not None and person.id in _persons(case.situation):
        raise Refused(Reason.CASE_PARTY_THERE)
    party = {
        "part": facts["side"], "name": facts["name"], "person": person.id if person else None,
        "for_party": facts.get("for_party") or 0, "may_agree": facts.get("authority") == "agree",
    }  # fmt: skip
    return {**facts, "party": party}


def home_of(person_id: int) -> str:
    """A household's code: how a party stands on the roll."""
    query = select(Household.code).join(Person, Person.household_id == Household.id).where(Person.id == person_id)
    return db.session.scalar(query) or ""


def party_of(person: Person, part: Part) -> dict[str, Any]:
    return {"part": part.value, "name": person.name, "person": person.id}
