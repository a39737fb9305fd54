"""From the sheets of a spreadsheet to the rows of a roll. No identity number ever leaves this module."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from consult.domain.people.people import phone_number
from consult.domain.people.roles import Office, Role, offices_in
from consult.domain.people.roll_dates import EARLIEST, birth_date
from consult.domain.people.roll_headers import (
    IDENTITY_NUMBER,
    NEEDED,
    Column,
    Row,
    Sheet,
    find_header,
    is_blank,
    is_total,
    plain,
)

PARTY_MEMBER = Office(Role.PARTY_MEMBER, "中共党员")
YES = ("是", "有", "√", "y", "Y", "1")


class Expected(StrEnum):
    """The thing that was expected in a cell, or of the file."""

    HEADER = "header"
    COLUMN = "column"
    GROUP = "group"
    HOUSEHOLD = "household"
    NAME = "name"
    BIRTH_DATE = "birth_date"
    BIRTH_IN_PAST = "birth_in_past"
    ONE_ROW_A_PERSON = "one_row_a_person"
    PEOPLE = "people"
    READABLE_FILE = "readable_file"
    SMALLER_FILE = "smaller_file"
    QUIETER_MOMENT = "quieter_moment"


class Doubt(StrEnum):
    """A value that was taken all the same, at which the clerk should look."""

    PHONE_UNREADABLE = "phone_unreadable"
    OFFICE_UNKNOWN = "office_unknown"
    DAY_OF_BIRTH_MISSING = "day_of_birth_missing"
    BIRTH_DATE_DIFFERS = "birth_date_differs"
    HOUSEHOLD_DIFFERS = "household_differs"
    RETURNED = "returned"
    AWAITED = "awaited"
    NO_HEAD = "no_head"


@dataclass(frozen=True)
class Problem:
    """A reason not to import: where it is, and what was expected there. Never what stood there."""

    expected: Expected
    sheet: str = ""
    row: int = 0
    column: str = ""


@dataclass(frozen=True)
class RollQuestion:
    """A doubt about one row, for the clerk."""

    doubt: Doubt
    row: int
    name: str
    shown: str = ""


@dataclass(frozen=True)
class RollRow:
    """One person as a roll gives them. `row` is the number that the spreadsheet shows.

    None in a field: the roll has no such column.
    """

    row: int
    group: str
    household: str
    name: str
    born: date
    relation: str | None = None
    sex: str | None = None
    phone: str | None = None
    phone_given: bool = False
    residence: str | None = None
    offices: tuple[Office, ...] = ()
    collective_member: bool | None = None

    @property
    def key(self) -> tuple[str, str, date]:
        """Return household, name and date of birth, which identify a person on a roll."""
        return self.household, self.name, self.born

    def as_json(self) -> dict[str, Any]:
        """Return the row as JSON can hold it."""
        content = asdict(self) | {"born": self.born.isoformat()}
        return content | {"offices": [[o.role.value, o.title] for o in self.offices]}

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> "RollRow":
        """Return the row that `as_json` was made of."""
        offices = tuple(Office(Role(role), title) for role, title in content["offices"])
        return cls(**content | {"born": date.fromisoformat(content["born"]), "offices": offices})


@dataclass
class Reading:
    """The result of reading a file: rows, questions, problems. With a problem nothing is imported."""

    rows: list[RollRow] = field(default_factory=list)
    questions: list[RollQuestion] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_roll_sheets(sheets: Sequence[Sheet], *, today: date) -> Reading:
    """Find the roll among the sheets and read it. `today` bounds dates of birth."""
    found = find_header(sheets)
    if found is None:
        return Reading(problems=[Problem(Expected.HEADER, sheet="、".join(name for name, _ in sheets))])
    sheet, header, columns = found
    missing = [column for column in NEEDED if column not in columns]
    if missing:
        return Reading(problems=[Problem(Expected.COLUMN, sheet, header + 1, column.value) for column in missing])
    reading = Reading()
    _Reader(sheet, columns, today, reading).take(next(rows for name, rows in sheets if name == sheet), header)
    if not reading.rows and not reading.problems:
        reading.problems.append(Problem(Expected.PEOPLE, sheet, header + 1))
    reading.problems += list(_doubles(sheet, reading.rows))
    return reading


def _doubles(sheet: str, rows: Sequence[RollRow]) -> Iterator[Problem]:
    seen: set[tuple[str, str, date]] = set()
    for row in rows:
        if row.key in seen:
            yield Problem(Expected.ONE_ROW_A_PERSON, sheet, row.row, Column.NAME.value)
        seen.add(row.key)


class _Reader:
    """Read one sheet from its header down, carrying household and group from merged cells."""

    def __init__(self, sheet: str, columns: dict[Column, int], today: date, reading: Reading) -> None:
        self.sheet, self.columns, self.today, self.reading = sheet, columns, today, reading
        self.group = self.household = ""

    def take(self, rows: Sequence[Row], header: int) -> None:
        for position, row in enumerate(rows[header + 1 :], header + 2):
            if is_blank(row):
                self.group = self.household = ""
            elif not is_total(row, self.columns):
                self._row(position, row)

    def _cell(self, row: Row, column: Column) -> Any:
        position = self.columns.get(column)
        return row[position] if position is not None and position < len(row) else None

    def _text(self, row: Row, column: Column) -> str | None:
        """Return a cell's words without any identity number; None where the roll has no such column."""
        if column not in self.columns:
            return None
        return IDENTITY_NUMBER.sub("", plain(self._cell(row, column)).removeprefix("'")).strip()

    def _row(self, number: int, row: Row) -> None:
        household = re.sub(r"\s", "", self._text(row, Column.HOUSEHOLD) or "")
        group = re.sub(r"\s", "", self._text(row, Column.GROUP) or "")
        if household and household != self.household:
            self.household, self.group = household, group or self.group
        elif group:
            self.group = group
        name = re.sub(r"\s", "", self._text(row, Column.NAME) or "")
        born = birth_date(self._cell(row, Column.BORN))
        problem = self._problem(name, born)
        if problem is not None:
            expected, column = problem
            self.reading.problems.append(Problem(expected, self.sheet, number, column.value))
        elif born is not None:
            self._person(number, row, name, born)

    def _problem(self, name: str, born: tuple[date, bool] | None) -> tuple[Expected, Column] | None:
        if not self.household:
            return Expected.HOUSEHOLD, Column.HOUSEHOLD
        if not self.group:
            return Expected.GROUP, Column.GROUP
        if not name or re.search(r"\d", name) or len(name) > 40:
            return Expected.NAME, Column.NAME
        if born is None:
            return Expected.BIRTH_DATE, Column.BORN
        return None if EARLIEST <= born[0] <= self.today else (Expected.BIRTH_IN_PAST, Column.BORN)

    def _person(self, number: int, row: Row, name: str, born: tuple[date, bool]) -> None:
        if not born[1]:
            self._ask(Doubt.DAY_OF_BIRTH_MISSING, number, name)
        self.reading.rows.append(
            RollRow(
                number,
                self.group,
                self.household,
                name,
                born[0],
                relation=self._text(row, Column.RELATION),
                sex=self._text(row, Column.SEX),
                phone=self._phone(number, row, name),
                phone_given=Column.PHONE in self.columns,
                residence=self._text(row, Column.RESIDENCE),
                offices=self._offices(number, row, name),
                collective_member=self._collective(row),
            )
        )

    def _phone(self, number: int, row: Row, name: str) -> str | None:
        text = self._text(row, Column.PHONE)
        phone = phone_number(text) if text else None
        if text and phone is None:
            self._ask(Doubt.PHONE_UNREADABLE, number, name)
        return phone

    def _offices(self, number: int, row: Row, name: str) -> tuple[Office, ...]:
        known, unknown = offices_in(self._text(row, Column.OFFICES) or "")
        for words in unknown:
            self._ask(Doubt.OFFICE_UNKNOWN, number, name, words)
        party = self._text(row, Column.PARTY) or ""
        if ("党员" in party or party in YES) and PARTY_MEMBER.role not in {o.role for o in known}:
            known.append(PARTY_MEMBER)
        return tuple(known)

    def _collective(self, row: Row) -> bool | None:
        text = self._text(row, Column.COLLECTIVE)
        return None if text is None else text in YES

    def _ask(self, doubt: Doubt, number: int, name: str, shown: str = "") -> None:
        self.reading.questions.append(RollQuestion(doubt, number, name, shown))
