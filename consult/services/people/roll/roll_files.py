"""Read spreadsheets of rolls in another process: bytes to sheets of rows."""

import json
from datetime import date, datetime
from typing import Any

from consult.domain.people.roll_headers import Sheet
from consult.services.core import files
from consult.services.core.uploads import decoding

MOST_ROWS, MOST_COLUMNS = 20_000, 60
TOO_LARGE, SCATTERED = 3, 4
"""What consult/decoders/spreadsheets.py ends with."""


class UnreadableRoll(Exception):
    """The file is no spreadsheet that we can read."""


class TooLarge(Exception):
    """The file is larger than LARGEST_ROLL, or has more rows or columns than any roll."""


class Busy(Exception):
    """Too many files arrive at the moment."""


def sheets_in(data: bytes, filename: str) -> list[Sheet]:
    """Return each sheet with its rows from the very first, numbered as the clerk sees them.

    Raises TooLarge, UnreadableRoll and Busy.
    """
    if len(data) > files.LARGEST_ROLL:
        raise TooLarge
    try:
        if filename.lower().endswith(".csv"):
            return [(filename, rows) for _, rows in _read(data, "csv")]
        return _read_workbook(data)
    except decoding.Busy as error:
        raise Busy from error
    except decoding.Undecodable as error:
        raise (TooLarge if error.code == TOO_LARGE else UnreadableRoll) from error


def _read_workbook(data: bytes) -> list[Sheet]:
    """Read a workbook; where a stray cell far out takes more than there is, read it row by row."""
    try:
        return _read(data, "whole")
    except decoding.Undecodable as error:
        if error.code is not None and (error.code < 0 or error.code == SCATTERED):
            return _read(data, "lazy")
        raise


def _read(data: bytes, way: str) -> list[Sheet]:
    made = decoding.run(decoding.SPREADSHEETS, data, MOST_ROWS, MOST_COLUMNS, way)
    return [(name, [[_value(cell) for cell in row] for row in rows]) for name, rows in json.loads(made)]


def _value(cell: Any) -> Any:
    """Return a cell as the program read it: a day or an instant stands as its text."""
    if not isinstance(cell, list):
        return cell
    text = str(cell[1])
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
