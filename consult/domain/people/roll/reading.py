"""From the sheets of a spreadsheet to the rows of a roll as written. No identity number ever leaves this module."""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from consult.domain.people.roll import lookalikes
from consult.domain.people.roll.dates import birth_in_identity, births
from consult.domain.people.roll.headers import (
    BIRTHS,
    NEEDED,
    Column,
    Header,
    Row,
    Sheet,
    column_of,
    find_header,
    is_blank,
    is_total,
    plain,
    without_identity,
)
from consult.domain.people.roll.raw_rows import TABLES_BESIDE, RawRoll, RawRow, Table, Unread, number_of
from consult.domain.people.roll.sheets import Expected, Problem
from consult.domain.people.roll.words import tells_of_death

LONGEST_WORDS = 60
LONGEST_NAME = 40
LONGEST_CELL = 200
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DAYS_MADE_OF_CODES = (
    r"(?P<y>\d{4})[-/](?P<m>\d{1,2})[-/](?P<d>\d{1,2})(?: 00:00(?::00)?)?",
    r"(?P<m>\d{1,2})月(?P<d>\d{1,2})日",
    rf"(?P<d>\d{{1,2}})-(?P<n>{'|'.join(MONTHS)})",
    rf"(?P<n>{'|'.join(MONTHS)})-(?P<d>\d{{1,2}})",
)
DEATH_IN_NAME = re.compile(r"\([^()]*\)")
ABOUT_OTHERS = frozenset({Column.GROUP, Column.HOUSEHOLD, Column.HEAD_NAME, Column.IDENTITY})
"""Columns whose words tell nothing of the person's own death."""
EACH = 500
"""Rows between two reports of progress."""


def read_sheets(sheets: Sequence[Sheet], *, today: date, progress: Callable[[int], None] | None = None) -> RawRoll:
    """Read every sheet that is a roll. `today` bounds years written with two figures; `progress` hears of the rows."""
    roll = RawRoll()
    headers = [(name, rows, find_header(rows)) for name, rows in sheets]
    whole = [(name, header) for name, _, header in headers if header is not None and not _missing(header.columns)]
    if not whole:
        roll.problems = list(_why_none(headers))
        return roll
    reader = _Reader(roll, today, progress or (lambda _: None))
    for name, rows, header in headers:
        if header is not None and not _missing(header.columns):
            reader.take(name, rows, header)
        elif filled := sum(not is_blank(row) for row in rows):
            roll.unread.append(Unread("sheet", name, 0, str(filled)))
    if not roll.rows:
        name, first = whole[0]
        roll.problems.append(Problem(Expected.PEOPLE, name, first.last + 1))
    return roll


def _missing(columns: dict[Column, int]) -> list[Column]:
    """Return the columns without which a sheet is no roll. A group, and a number of the household, can be asked about."""
    missing: list[Column] = []
    for column in NEEDED:
        there = column in columns
        if column is Column.NAME:
            there = there or Column.HEAD_NAME in columns
        if column is Column.BORN:
            there = any(one in columns for one in BIRTHS)
        if column is Column.HOUSEHOLD:
            there = there or Column.RELATION in columns or Column.HEAD_NAME in columns
        if not there and column is not Column.GROUP:
            missing.append(column)
    return missing


def _why_none(headers: Sequence[tuple[str, Sequence[Row], Header | None]]) -> Iterator[Problem]:
    """Return the problems of a file without a roll: what the best of its sheets lacks."""
    found = [(name, header) for name, _, header in headers if header is not None]
    if not found:
        yield Problem(Expected.HEADER, sheet="、".join(name for name, _, _ in headers))
        return
    name, header = max(found, key=lambda one: len(one[1].columns))
    for column in _missing(header.columns):
        yield Problem(Expected.COLUMN, name, header.last + 1, column.value)


class _Reader:
    """Read sheets from their headers down, carrying household and group from merged cells."""

    def __init__(self, roll: RawRoll, today: date, progress: Callable[[int], None]) -> None:
        self.roll, self.today, self.progress = roll, today, progress
        self.identities: dict[str, int] = {}
        self.sheets = 0

    def take(self, name: str, rows: Sequence[Row], header: Header) -> None:
        """Read one sheet: its tables side by side, each from its first row to its last."""
        if header.unread:
            self.roll.unread.append(Unread("columns", name, header.last + 1, _short("、".join(header.unread))))
        above = {_as_words(row) for row in rows[: header.last + 1]}
        for beside, columns in enumerate(header.blocks[:TABLES_BESIDE]):
            has = (Column.GROUP in columns, Column.HOUSEHOLD in columns)
            self.roll.tables.append(Table(name, *has))
            table = _Table(self, columns, self.sheets, beside)
            for line, row in enumerate(rows[header.last + 1 :], header.last + 2):
                if not is_blank(row) and _as_words(row) not in above and not _is_numbering(row):
                    table.row(line, row, alone=len(header.blocks) == 1)
        self.sheets += 1


class _Table:
    """Read one table; `group` and `household` are those of the row above."""

    def __init__(self, reader: _Reader, columns: dict[Column, int], sheet: int, beside: int) -> None:
        self.reader, self.roll, self.sheet, self.beside = reader, reader.roll, sheet, beside
        self.only_heads = Column.NAME not in columns
        self.columns = columns | ({Column.NAME: columns[Column.HEAD_NAME]} if self.only_heads else {})
        self.table = len(self.roll.tables) - 1
        self.group = self.household = self.head = self.section = self.group_day = self.household_day = ""

    def row(self, line: int, row: Row, *, alone: bool) -> None:
        """Read a row: a person, or something that is named as not read."""
        if self._is_header(row):
            return
        birth = self._birth(row)
        born = bool(birth[0] or birth[1] or birth[2])
        name = self._text(row, Column.NAME) or ""
        if (is_total(row) and not born) or (not name and not born):
            self._aside(line, row, alone=alone)
            return
        self._carry(row)
        self._name_cut(line, row)
        self.roll.rows.append(self._person(number_of(line, sheet=self.sheet, beside=self.beside), row, name, birth))
        if len(self.roll.rows) % EACH == 0:
            self.reader.progress(len(self.roll.rows))

    def _name_cut(self, line: int, row: Row) -> None:
        """Name the cells of a person that are longer than what is read of one."""
        for column in self.columns:
            cell = self._cell(row, column)
            words = without_identity(plain(cell)) if isinstance(cell, str) and len(cell) > LONGEST_CELL else ""
            if len(words) > LONGEST_CELL:
                sheet = self.roll.tables[self.table].sheet
                self.roll.unread.append(Unread("rest", sheet, line, _short(words[LONGEST_CELL:])))

    def _is_header(self, row: Row) -> bool:
        """Tell whether a row is the header again, at the top of a printed page."""
        if column_of(self._cell(row, Column.NAME)) not in (Column.NAME, Column.HEAD_NAME):
            return False
        same = [column for column, at in self.columns.items() if at < len(row) and column_of(row[at]) is column]
        return len(same) >= min(3, len(self.columns))

    def _aside(self, line: int, row: Row, *, alone: bool) -> None:
        """Name a row that holds no person. A group, or the heading of a section, counts for the rows below it."""
        filled = [without_identity(plain(cell)) for cell in row if plain(cell)]
        if not is_total(row):
            if Column.GROUP not in self.columns and len(filled) == 1:
                self.section = _short(re.sub(r"\s", "", filled[0]))
            self._carry(row)
        mine = any(plain(self._cell(row, column)) for column in self.columns)
        if alone or mine:
            sheet = self.roll.tables[self.table].sheet
            self.roll.unread.append(Unread("row", sheet, line, _short(" ".join(filled))))

    def _carry(self, row: Row) -> None:
        household, household_day = self._code(row, Column.HOUSEHOLD)
        group, group_day = self._code(row, Column.GROUP)
        if household:
            self.household, self.household_day = household, household_day
        if group:
            if group != self.group and not household:
                self.household = self.household_day = ""
            self.group, self.group_day = group, group_day
        self.head = self._name(row, Column.HEAD_NAME) or self.head

    def _cell(self, row: Row, column: Column) -> Any:
        position = self.columns.get(column)
        return row[position] if position is not None and position < len(row) else None

    def _text(self, row: Row, column: Column) -> str | None:
        """Return a cell's words without any identity number; None where the table has no such column."""
        if column not in self.columns:
            return None
        words = lookalikes.without_unseen(plain(self._cell(row, column)))
        return without_identity(words.removeprefix("'")).strip()[:LONGEST_CELL]

    def _code(self, row: Row, column: Column) -> tuple[str, str]:
        """Return a code without spaces, and the day where the spreadsheet made one of it."""
        words = re.sub(r"\s", "", self._text(row, column) or "")
        day = _day_of_code(self._cell(row, column)) if words else ""
        return day or words, day

    def _name(self, row: Row, column: Column) -> str:
        return re.sub(r"\s", "", self._text(row, column) or "")

    def _birth(self, row: Row) -> tuple[str, str, str]:
        """Return the dates of birth that a row may mean, the words of the cell, and the date inside its identity number."""
        inside = birth_in_identity(self._cell(row, Column.IDENTITY)) if Column.IDENTITY in self.columns else None
        cell = self._cell(row, Column.BORN)
        if Column.BORN_YEAR in self.columns and not plain(cell):
            parts = [plain(self._cell(row, c)) for c in (Column.BORN_YEAR, Column.BORN_MONTH, Column.BORN_DAY)]
            cell = "-".join(part.rstrip("年月日") for part in parts if part)
        found = births(cell, today=self.reader.today)
        written = without_identity(plain(cell))[:LONGEST_WORDS]
        dates = "|".join(day.isoformat() if exact else f"{day:%Y-%m}" for day, exact in found)
        return dates, written, inside.isoformat() if inside else ""

    def _person(self, number: int, row: Row, name: str, birth: tuple[str, str, str]) -> RawRow:
        raw = _raw(self._cell(row, Column.NAME))
        bare = re.sub(r"\s", "", name)
        for note in DEATH_IN_NAME.findall(bare):
            bare = bare.replace(note, "") if tells_of_death(note) else bare
        return RawRow(
            number=number,
            table=self.table,
            section="" if Column.GROUP in self.columns else self.section,
            group=self.group,
            household=self.household,
            head="" if self.only_heads else self.head,
            name=bare,
            odd="private" if lookalikes.has_private(raw) else "unseen" if lookalikes.has_unseen(raw.strip()) else "",
            relation="户主" if self.only_heads else self._text(row, Column.RELATION),
            sex=self._text(row, Column.SEX),
            born=birth[0],
            born_written=birth[1],
            born_in_identity=birth[2],
            phone=self._text(row, Column.PHONE),
            residence=self._text(row, Column.RESIDENCE),
            offices=self._text(row, Column.OFFICES) or "",
            party=self._text(row, Column.PARTY),
            collective=self._text(row, Column.COLLECTIVE),
            death=self._death(row),
            group_day=self.group_day,
            household_day=self.household_day,
            twin=self._twin(number, row),
        )

    def _death(self, row: Row) -> str:
        others = {self.columns[column] for column in ABOUT_OTHERS if column in self.columns}
        for at, cell in enumerate(row):
            if isinstance(cell, str) and at not in others and tells_of_death(plain(cell)):
                return _short(without_identity(plain(cell)))
        return ""

    def _twin(self, number: int, row: Row) -> int:
        """Return the earlier row with the same identity number, which is compared here and forgotten."""
        words = re.sub(r"[\s\-']", "", plain(self._cell(row, Column.IDENTITY))).upper()
        if not re.fullmatch(r"\d{17}[\dX]|\d{15}", words):
            return 0
        first = self.reader.identities.setdefault(words, number)
        return first if first != number else 0


def _raw(cell: Any) -> str:
    return cell if isinstance(cell, str) else ""


def _short(words: str) -> str:
    return words if len(words) <= LONGEST_WORDS else words[: LONGEST_WORDS - 1] + "…"


def _as_words(row: Row) -> tuple[str, ...]:
    """Return a row as words up to its last: the title and the header of a printed page come again word for word."""
    words = [plain(cell) for cell in row]
    while words and not words[-1]:
        words.pop()
    return tuple(words)


def _is_numbering(row: Row) -> bool:
    """Tell whether a row numbers the columns, 1, 2, 3, under the header."""
    words = [plain(cell).strip("()") for cell in row if plain(cell)]
    return len(words) >= 3 and words == [str(number) for number in range(1, len(words) + 1)]


def _day_of_code(cell: Any) -> str:
    """Return the day that a spreadsheet made of a code such as 6-4, also where the file kept its words alone."""
    if isinstance(cell, datetime | date):
        return date(cell.year, cell.month, cell.day).isoformat()
    if not isinstance(cell, str):
        return ""
    for form in DAYS_MADE_OF_CODES:
        if found := re.fullmatch(form, plain(cell)):
            parts = found.groupdict()
            month = MONTHS.index(parts["n"]) + 1 if "n" in parts else int(parts["m"])
            try:
                return date(int(parts.get("y") or 2000), month, int(parts["d"])).isoformat()
            except ValueError:
                return ""
    return ""
