"""The roll: read a clerk's file, compare it with the known people, and import it whole or not at all."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from consult.domain import versions
from consult.domain.audit import Tag
from consult.domain.people import roll_changes, roll_sheets
from consult.domain.people.people import DepartureKind, age_on, masked_phone
from consult.domain.people.roles import TITLES, Role, in_force
from consult.domain.people.roll_changes import Changes, Known
from consult.domain.people.roll_headers import EXPORTED
from consult.domain.people.roll_sheets import Expected, Problem, Reading, RollQuestion, RollRow
from consult.domain.refusals import Reason, Refused
from consult.models import Departure, Group, Household, Person, RoleGrant, RollImport, Village, db
from consult.models.people import lock_queries
from consult.services.core import audit, crypto, transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.people import grants, villages
from consult.services.people.roll import roll_files, roll_rights, roll_writing

STAGED = "roll"
"""The part of a preview's version: what its file would change."""


@dataclass(frozen=True)
class Preview:
    """The rows of a staged file and their effects if it is confirmed."""

    rows: Sequence[RollRow]
    changes: Changes
    questions: Sequence[RollQuestion]
    """Those of the file and those of the comparison."""

    @property
    def offices(self) -> list[tuple[str, RollRow, str]]:
        """Return every office the file names: its key on the form, its row, its title."""
        return [(f"{row.row}:{o.role.value}", row, o.title) for row in self.rows for o in row.offices]


def shown_parts(seen: Preview) -> dict[str, object]:
    """Return what the preview of a file shows: whom it adds, changes and misses in the roll of that moment."""
    changes = seen.changes
    return {
        STAGED: [
            [row.row for row in changes.new],
            [[row.row, person.id, list(fields)] for row, person, fields in changes.changed],
            [person.id for person in changes.gone],
            [[question.doubt.value, question.row] for question in seen.questions],
        ]
    }


def read_file(data: bytes, filename: str, *, today: date) -> Reading:
    """Read an upload. What cannot be read is a problem among the others, never an exception."""
    try:
        return roll_sheets.read_roll_sheets(roll_files.sheets_in(data, filename), today=today)
    except roll_files.TooLarge:
        return Reading(problems=[Problem(Expected.SMALLER_FILE, filename)])
    except roll_files.UnreadableRoll:
        return Reading(problems=[Problem(Expected.READABLE_FILE, filename)])
    except roll_files.Busy:
        return Reading(problems=[Problem(Expected.QUIETER_MOMENT, filename)])


def stage(reading: Reading, filename: str, act: Act) -> RollImport:
    """Keep a reading, encrypted, until the clerk confirms it. It is encrypted before anything is locked."""
    content = {
        "rows": [row.as_json() for row in reading.rows],
        "questions": [[q.doubt.value, q.row, q.name, q.shown] for q in reading.questions],
    }
    return _keep(crypto.seal(json.dumps(content)), filename, act)


@atomic
def _keep(cipher: str, filename: str, act: Act) -> RollImport:
    staged = RollImport(
        village_id=act.village_id,
        filename=filename[:120],
        rows_cipher=cipher,
        uploaded_by=act.actor_id,
        uploaded_at=act.now,
    )
    db.session.add(staged)
    db.session.flush()
    return staged


def preview(staged: RollImport) -> Preview:
    """Return what a staged file would change in the roll as it stands at this moment."""
    content = json.loads(crypto.unseal(staged.rows_cipher))
    rows = [RollRow.from_json(row) for row in content["rows"]]
    changes = roll_changes.compare(rows, known_people(staged.village_id))
    locked = lock_queries.locked_of(staged.village_id)  # they are in no export, so a roll without them says nothing
    changes.gone = [one for one in changes.gone if one.id not in locked]
    asked = [
        RollQuestion(roll_sheets.Doubt(doubt), row, name, shown) for doubt, row, name, shown in content["questions"]
    ]
    return Preview(rows, changes, sorted(asked + changes.questions, key=lambda q: q.row))


@atomic
def confirm(
    staged: RollImport,
    offices: Collection[str] | None,
    act: Act,
    *,
    office: str = Role.CLERK.value,
    vote_runs: bool = False,
) -> Changes | None:
    """Take a staged file in, with the offices the clerk ticked (None: all). Return None where it was taken in before.

    Offices, and what decides who votes and for whom of people known before, wait for a second officer, unless the
    operator takes the file in; once the village runs, new people do too.

    `office` is the one by which the actor asks for them; while a vote runs first numbers wait too. Raises Refused.
    """
    village = villages.locked(staged.village_id)  # two files taken in at once would add the same people twice
    transactions.lock(staged)
    if staged.confirmed_at is not None:
        return None
    seen = preview(staged)
    if versions.changed(act.seen, shown_parts(seen)):  # another file was taken in since: the clerk looks anew
        raise Refused(Reason.ROLL_CHANGED)
    roll_rights.refuse_what_one_may_not(seen.changes, act, on=villages.local_day(village, act.now))
    roll_rights.hold(seen.changes)
    runs = act.actor_id is not None and grants.runs(village)
    written = roll_writing.write_roll(village, seen.rows, seen.changes, act, runs=runs)
    ask = roll_rights.Asking(staged, office, act)
    new = roll_rights.hold_new(ask, seen.changes, written.newcomers, runs=runs) if act.actor_id is not None else []
    if runs:
        roll_rights.ask_to_join(ask, new, seen.changes)
    roll_rights.first_numbers(ask, written.newcomers, vote_runs=vote_runs)
    here = seen.changes
    if runs:
        here = roll_rights.without_the_returning(roll_rights.without_half_heads(seen.changes))
    numbers = roll_rights.change_numbers(ask, here, vote_runs=vote_runs)
    roll_rights.change_households(ask, here, written.households)
    roll_rights.change_who_votes(ask, here, written)
    wanted = {key for key, _, _ in seen.offices} if offices is None else set(offices)
    roll_rights.give_offices(staged, seen.rows, wanted, office, act)
    staged.confirmed_at, staged.rows_cipher = act.now, ""
    audit.record(
        Tag.ROLL_IMPORTED,
        f"roll_import:{staged.id}",
        act,
        people=len(seen.rows),
        new=len(seen.changes.new),
        changed=len(seen.changes.changed),
        gone=len(seen.changes.gone),
        numbers=numbers,
    )
    return seen.changes


def known_people(village_id: int) -> list[Known]:
    """Return all people the roll has ever had, in its order, with phone numbers in the clear for comparison."""
    query = (  # columns, no records: a large roll is read while the village is locked
        select(
            Person.id,
            Group.name.label("group"),
            Household.code,
            Person.name,
            Person.born,
            Person.relation,
            Person.sex,
            Person.phone_cipher,
            Person.residence,
            Person.collective_member,
            Departure.kind.label("departed"),
        )
        .join(Household, Household.id == Person.household_id)
        .join(Group, Group.id == Household.group_id)
        .outerjoin(Departure, Departure.person_id == Person.id)
        .where(Person.village_id == village_id)
        .order_by(Person.roll_position, Person.id)
    )
    return [
        Known(
            id=p.id,
            group=p.group,
            household=p.code,
            name=p.name,
            born=p.born,
            relation=p.relation,
            sex=p.sex,
            phone=crypto.unseal(p.phone_cipher) if p.phone_cipher else None,
            residence=p.residence,
            collective_member=p.collective_member,
            departed=p.departed is not None,
            awaited=p.departed is DepartureKind.AWAITED,
        )
        for p in db.session.execute(query)
    ]


def left_out(seen: Preview, officer: Person, *, on: date) -> roll_rights.LeftOut:
    """Return what a roll names and this officer's confirmation of it does not ask for."""
    village = db.session.get_one(Village, officer.village_id)
    return roll_rights.left_out(seen.rows, seen.changes, officer, runs=grants.runs(village), on=on)


def export(village: Village, *, today: date, in_full: bool = True) -> list[tuple[str, ...]]:
    """Return the roll as rows of a spreadsheet, headings first, without people who moved, died, or locked their data.

    In full it can be imported again. Otherwise there are ages instead of birthdays, and numbers are masked.
    """
    titles: dict[int, list[str]] = {}
    for grant in db.session.scalars(select(RoleGrant).where(RoleGrant.village_id == village.id).order_by(RoleGrant.id)):
        if in_force(grant.since, grant.until, ended=grant.ended_at is not None, on=today):
            titles.setdefault(grant.person_id, []).append(grant.title or TITLES[grant.role])
    locked = lock_queries.locked_of(village.id)
    rows = [
        (
            p.group,
            p.household,
            p.name,
            p.relation,
            p.sex,
            p.born.isoformat() if in_full else str(age_on(p.born, today)),
            (p.phone if in_full else p.phone and masked_phone(p.phone)) or "",
            p.residence,
            "、".join(titles.get(p.id, ())),
        )
        for p in known_people(village.id)
        if not p.departed and p.id not in locked
    ]
    headings = EXPORTED if in_full else tuple("年龄" if name == "出生日期" else name for name in EXPORTED)
    return [headings, *rows]
