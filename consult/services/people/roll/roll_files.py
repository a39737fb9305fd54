"""Read spreadsheets of rolls in processes of their own: bytes to rows as written. The server holds no identity number."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from consult.domain.people.roll.sheets import Expected, Problem
from consult.services.core import files
from consult.services.core.uploads import decoding

MOST_ROWS, MOST_COLUMNS = 60_000, 60
TOO_LARGE, SCATTERED = 3, 4
"""What consult/decoders/spreadsheets.py ends with."""


@dataclass(frozen=True)
class FileRead:
    """A file that was read: its rows as JSON, or the problems for which nothing is kept."""

    content: str = ""
    problems: tuple[Problem, ...] = ()


def read(data: bytes, filename: str, *, today: date, progress: Callable[[int], None] | None = None) -> FileRead:
    """Read an upload. What cannot be read is a problem among the others, never an exception.

    `progress` hears how many people were read so far. Raises RuntimeError inside a unit of work.
    """
    decoding.refuse_in_unit()
    return read_apart(data, filename, today=today, progress=progress)


def read_apart(data: bytes, filename: str, *, today: date, progress: Callable[[int], None] | None = None) -> FileRead:
    """Read an upload as `read` does, in a thread without the app."""
    if len(data) > files.LARGEST_ROLL:
        return _failed(Expected.SMALLER_FILE, filename)
    try:
        with decoding.turn(decoding.SPREADSHEETS):
            return _rows_of(_sheets(data, filename), today, progress)
    except decoding.Busy:
        return _failed(Expected.QUIETER_MOMENT, filename)
    except decoding.Undecodable as error:
        return _failed(Expected.SMALLER_FILE if error.code == TOO_LARGE else Expected.READABLE_FILE, filename)


def _failed(expected: Expected, filename: str) -> FileRead:
    return FileRead(problems=(Problem(expected, filename),))


def _sheets(data: bytes, filename: str) -> bytes:
    """Return the sheets as JSON; where a stray cell far out takes more than there is, a workbook is read row by row."""
    limits = (MOST_ROWS, MOST_COLUMNS)
    try:
        return decoding.run_in_turn(decoding.SPREADSHEETS, data, *limits, "whole", filename)
    except decoding.Undecodable as error:
        if error.code is not None and (error.code < 0 or error.code == SCATTERED):
            return decoding.run_in_turn(decoding.SPREADSHEETS, data, *limits, "lazy", filename)
        raise


def _rows_of(sheets: bytes, today: date, progress: Callable[[int], None] | None) -> FileRead:
    def heard(line: str) -> None:
        if progress is not None and re.fullmatch(r"[0-9]{1,9}\s*", line):
            progress(int(line))

    made = decoding.run_in_turn(decoding.ROLLS, sheets, today.isoformat(), heard=heard)
    problems, _, content = made.decode().partition("\n")
    return FileRead(content, tuple(Problem(Expected(one[0]), *one[1:]) for one in json.loads(problems)))
