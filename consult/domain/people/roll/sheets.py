"""One person as a roll gives them, reasons not to import a file, and notes on rows that were taken as written."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from consult.domain.people.roles import Office


class Expected(StrEnum):
    """The thing that was expected in a cell, or of the file."""

    HEADER = "header"
    COLUMN = "column"
    PEOPLE = "people"
    READABLE_FILE = "readable_file"
    SMALLER_FILE = "smaller_file"
    QUIETER_MOMENT = "quieter_moment"
    INTERRUPTED = "interrupted"
    """The server was started anew while the file was read."""


class Noted(StrEnum):
    """The notes on rows that were taken as written, or left out."""

    RETURNED = "returned"
    AWAITED = "awaited"
    NO_HEAD = "no_head"
    LEFT_OUT = "left_out"
    """By an answer of the clerk."""


@dataclass(frozen=True)
class Problem:
    """A reason not to import: where it is, and what was expected there. Never what stood there."""

    expected: Expected
    sheet: str = ""
    row: int = 0
    column: str = ""


@dataclass(frozen=True)
class RollNote:
    """A note on one row."""

    noted: Noted
    row: int
    name: str
    shown: str = ""


@dataclass(frozen=True)
class RollRow:
    """One person as a roll gives them. `row` is the number of `roll.raw_rows`: of a roll on one sheet, its line.

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
