"""Read spreadsheets: bytes to sheets of rows."""

import csv
import io
from collections.abc import Sequence

from python_calamine import CalamineError, CalamineWorkbook

from consult.domain.people.roll_headers import Sheet
from consult.services.core import files


class UnreadableRoll(Exception):
    """The file is no spreadsheet we can read."""


class TooLarge(Exception):
    """The file is over 20 MB."""


def sheets_in(data: bytes, filename: str) -> list[Sheet]:
    """Every sheet with its rows from the very first, so that row numbers are those the clerk sees."""
    if len(data) > files.LARGEST_ROLL:
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
