"""The rows of a roll as they are written, before anything that could mean two things is settled. No identity number."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from consult.domain.people.roll.sheets import Problem

LINES = 2_000_000
"""More than any sheet has: a row's number is its line, and so many for each table before its own."""
TABLES_BESIDE = 8


class RawRow(NamedTuple):
    """One person as written. None in a field: the sheet has no such column."""

    number: int
    """Line, table and sheet in one number; see `number_of`."""
    table: int
    """The position of its table in `RawRoll.tables`."""
    section: str
    """A heading inside the sheet under which the row stands, where no column says the group."""
    group: str
    household: str
    head: str
    """The name of the household's head, where the sheet has a column for it."""
    name: str
    odd: str
    """unseen or private: the characters of the name at which the clerk looks."""
    relation: str | None
    sex: str | None
    born: str
    """The dates it may be, joined by a bar; a month alone as 1962-03."""
    born_written: str
    born_in_identity: str
    phone: str | None
    residence: str | None
    offices: str
    party: str | None
    collective: str | None
    death: str
    """The words that may say that the person has died."""
    group_day: str
    household_day: str
    """The day that the spreadsheet made of a code."""
    twin: int
    """The number of an earlier row with the same identity number; 0: there is none."""


class Table(NamedTuple):
    """One table of a sheet, and which of the columns it has."""

    sheet: str
    has_groups: bool
    has_households: bool


class Unread(NamedTuple):
    """A part of the file that was not read: a row, the rest of a long cell, some columns, or a sheet, with its words."""

    what: str
    sheet: str
    line: int
    words: str


@dataclass
class RawRoll:
    """The result of reading a file. With a problem nothing of it is kept."""

    rows: list[RawRow] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def as_json(self) -> str:
        """Return rows, tables and what was not read as JSON."""
        return json.dumps([self.rows, self.tables, self.unread], ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, content: str) -> "RawRoll":
        """Return what `as_json` was made of."""
        rows, tables, unread = json.loads(content)
        return cls(_each(RawRow, rows), _each(Table, tables), _each(Unread, unread))


def _each(kind: Any, rows: Sequence[Sequence[Any]]) -> list[Any]:
    return [kind(*row) for row in rows]


def number_of(line: int, *, sheet: int, beside: int) -> int:
    """Return the number of a row: of the first table of the first sheet it is its line."""
    return (sheet * TABLES_BESIDE + beside) * LINES + line


def line_of(number: int) -> int:
    """Return the line that the spreadsheet shows for a row."""
    return number % LINES


def sheet_of(number: int) -> int:
    """Return the position of the sheet in which a row stands."""
    return number // LINES // TABLES_BESIDE
