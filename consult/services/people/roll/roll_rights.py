"""Ask for the changes of rights in a new roll: offices ticked, and what decides who votes and for whom.

A file by an officer asks for each of them, and a second officer confirms; a file by the operator sets them at once.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from consult.domain.people.office_terms import Term
from consult.domain.people.people import HEAD_OF_HOUSEHOLD, age_on
from consult.domain.people.person_forms import Identity
from consult.domain.people.right_changes import RightKind, decides_when_of_age, is_asked_to_join
from consult.domain.people.roles import GROUP_SCOPED, Office, Role
from consult.domain.people.roll.changes import Changes, Known
from consult.domain.people.roll.lookalikes import name_key
from consult.domain.people.roll.sheets import RollRow
from consult.domain.refusals import Reason, Refused
from consult.models import Household, Person, RollImport, Village, db
from consult.models.people import roll_queries
from consult.services.core.acts import Act
from consult.services.people import departures, grants, rights, villages, ways_in
from consult.services.people.representatives import adults_of, speaker_of
from consult.services.people.rights import WantedRight
from consult.services.people.roll import roll_writing
from consult.services.people.villages import local_day


@dataclass(frozen=True)
class Asking:
    """A roll that is taken in, by whom, and by which office they ask for what takes two."""

    staged: RollImport | None
    """None: one person is added by hand."""
    office: str
    act: Act

    def keyless(self) -> Act:
        """Return the same act without the form's key: one form asks for many changes."""
        return Act.of(self.act.actor, now=self.act.now)

    @property
    def import_id(self) -> int | None:
        """The roll that asks; None: one person is added by hand."""
        return self.staged.id if self.staged is not None else None

    def ask(self, kind: RightKind, person_id: int, **fields: Any) -> None:
        """Ask for one change that the roll brings."""
        wanted = WantedRight(kind=kind, person_id=person_id, import_id=self.import_id, **fields)
        rights.ask(wanted, self.office, self.keyless())

    def ask_number(self, person_id: int, number: str, *, vote_runs: bool) -> None:
        """Ask for a number, or set it where it is the first."""
        kind = RightKind.NUMBER_CHANGED
        wanted = WantedRight(kind=kind, person_id=person_id, number=number, import_id=self.import_id)
        rights.ask_number(wanted, self.office, self.keyless(), vote_runs=vote_runs)

    def is_own_house(self, household_id: int | None) -> bool:
        """Tell whether it is the officer's own house: somebody else must ask who votes for it."""
        return (
            household_id is not None and self.act.actor_id is not None and self.act.actor.household_id == household_id
        )


@dataclass(frozen=True)
class LeftOut:
    """The rows of a roll for which one officer's confirmation does not ask; a page says so beforehand."""

    own: list[str]
    """The names in rows about the officer, or about who votes for the officer's house: another officer takes them in."""
    without_office: list[RollRow]
    """Rows with offices of people who do not count yet: a roll asks for those later."""


def left_out(rows: Sequence[RollRow], changes: Changes, officer: Person, *, runs: bool, on: date) -> LeftOut:
    """Return what is left out of a roll that an officer takes in."""
    home = officer.household.code if officer.household is not None else ""
    joins = {row.row for row in changes.new if runs and is_asked_to_join(age_on(row.born, on))}
    joins |= {row.row for row, known, _ in changes.changed if runs and known.departed}
    own = [
        row for row in changes.new if row.household == home and (row.row in joins or row.relation == HEAD_OF_HOUSEHOLD)
    ]
    for row, known, fields in changes.changed:
        mine = known.id == officer.id and {"phone", "household", "collective_member"} & set(fields)
        head = "relation" in fields and roll_writing.changes_head(row, known)
        decides = row.row in joins or head or "group" in fields or (runs and _is_other_name(row, known))
        if mine or (known.household == home and decides):
            own.append(row)
    return LeftOut([row.name for row in own], [row for row in rows if row.offices and row.row in joins])


def refuse_what_one_may_not(changes: Changes, act: Act, *, on: date) -> None:
    """Refuse a roll by one officer that takes a way in, or gives an office back. Raises Refused, with the names.

    Another date of birth may make somebody old enough to vote or too young, now or in a few days, or the oldest of a
    house, who speaks for it; whoever left with an office would hold it again.
    """
    if act.actor_id is None:
        return
    back = {known.id for _, known, _ in changes.changed if known.departed}
    again = {grant.person_id for grant in grants.in_force_or_to_come(back, on=on)}
    born = {known.id: row.born for row, known, fields in changes.changed if "born" in fields}
    names = [
        known.name
        for row, known, _ in changes.changed
        if known.id in again
        or decides_when_of_age(known.born, row.born, on=on)
        or (known.id in born and not known.departed and _speaks_otherwise(known.id, born, on=on))
    ]
    if names:
        raise Refused(Reason.NOT_BY_ONE_ROLL, names=tuple(names[:10]))


def _speaks_otherwise(person_id: int, born: dict[int, date], *, on: date) -> bool:
    """Tell whether somebody else would speak for a household by other dates of birth."""
    household = villages.home_of(db.session.get_one(Person, person_id))
    adults = adults_of(household.id, on=on)
    return speaker_of(household, adults) != speaker_of(household, adults, born=born)


def _is_other_name(row: RollRow, known: Known) -> bool:
    """Tell whether a row gives somebody another name, and not the same one in other characters."""
    return name_key(row.name) != name_key(known.name)


def without_other_names(changes: Changes) -> tuple[Changes, dict[int, Identity]]:
    """Return the changes with the names as they were, and by person the other names: those are asked for.

    A name is not spelling: given to another entry of the roll it puts somebody onto it whom nobody let in.
    """
    other = {row.row: (row, known) for row, known, _ in changes.changed if _is_other_name(row, known)}
    names = {known.id: Identity(row.name, known.born) for row, known in other.values()}
    as_before = {number: replace(row, name=known.name) for number, (row, known) in other.items()}
    changed = [
        (as_before[row.row], known, tuple(name for name in fields if name != "name"))
        if row.row in other
        else (row, known, fields)
        for row, known, fields in changes.changed
    ]
    rows = [as_before.get(row.row, row) for row in changes.rows]
    return replace(changes, rows=rows, changed=changed), names


def change_names(ask: Asking, names: Mapping[int, Identity]) -> None:
    """Ask for other names of people known before. The officer's own house is left alone: somebody else must ask."""
    for person_id, identity in names.items():
        if not ask.is_own_house(db.session.get_one(Person, person_id).household_id):
            ask.ask(RightKind.CORRECTED, person_id, identity=identity)


def hold(changes: Changes) -> None:
    """Lock the people of whom a file changes what takes two, before the log is written."""
    watched = {"name", "phone", "household", "relation", "collective_member"}
    concerned = [known.id for _, known, fields in changes.changed if known.departed or watched & set(fields)]
    if concerned:
        ways_in.hold(concerned)


def without_the_returning(changes: Changes) -> Changes:
    """Return the changes without those of people who are back: theirs come with the next roll, once they count."""
    return replace(changes, changed=[one for one in changes.changed if not one[1].departed])


def hold_new(ask: Asking, changes: Changes, newcomers: Sequence[RollRow], *, runs: bool) -> list[Person]:
    """Lock the new people whose numbers are asked for, before the log is written, and let those wait who are to join.

    Nobody counts by one officer who is new on the roll of a village that runs. Small children ask nothing of anybody.
    """
    village = db.session.get_one(Village, ask.act.village_id)
    people = roll_writing.by_key(village.id, {row.household for row in changes.new})
    if newcomers:
        ways_in.hold([people[row.key][0].id for row in newcomers])
    on = local_day(village, ask.act.now)
    new = [people[row.key][0] for row in changes.new if runs and is_asked_to_join(age_on(row.born, on))]
    for person in new:
        departures.await_second(person, ask.act)
    return new


def ask_to_join(ask: Asking, new: Sequence[Person], changes: Changes) -> None:
    """Ask for those who are new on the roll of a village that runs, or back on it."""
    back = [db.session.get_one(Person, known.id) for _, known, _ in changes.changed if known.departed]
    for person in [*new, *back]:
        if not ask.is_own_house(person.household_id):
            ask.ask(RightKind.JOINED, person.id)


def first_numbers(ask: Asking, newcomers: Sequence[RollRow], *, vote_runs: bool) -> None:
    """Give people who are new in a house their first numbers, and tell the house; while a vote runs they wait."""
    if not newcomers:
        return
    people = roll_writing.by_key(ask.act.village_id, {row.household for row in newcomers})
    numbers = {people[row.key][0].id: row.phone or "" for row in newcomers}
    for person_id, number in numbers.items():
        ask.ask_number(person_id, number, vote_runs=vote_runs)


def change_numbers(ask: Asking, changes: Changes, *, vote_runs: bool) -> list[int]:
    """Set first numbers, ask for the others, and return the ids of the people whose number differs in the file.

    The officer's own number is left alone: somebody else must ask for it.
    """
    found = []
    for row, known, fields in changes.changed:
        if "phone" not in fields or known.id == ask.act.actor_id:
            continue
        found.append(known.id)
        number = row.phone or ""
        if ask.act.actor_id is None:
            ways_in.set_number(db.session.get_one(Person, known.id), number, ask.act)
        else:
            ask.ask_number(known.id, number, vote_runs=vote_runs)
    return found


def change_households(ask: Asking, changes: Changes, households: dict[str, int]) -> None:
    """Move people to another household: at once for the operator, else by a second person."""
    for row, known, fields in changes.changed:
        if "household" not in fields or known.id == ask.act.actor_id:
            continue
        there = households[row.household]
        if ask.act.actor_id is None:
            db.session.get_one(Person, known.id).household_id = there
        else:
            ask.ask(RightKind.HOUSE_CHANGED, known.id, household_id=there)
    db.session.flush()


def without_half_heads(changes: Changes) -> Changes:
    """Return the changes without those of heads in houses to which a head comes back: both halves come with the next roll."""
    back = {row.household for row, known, _ in changes.changed if known.departed and row.relation == HEAD_OF_HOUSEHOLD}
    changed = [
        (row, known, tuple(name for name in fields if name != "relation" or row.household not in back))
        for row, known, fields in changes.changed
    ]
    return replace(changes, changed=changed)


def change_who_votes(ask: Asking, changes: Changes, written: roll_writing.Written) -> None:
    """Ask for what an officer's roll changes of heads, groups and membership; the operator's has set it.

    The officer's own house is left alone, and the officer's own membership: somebody else must ask for those.
    """
    if ask.act.actor_id is None:
        return
    people = roll_writing.by_key(ask.act.village_id, {row.household for row in written.heads})
    heads = [(people[row.key][0].id, row.relation or "") for row in written.heads]
    for row, known, fields in changes.changed:
        if "relation" in fields and roll_writing.changes_head(row, known):
            heads.append((known.id, row.relation or ""))
        if "collective_member" in fields and known.id != ask.act.actor_id:
            ask.ask(RightKind.MEMBER_CHANGED, known.id, collective=row.collective_member)
    for person_id, relation in heads:
        if not ask.is_own_house(db.session.get_one(Person, person_id).household_id):
            ask.ask(RightKind.HEAD_CHANGED, person_id, relation=relation)
    for household_id, group_id in written.groups.items():
        speaker = _somebody_of(household_id, on=local_day(db.session.get_one(Village, ask.act.village_id), ask.act.now))
        if speaker is not None and not ask.is_own_house(household_id):
            ask.ask(RightKind.GROUP_CHANGED, speaker, household_id=household_id, group_id=group_id)


def _somebody_of(household_id: int, *, on: date) -> int | None:
    """Return whose a change of a household's group is: who speaks for it, else a child, else somebody who waits to join.

    None: nobody lives there any more.
    """
    speaker = speaker_of(db.session.get_one(Household, household_id), adults_of(household_id, on=on))
    return speaker if speaker is not None else roll_queries.first_of_house(household_id)


Named = tuple[str, Person, Role, Term]
"""An office that a file names: its key on the form, whom it is of, the office, and for how long."""


def _office_key(row: RollRow, office: Office) -> str:
    return f"{row.row}:{office.role.value}"


def _of_known(
    village: Village, rows: Sequence[RollRow], wanted: Collection[str], *, on: date
) -> tuple[grants.OfficesAround, list[Named]]:
    """Return the offices with these keys, of people on the roll who count, and the offices around them."""
    holders = [row for row in rows if row.offices]
    if not holders or not wanted:
        return grants.OfficesAround([]), []
    people = roll_writing.by_key(village.id, {row.household for row in holders})
    away, named = roll_queries.away(village.id), []
    for row in holders:
        person, group_id = people.get(row.key, (None, 0))
        for office in row.offices:
            key = _office_key(row, office)
            if person is not None and person.id not in away and key in wanted:
                place = group_id if office.role in GROUP_SCOPED else None
                named.append((key, person, office.role, Term(on, group_id=place, title=office.title)))
    return grants.OfficesAround([person for _, person, _, _ in named]), named


def _named(
    village: Village, rows: Sequence[RollRow], wanted: Collection[str], *, on: date
) -> tuple[grants.OfficesAround, list[Named]]:
    """Return the offices with these keys that are not in force, of people who count, and the offices around them."""
    around, known = _of_known(village, rows, wanted, on=on)
    return around, [one for one in known if not around.same_in_force(*one[1:])]


def new_offices(village: Village, rows: Sequence[RollRow], wanted: Collection[str], *, on: date) -> set[str]:
    """Return which of these keys are of offices that are not in force, also of people who are new on the roll."""
    around, known = _of_known(village, rows, wanted, on=on)
    held = {key for key, person, role, term in known if around.same_in_force(person, role, term)}
    return {key for row in rows for key in (_office_key(row, office) for office in row.offices) if key in wanted} - held


def give_offices(staged: RollImport, rows: Sequence[RollRow], wanted: Collection[str], office: str, act: Act) -> int:
    """Ask for the offices that were ticked, or give them as the operator. Return how many the operator may not give.

    An office already held stays as it is; people who wait to join get theirs once they count.
    Raises Refused, with the name, for one that cannot be given.
    """
    village = db.session.get_one(Village, staged.village_id)
    around, named = _named(village, rows, wanted, on=local_day(village, act.now))
    first = {(person.id, role, term.group_id): (person, role, term) for _, person, role, term in reversed(named)}
    new = list(reversed(first.values()))
    if not new:
        return 0
    if act.actor_id is not None:
        asked = [
            WantedRight(kind=RightKind.OFFICE_GIVEN, person_id=person.id, role=role, term=term, import_id=staged.id)
            for person, role, term in new
        ]
        rights.ask_offices(asked, around, office, Act.of(act.actor, now=act.now))
        return 0
    if not grants.may_operator(village, act):
        return len(new)
    grants.give_all_first(new, around, act)
    return 0
