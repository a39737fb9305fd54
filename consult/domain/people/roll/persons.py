"""Settle what each row of a roll says of its person: name, birth, offices, membership, phone."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from consult.domain.people.people import HEAD_OF_HOUSEHOLD
from consult.domain.people.roles import SHOWN_IN_ORDER, Office, Role
from consult.domain.people.roll import questions as asking
from consult.domain.people.roll.dates import EARLIEST, births
from consult.domain.people.roll.places import AS, Place
from consult.domain.people.roll.questions import Question, QuestionKind, Questions, typed
from consult.domain.people.roll.raw_rows import RawRow
from consult.domain.people.roll.reading import LONGEST_NAME
from consult.domain.people.roll.sheets import Noted, RollNote, RollRow
from consult.domain.people.roll.words import Answers, office_words, words
from consult.domain.phone_numbers import phone_number

PARTY_TITLE = "中共党员"
OFFERED_OFFICES = (*(role.value for role in SHOWN_IN_ORDER), asking.NONE)
OF_A_PERSON = frozenset(
    {
        QuestionKind.ROW_NAME,
        QuestionKind.NAME_CHARACTERS,
        QuestionKind.ROW_BORN,
        QuestionKind.BORN_CENTURY,
        QuestionKind.BORN_TWO,
        QuestionKind.BORN_DAY,
        QuestionKind.OFFICE_WORD,
        QuestionKind.PARTY_WORD,
        QuestionKind.MEMBER_WORD,
        QuestionKind.HEAD_WORD,
        QuestionKind.PHONE,
    }
)
"""Questions that nobody needs to answer about a person who has died: the row is not taken in."""
Births = Mapping[tuple[str, str], list[date]]
"""The dates of birth of the people on the roll, by household and name."""


@dataclass
class Persons:
    """Makes people of rows, one after another; those left out by an answer are noted."""

    questions: Questions
    known: Births
    today: date
    rows: list[RollRow] = field(default_factory=list)
    left_out: list[RollNote] = field(default_factory=list)
    dead: list[RollRow] = field(default_factory=list)

    def add(self, row: RawRow, place: Place | None) -> None:
        """Settle one row. Without a household, a name or a birth it is left out, and noted."""
        name = self._name(row)
        born = self._born(row, name or "", place)
        if self._is_left(row):
            self.left_out.append(RollNote(Noted.LEFT_OUT, row.number, row.name))
            return
        facts = RollRow(
            row.number,
            "",
            "",
            row.name,
            EARLIEST,
            relation=self._relation(row),
            sex=row.sex,
            phone=self._phone(row),
            phone_given=row.phone is not None,
            residence=row.residence,
            offices=self._offices(row),
            collective_member=self._says(QuestionKind.MEMBER_WORD, row.collective, words().collective, row),
        )
        dead = self._is_dead(row)
        if dead:
            self.questions.drop_row(row.number, OF_A_PERSON)
        if place is None or name is None or born is None:
            self.left_out.append(RollNote(Noted.LEFT_OUT, row.number, row.name))
            return
        person = replace(facts, group=place.group, household=place.household, name=name, born=born)
        if dead:
            self.dead.append(person)
            self.left_out.append(RollNote(Noted.LEFT_OUT, row.number, name))
        else:
            self.rows.append(person)

    def _is_left(self, row: RawRow) -> bool:
        """Tell whether the clerk said to leave a row out: nothing else is asked about it then."""
        kinds = (QuestionKind.ROW_HOUSEHOLD, QuestionKind.ROW_NAME, QuestionKind.ROW_BORN)
        asked = [self.questions.asked.get(asking.key_of(kind, str(row.number))) for kind in kinds]
        return any(question is not None and question.answer == asking.LEAVE for question in asked)

    def _name(self, row: RawRow) -> str | None:
        if _read_name(row.name) is None:
            question = Question(
                QuestionKind.ROW_NAME, (str(row.number),), (asking.LEAVE,), {"name": row.name or row.household}
            )
            return typed(self.questions.ask(question, row=row.number, name=row.name, read=_read_name))
        if not row.odd:
            return row.name
        question = Question(
            QuestionKind.NAME_CHARACTERS,
            (str(row.number), row.name),
            (asking.WRITTEN,),
            {"name": row.name, "odd": row.odd},
        )
        return typed(self.questions.ask(question, row=row.number, name=row.name, read=_read_name)) or row.name

    def _born(self, row: RawRow, name: str, place: Place | None) -> date | None:
        """Return the date of birth; None where it is left out, or not answered for."""
        dates = [one for one in row.born.split("|") if self._is_possible(one)]
        inside = row.born_in_identity if self._is_possible(row.born_in_identity) else ""
        if not dates:
            return date.fromisoformat(inside) if inside else self._unreadable(row)
        if len(dates) > 1:
            return self._by_century(row, dates, inside)
        if len(dates[0]) == 7:
            return self._by_month(row, dates[0], inside, (name, place))
        if inside and inside != dates[0]:
            shown = {"name": row.name, "cell": dates[0], "identity": inside}
            question = Question(QuestionKind.BORN_TWO, (str(row.number),), (asking.CELL, asking.IDENTITY), shown)
            answer = self.questions.ask(question, row=row.number, name=row.name)
            return date.fromisoformat(inside if answer == asking.IDENTITY else dates[0])
        return date.fromisoformat(dates[0])

    def _is_possible(self, iso: str) -> bool:
        return bool(iso) and EARLIEST <= _first_day(iso) <= self.today

    def _unreadable(self, row: RawRow) -> date | None:
        shown = {"name": row.name, "written": row.born_written}
        question = Question(QuestionKind.ROW_BORN, (str(row.number),), (asking.LEAVE,), shown)
        answer = typed(self.questions.ask(question, row=row.number, name=row.name, read=self._read_day))
        return date.fromisoformat(answer) if answer else None

    def _by_century(self, row: RawRow, dates: list[str], inside: str) -> date:
        agreed = [one for one in dates if inside.startswith(one)]
        if inside and agreed:
            return date.fromisoformat(inside)
        options = tuple(f"{one[:2]}00" for one in dates)
        shown = {"name": row.name, "written": row.born_written, "first": dates[0][:4], "second": dates[-1][:4]}
        question = Question(QuestionKind.BORN_CENTURY, (str(row.number),), options, shown)
        answer = self.questions.ask(question, row=row.number, name=row.name)
        meant = next((one for one in dates if answer is not None and one.startswith(answer[:2])), dates[0])
        return _first_day(meant)

    def _by_month(self, row: RawRow, month: str, inside: str, who: tuple[str, Place | None]) -> date:
        """Return the day in a month: of the identity number, of the roll before, else as the clerk says."""
        name, place = who
        if inside.startswith(month):
            return date.fromisoformat(inside)
        before = self.known.get((place.household, name), []) if place else []
        if len(before) == 1 and before[0].isoformat().startswith(month):
            return before[0]
        question = Question(
            QuestionKind.BORN_DAY, (str(row.number),), (asking.FIRST,), {"name": row.name, "month": month}
        )
        answer = typed(self.questions.ask(question, row=row.number, name=row.name, read=self._read_day))
        return date.fromisoformat(answer) if answer else _first_day(month)

    def _read_day(self, text: str) -> str | None:
        found = births(text, today=self.today)
        if len(found) != 1 or not found[0][1] or not self._is_possible(found[0][0].isoformat()):
            return None
        return found[0][0].isoformat()

    def _relation(self, row: RawRow) -> str | None:
        if row.relation is None:
            return None
        bare = re.sub(r"\s", "", row.relation)
        if bare not in words().head:
            return bare
        question = Question(QuestionKind.HEAD_WORD, (bare,), (asking.YES, asking.NO), {"word": bare})
        answer = self.questions.ask(question, row=row.number, name=row.name)
        return HEAD_OF_HOUSEHOLD if answer == asking.YES else bare

    def _phone(self, row: RawRow) -> str | None:
        text = row.phone or ""
        if not text or text in words().no_office:
            return None
        if phone := phone_number(text):
            return phone
        parts = [phone_number(part) for part in re.split(r"[/、,，;；\s]+", text)]
        options = (*dict.fromkeys(AS + part for part in parts if part), asking.EMPTY)
        shown = {"name": row.name, "written": text}
        question = Question(QuestionKind.PHONE, (str(row.number),), options, shown)
        answer = self.questions.ask(question, row=row.number, name=row.name, read=phone_number)
        if answer is not None and answer.startswith(AS):
            return answer.removeprefix(AS)
        return typed(answer)

    def _offices(self, row: RawRow) -> tuple[Office, ...]:
        found: list[Office] = []
        for word in office_words(row.offices):
            role = words().offices.get(word)
            if role is None:
                question = Question(QuestionKind.OFFICE_WORD, (word,), OFFERED_OFFICES, {"word": word})
                answer = self.questions.ask(question, row=row.number, name=row.name)
                role = None if answer in (None, asking.NONE) else Role(answer)
            if role is not None and role not in {one.role for one in found}:
                found.append(Office(role, word))
        if self._says(QuestionKind.PARTY_WORD, row.party, words().party, row) and all(
            one.role is not Role.PARTY_MEMBER for one in found
        ):
            found.append(Office(Role.PARTY_MEMBER, PARTY_TITLE))
        return tuple(found)

    def _says(self, kind: QuestionKind, text: str | None, known: Answers, row: RawRow) -> bool | None:
        """Return what the word of a column says. An empty cell says nothing."""
        word = re.sub(r"\s", "", text or "")
        if not word:
            return None
        said = known.of(word)
        if said is None:
            question = Question(kind, (word,), (asking.YES, asking.NO), {"word": word})
            answer = self.questions.ask(question, row=row.number, name=row.name)
            said = None if answer is None else answer == asking.YES
        return said

    def _is_dead(self, row: RawRow) -> bool:
        if not row.death:
            return False
        question = Question(
            QuestionKind.DEATH,
            (str(row.number), row.death),
            (asking.DEAD, asking.ALIVE),
            {"name": row.name, "written": row.death},
        )
        return self.questions.ask(question, row=row.number, name=row.name) == asking.DEAD


def _read_name(text: str) -> str | None:
    name = re.sub(r"\s", "", text)
    return name if name and not re.search(r"\d", name) and len(name) <= LONGEST_NAME else None


def _first_day(iso: str) -> date:
    return date.fromisoformat(iso if len(iso) == 10 else f"{iso}-01")
