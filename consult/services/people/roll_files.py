"""Spreadsheets in and out: bytes to sheets, rows to a file that starts no formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from consult.domain.people.roll_headers import Sheet

LARGEST_FILE = 20 * 1024 * 1024
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class UnreadableRoll(Exception):
    """The file is no spreadsheet we can read."""


class TooLarge(Exception):
    """The file is over 20 MB."""


def sheets_in(data: bytes, filename: str) -> list[Sheet]:
    """Every sheet with its rows from the very first, so that row numbers are those the clerk sees."""
    if len(data) > LARGEST_FILE:
        raise TooLarge
    if filename.lower().endswith(".csv"):
        return [(filename, _csv_rows(data))]
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        return [(name, _rows(workbook, name)) for name in workbook.sheet_names]
    except (CalamineError, ValueError, OSError) as error:
        raise UnreadableRoll from error


def _rows(workbook: CalamineWorkbook, name: str) -> Sequence[Sequence[object]]:
    rows: Sequence[Sequence[object]] = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
    return rows


def _csv_rows(data: bytes) -> list[list[str]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return list(csv.reader(io.StringIO(data.decode(encoding))))
        except (UnicodeDecodeError, csv.Error):
            continue
    raise UnreadableRoll


def as_xlsx(rows: Iterable[Sequence[str | int | float]], title: str) -> bytes:
    """A workbook in which every word is text, whatever it begins with; numbers are numbers."""
    openpyxl: Any = import_module("openpyxl")  # when asked for: a server that never exports need not carry it
    cell_of: Any = import_module("openpyxl.cell").WriteOnlyCell
    workbook = openpyxl.Workbook(write_only=True)
    sheet = workbook.create_sheet(title)
    for row in rows:
        cells = []
        for value in row:
            cell = cell_of(sheet, value=value)
            cell.data_type = "n" if isinstance(value, int | float) else "s"
            cells.append(cell)
        sheet.append(cells)
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def as_csv(rows: Iterable[Sequence[str]]) -> bytes:
    """UTF-8 with a mark that Excel knows; a cell that would start a formula gets an apostrophe before it."""
    out = io.StringIO()
    writer = csv.writer(out)
    for row in rows:
        writer.writerow([f"'{value}" if value.startswith(FORMULA_STARTS) else value for value in row])
    return out.getvalue().encode("utf-8-sig")


def write_roll_file(path: Path, rows: Iterable[Sequence[str]], title: str) -> None:
    """By the file's ending: .csv or .xlsx."""
    path.write_bytes(as_csv(rows) if path.suffix.lower() == ".csv" else as_xlsx(rows, title))
