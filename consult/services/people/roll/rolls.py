"""The roll: read a clerk's file, compare it with the known people, and import it whole or not at all."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

from flask import Flask, current_app
from sqlalchemy import Select, select

from consult.domain import versions
from consult.domain.audit import Tag
from consult.domain.people.people import DepartureKind, age_on
from consult.domain.people.roles import TITLES, Role, in_force
from consult.domain.people.roll.changes import Changes, Known
from consult.domain.people.roll.headers import EXPORTED
from consult.domain.people.roll.questions import Question, QuestionKind, WordKind, key_of
from consult.domain.people.roll.raw_rows import RawRoll, Unread
from consult.domain.people.roll.settling import settle
from consult.domain.people.roll.sheets import Expected, Problem, RollNote, RollRow
from consult.domain.people.sign_ins import SENT_AGAIN
from consult.domain.phone_numbers import masked_phone
from consult.domain.refusals import Reason, Refused
from consult.models import Departure, Group, Household, Person, RoleGrant, RollImport, RollWord, Village, db
from consult.models.people import lock_queries
from consult.services.core import audit, crypto, transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.people import grants, villages
from consult.services.people.roll import long_readings, roll_files, roll_rights, roll_writing
from consult.services.people.roll.long_readings import LongReading
from consult.services.people.roll.roll_files import FileRead

MEMBER, NOT_MEMBER = "是", "否"
"""The words of an exported roll for membership in the collective, as an import reads them."""
STAGED = "roll"
"""The part of a preview's version: what its file would change."""


@dataclass(frozen=True)
class Preview:
    """The rows of a staged file and their effects if it is confirmed."""

    rows: Sequence[RollRow]
    changes: Changes
    questions: Sequence[Question]
    """Those with an answer, and those without."""
    notes: Sequence[RollNote]
    """Rows that were taken as written, and those left out by an answer."""
    unread: Sequence[Unread]
    sheets: Sequence[str]
    """The names of the sheets, by their positions."""

    @property
    def open(self) -> Sequence[Question]:
        """Return the questions without an answer: nothing is taken in before."""
        return [question for question in self.questions if question.answer is None]

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
            [[note.noted.value, note.row] for note in seen.notes],
            [[question.id, question.answer or ""] for question in seen.questions],
        ]
    }


def read_file(data: bytes, filename: str, *, today: date) -> FileRead:
    """Read an upload, however long it takes. What cannot be read is a problem among the others, never an exception."""
    return roll_files.read(data, filename, today=today)


def stage_upload(data: bytes, filename: str, act: Act, *, today: date) -> RollImport | FileRead:
    """Read an upload and keep it until the clerk confirms it; one that takes long is kept empty, and filled later.

    Return what was read where it has problems: nothing is kept then.
    """
    reading = LongReading(data, filename, today=today)
    file = reading.wait()
    if file is not None and file.problems:
        return file
    if file is not None:
        return _staged_before(file, filename, act) or stage(file, filename, act)
    staged = _keep("", filename, act, reading=True)
    app = cast(Flask, current_app._get_current_object())  # type: ignore[attr-defined]
    reading.hand_over(app, staged.id, _fill)
    return staged


def _staged_before(file: FileRead, filename: str, act: Act) -> RollImport | None:
    """Return what the same upload staged a moment ago, by the same person with the same rows: its answer was lost.

    A long reading has no rows to compare yet; its file is staged once more.
    """
    query = select(RollImport).where(
        RollImport.village_id == act.village_id,
        RollImport.uploaded_by == act.actor_id,
        RollImport.filename == filename[:120],
        RollImport.uploaded_at > act.now - SENT_AGAIN,
        RollImport.confirmed_at.is_(None),
        RollImport.rows_cipher != "",
    )
    staged = db.session.scalars(query.order_by(RollImport.id.desc())).all()
    return next((one for one in staged if crypto.unseal(one.rows_cipher) == file.content), None)


def stage(file: FileRead, filename: str, act: Act) -> RollImport:
    """Keep what was read, encrypted, until the clerk confirms it. It is encrypted before anything is locked."""
    return _keep(crypto.seal(file.content), filename, act)


@atomic
def _keep(cipher: str, filename: str, act: Act, *, reading: bool = False) -> RollImport:
    staged = RollImport(
        village_id=act.village_id,
        filename=filename[:120],
        rows_cipher=cipher,
        answers_cipher="",
        people_read=0,
        reading_seen_at=act.now if reading else None,
        problems=[],
        uploaded_by=act.actor_id,
        uploaded_at=act.now,
    )
    db.session.add(staged)
    db.session.flush()
    return staged


@atomic
def discard(staged_id: int) -> None:
    """Remove a file that was staged and is not taken in: nobody will look at it again. One that was taken in stays."""
    staged = db.session.get_one(RollImport, staged_id)
    transactions.lock(staged)
    if staged.confirmed_at is None:
        db.session.delete(staged)


def _fill(staged_id: int, file: FileRead) -> None:
    """Keep what was read in an import that was staged empty."""
    cipher = "" if file.problems else crypto.seal(file.content)
    with transactions.writing():
        staged = db.session.get_one(RollImport, staged_id)
        transactions.lock(staged)
        staged.rows_cipher, staged.reading_seen_at = cipher, None
        staged.problems = [[one.expected.value, one.sheet, one.row, one.column] for one in file.problems]


def is_reading(staged: RollImport, act: Act) -> bool:
    """Tell whether a file is still being read."""
    return staged.reading_seen_at is not None and not long_readings.is_lost(staged, now=act.now)


def problems_of(staged: RollImport) -> Sequence[Problem]:
    """Return why a staged file cannot be taken in; none where it can. One whose rows are gone was not read to its end."""
    if staged.problems:
        return [Problem(Expected(expected), *where) for expected, *where in staged.problems]
    return [] if staged.rows_cipher else [Problem(Expected.INTERRUPTED, staged.filename)]


def preview(staged: RollImport) -> Preview:
    """Return what a staged file would change in the roll as it stands at this moment, by the answers so far."""
    roll = RawRoll.from_json(crypto.unseal(staged.rows_cipher))
    village = db.session.get_one(Village, staged.village_id)
    settled = settle(
        roll,
        known_people(staged.village_id),
        answers_of(staged),
        today=villages.local_day(village, staged.uploaded_at),
        remembered=words_of(staged.village_id),
    )
    changes = settled.changes
    locked = lock_queries.locked_of(staged.village_id)  # they are in no export, so a roll without them says nothing
    changes.gone = [one for one in changes.gone if one.id not in locked]
    waiting = {row for question in settled.open for row in question.rows}
    left_out = [note for note in settled.left_out if note.row not in waiting]
    notes = sorted([*left_out, *changes.notes], key=lambda note: note.row)
    sheets = list(dict.fromkeys(table.sheet for table in roll.tables))
    return Preview(
        rows=settled.rows,
        changes=changes,
        questions=settled.questions,
        notes=notes,
        unread=roll.unread,
        sheets=sheets,
    )


def answers_of(staged: RollImport) -> dict[str, str]:
    """Return the answers that the clerk has given so far, by the keys of their questions."""
    return dict(json.loads(crypto.unseal(staged.answers_cipher))) if staged.answers_cipher else {}


def words_of(village_id: int) -> dict[str, str]:
    """Return what clerks answered about words of the village's rolls before, by the keys of the questions."""
    words = db.session.scalars(_words(village_id))
    return {key_of(QuestionKind(one.kind.value), one.word): one.meaning for one in words}


def _words(village_id: int) -> Select[tuple[RollWord]]:
    return select(RollWord).where(RollWord.village_id == village_id)


@atomic
def answer(staged: RollImport, given: Mapping[str, str]) -> None:
    """Keep answers to questions of a staged file; an empty one takes an answer back. Raises Refused once it is taken in."""
    transactions.lock(staged)
    if staged.confirmed_at is not None:
        raise Refused(Reason.ROLL_CHANGED)
    answers = answers_of(staged) | dict(given)
    staged.answers_cipher = crypto.seal(json.dumps({key: value for key, value in answers.items() if value}))


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
    if problems_of(staged):
        raise Refused(Reason.ROLL_CHANGED)
    seen = preview(staged)
    if versions.changed(act.seen, shown_parts(seen)):  # another file was taken in since: the clerk looks anew
        raise Refused(Reason.ROLL_CHANGED)
    if seen.open:
        raise Refused(Reason.ROLL_ASKS, n=len(seen.open))
    roll_rights.refuse_what_one_may_not(seen.changes, act, on=villages.local_day(village, act.now))
    roll_rights.hold(seen.changes)
    runs = act.actor_id is not None and grants.runs(village)
    changes, names = roll_rights.without_other_names(seen.changes) if runs else (seen.changes, {})
    written = roll_writing.write_roll(village, changes.rows, changes, act, runs=runs)
    ask = roll_rights.Asking(staged, office, act)
    new = roll_rights.hold_new(ask, changes, written.newcomers, runs=runs) if act.actor_id is not None else []
    if runs:
        roll_rights.ask_to_join(ask, new, changes)
    roll_rights.first_numbers(ask, written.newcomers, vote_runs=vote_runs)
    here = changes
    if runs:
        here = roll_rights.without_the_returning(roll_rights.without_half_heads(changes))
    roll_rights.change_names(ask, names)
    numbers = roll_rights.change_numbers(ask, here, vote_runs=vote_runs)
    roll_rights.change_households(ask, here, written.households)
    roll_rights.change_who_votes(ask, here, written)
    wanted = {key for key, _, _ in seen.offices} if offices is None else set(offices)
    roll_rights.give_offices(staged, changes.rows, wanted, office, act)
    _remember(seen, act)
    staged.confirmed_at, staged.rows_cipher, staged.answers_cipher = act.now, "", ""
    audit.record(
        Tag.ROLL_IMPORTED,
        f"roll_import:{staged.id}",
        act,
        people=len(seen.rows),
        new=len(seen.changes.new),
        changed=len(seen.changes.changed),
        gone=len(seen.changes.gone),
        numbers=numbers,
        back=[] if runs else [known.id for _, known, _ in changes.changed if known.departed],
    )
    return seen.changes


def _remember(seen: Preview, act: Act) -> None:
    """Keep what the clerk answered about words, for the village's next rolls."""
    kinds = {kind.value for kind in WordKind}
    before = {(one.kind.value, one.word): one for one in db.session.scalars(_words(act.village_id))}
    for question in seen.questions:
        if question.kind.value not in kinds or question.answer is None or question.remembered:
            continue
        word = question.subject[0]
        known = before.get((question.kind.value, word))
        if known is None:
            known = RollWord(village_id=act.village_id, kind=WordKind(question.kind.value), word=word)
            db.session.add(known)
        known.meaning, known.set_by, known.set_at = question.answer, act.actor_id, act.now


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


def new_offices(seen: Preview, village: Village, *, on: date) -> set[str]:
    """Return the keys of the offices of a file that are not in force: only these are asked for."""
    return roll_rights.new_offices(village, seen.changes.rows, {key for key, _, _ in seen.offices}, on=on)


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
            MEMBER if p.collective_member else NOT_MEMBER,
        )
        for p in known_people(village.id)
        if not p.departed and p.id not in locked
    ]
    headings = EXPORTED if in_full else tuple("年龄" if name == "出生日期" else name for name in EXPORTED)
    return [headings, *rows]
