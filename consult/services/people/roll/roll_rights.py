"""Ask for the changes of rights in a new roll: offices ticked, numbers and households of people known before.

A file by an officer asks for each of them, and a second officer confirms; a file by the operator sets them at once.
"""

from collections.abc import Collection, Sequence
from datetime import date

from consult.domain.people.people import is_adult
from consult.domain.people.right_changes import RightKind
from consult.domain.people.roles import GROUP_SCOPED
from consult.domain.people.roll_changes import Changes, Known
from consult.domain.people.roll_sheets import RollRow
from consult.domain.refusals import Reason, Refused
from consult.models import Person, RollImport, Village, db
from consult.services.core.acts import Act
from consult.services.people import grants, rights, ways_in
from consult.services.people.grants import Term
from consult.services.people.rights import WantedRight
from consult.services.people.roll import roll_writing
from consult.services.people.villages import local_day


def refuse_what_one_may_not(changes: Changes, act: Act, *, on: date) -> None:
    """Refuse a roll by one officer that takes a way in, or gives an office back. Raises Refused, with the names.

    Whoever becomes under age cannot sign in any more, and whoever left with an office would hold it again.
    """
    if act.actor_id is None:
        return
    back = {known.id for _, known, _ in changes.changed if known.departed}
    again = {grant.person_id for grant in grants.in_force_or_to_come(back, on=on)}
    names = [
        known.name
        for row, known, _ in changes.changed
        if known.id in again or (is_adult(known.born, on) and not is_adult(row.born, on))
    ]
    if names:
        raise Refused(Reason.NOT_BY_ONE_ROLL, names=tuple(names[:10]))


def hold(changes: Changes) -> None:
    """Lock the people whose number or household differs in a file, before the log is written."""
    concerned = [known.id for _, known, fields in changes.changed if {"phone", "household"} & set(fields)]
    if concerned:
        ways_in.hold(concerned)


def first_numbers(staged: RollImport, newcomers: Sequence[RollRow], office: str, act: Act, *, vote_runs: bool) -> None:
    """Give people who are new in a house their first numbers, and tell the house; while a vote runs they wait."""
    if not newcomers:
        return
    people = roll_writing.by_key(staged.village_id, {row.household for row in newcomers})
    numbers = {people[row.key][0].id: row.phone or "" for row in newcomers}
    ways_in.hold(numbers)
    for person_id, number in numbers.items():
        wanted = WantedRight(kind=RightKind.NUMBER_CHANGED, person_id=person_id, number=number, import_id=staged.id)
        rights.ask_number(wanted, office, _keyless(act), vote_runs=vote_runs)


def change_numbers(staged: RollImport, changes: Changes, office: str, act: Act, *, vote_runs: bool) -> list[int]:
    """Set first numbers, ask for the others, and return the ids of the people whose number differs in the file.

    The officer's own number is left alone: somebody else must ask for it.
    """
    found = []
    for row, known, fields in changes.changed:
        if "phone" not in fields or known.id == act.actor_id:
            continue
        found.append(known.id)
        person = db.session.get_one(Person, known.id)
        number = row.phone or ""
        if act.actor_id is None:
            ways_in.set_number(person, number, act)
        else:
            wanted = _wanted(RightKind.NUMBER_CHANGED, known, staged, number=number)
            rights.ask_number(wanted, office, _keyless(act), vote_runs=vote_runs)
    return found


def change_households(staged: RollImport, changes: Changes, households: dict[str, int], office: str, act: Act) -> None:
    """Move people to another household: at once for the operator, else by a second person."""
    for row, known, fields in changes.changed:
        if "household" not in fields or known.id == act.actor_id:
            continue
        there = households[row.household]
        if act.actor_id is None:
            db.session.get_one(Person, known.id).household_id = there
        else:
            wanted = _wanted(RightKind.HOUSE_CHANGED, known, staged, household_id=there)
            rights.ask(wanted, office, _keyless(act))
    db.session.flush()


def _wanted(
    kind: RightKind, known: Known, staged: RollImport, *, number: str = "", household_id: int | None = None
) -> WantedRight:
    return WantedRight(kind=kind, person_id=known.id, number=number, household_id=household_id, import_id=staged.id)


def _keyless(act: Act) -> Act:
    """Return the same act without the form's key: one form asks for many changes."""
    return Act.of(act.actor, now=act.now)


def give_offices(staged: RollImport, rows: Sequence[RollRow], wanted: Collection[str], office: str, act: Act) -> int:
    """Ask for the offices that were ticked, or give them as the operator. Return how many the operator may not give.

    An office already held stays as it is. Raises Refused, with the name, for one that cannot be given.
    """
    village = db.session.get_one(Village, staged.village_id)
    holders = [row for row in rows if row.offices]
    if not holders or not wanted:
        return 0
    people = roll_writing.by_key(village.id, {row.household for row in holders})
    since, ticked = local_day(village, act.now), []
    for row in holders:
        person, group_id = people.get(row.key, (None, 0))
        for named in row.offices:
            if person is not None and f"{row.row}:{named.role.value}" in wanted:
                place = group_id if named.role in GROUP_SCOPED else None
                ticked.append((person, named.role, Term(since, group_id=place, title=named.title)))
    around = grants.OfficesAround([person for person, _, _ in ticked])
    new, seen = [], set()
    for person, role, term in ticked:
        held = (person.id, role, term.group_id)
        if held not in seen and not around.same_in_force(person, role, term):
            new.append((person, role, term))
        seen.add(held)
    if act.actor_id is not None:
        asked = [
            WantedRight(kind=RightKind.OFFICE_GIVEN, person_id=person.id, role=role, term=term, import_id=staged.id)
            for person, role, term in new
        ]
        rights.ask_offices(asked, around, office, _keyless(act))
        return 0
    if not grants.may_operator(village, act):
        return len(new)
    grants.give_all_first(new, around, act)
    return 0
