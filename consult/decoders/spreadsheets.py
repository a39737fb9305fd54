"""Read a spreadsheet into rows of plain values, written as JSON: [[name, rows], …].

A program: spreadsheets.py MOST_MEMORY MOST_SECONDS MOST_ROWS MOST_COLUMNS WAY, where WAY is csv, whole (the sheet is laid
out at once: .xlsx, .xls, .ods) or lazy (.xlsx row by row, where cells lie far apart). Ends with 2 if the file cannot be
read, with 3 if it is too large, with 4 if WAY should be lazy.

A day or an instant is written as ["d", …], everything else that is no text or number as text.
"""

import csv
import io
import json
import os
import resource
import sys
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date
from importlib import import_module
from typing import Any

UNREADABLE, TOO_LARGE, SCATTERED = 2, 3, 4
MOST_CELLS = 2_000_000
"""Cells that a sheet may span when it is laid out at once."""
MOST_UNPACKED = 200 * 1024 * 1024
MOST_PARTS = 2_000
MOST_CHARACTERS = 20_000_000
Rows = list[list[Any]]


class Unreadable(Exception):
    """The file is no spreadsheet."""


class TooLarge(Exception):
    """More rows, columns or characters than a roll has, or a file made to burst."""


class Scattered(Exception):
    """A cell lies so far out that the sheet cannot be laid out."""


class Reader:
    """Reads sheets within limits of rows, columns and characters; blank cells beyond them count as nothing."""

    def __init__(self, most_rows: int, most_columns: int) -> None:
        self.most_rows, self.most_columns, self.characters = most_rows, most_columns, 0

    def rows(self, source: Iterable[Sequence[Any]]) -> Rows:
        """Return the rows up to the last that is not blank. Raises TooLarge."""
        found: Rows = []
        missing = 0
        for cells in source:
            row = self._row(cells)
            if not row:
                missing += 1
                continue
            if len(found) + missing >= self.most_rows:
                raise TooLarge
            found += [[]] * missing + [row]
            missing = 0
        return found

    def _row(self, cells: Sequence[Any]) -> list[Any]:
        """Return a row up to its last cell that is not blank."""
        length = next((n for n in range(len(cells), 0, -1) if not _is_blank(cells[n - 1])), 0)
        if length > self.most_columns:
            raise TooLarge
        row = [_plain(cell) for cell in cells[:length]]
        self.characters += sum(len(cell) for cell in row if isinstance(cell, str))
        if self.characters > MOST_CHARACTERS:
            raise TooLarge
        return row


def _is_blank(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _plain(cell: Any) -> Any:
    if cell is None:
        return ""
    if isinstance(cell, date):
        return ["d", cell.isoformat()]
    return cell if isinstance(cell, str | int | float) else str(cell)


def read_csv(data: bytes, reader: Reader) -> list[tuple[str, Rows]]:
    """Return the one sheet of a CSV file in UTF-8 or GB 18030."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return [("", reader.rows(csv.reader(io.StringIO(data.decode(encoding)))))]
        except (UnicodeDecodeError, csv.Error):
            continue
    raise Unreadable


def read_whole(data: bytes, reader: Reader) -> list[tuple[str, Rows]]:
    """Return the sheets of a workbook. Raises Scattered where a sheet spans too much."""
    calamine: Any = import_module("python_calamine")
    try:
        workbook = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        found = []
        for name in workbook.sheet_names:
            sheet = workbook.get_sheet_by_name(name)
            if sheet.total_height * sheet.total_width > MOST_CELLS:
                raise Scattered
            found.append((name, reader.rows(sheet.to_python(skip_empty_area=False))))
    except (calamine.CalamineError, ValueError, OSError) as error:
        raise Unreadable from error
    return found


def read_lazily(data: bytes, reader: Reader) -> list[tuple[str, Rows]]:
    """Return the sheets of an .xlsx, reading row by row; columns beyond the limit are not looked at."""
    openpyxl: Any = import_module("openpyxl")
    try:
        workbook = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        found = []
        for sheet in workbook.worksheets:
            sheet.reset_dimensions()
            found.append((sheet.title, reader.rows(sheet.iter_rows(max_col=reader.most_columns, values_only=True))))
    except (KeyError, ValueError, OSError, TypeError, SyntaxError, zipfile.BadZipFile) as error:
        raise Unreadable from error
    return found


def refuse_bomb(data: bytes) -> None:
    """Raise TooLarge for an archive that says it unpacks to more than any roll."""
    if not zipfile.is_zipfile(io.BytesIO(data)):
        return
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise TooLarge


WAYS = {"csv": read_csv, "whole": read_whole, "lazy": read_lazily}


def main(most_memory: str, most_seconds: str, most_rows: str, most_columns: str, way: str) -> int:
    resource.setrlimit(resource.RLIMIT_AS, (int(most_memory), int(most_memory)))
    resource.setrlimit(resource.RLIMIT_CPU, (int(most_seconds), int(most_seconds)))
    os.nice(10)
    data = sys.stdin.buffer.read()
    try:
        if way != "csv":
            refuse_bomb(data)
        sheets = WAYS[way](data, Reader(int(most_rows), int(most_columns)))
    except Scattered:
        return SCATTERED
    except (TooLarge, MemoryError):
        return TOO_LARGE
    except (Unreadable, zipfile.BadZipFile):
        return UNREADABLE
    sys.stdout.write(json.dumps(sheets))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
