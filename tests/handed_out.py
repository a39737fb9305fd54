"""The texts of what the app hands out as files: papers, tables, calendars, and whatever lies in an archive of them."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from zipfile import ZipFile

import icalendar
import openpyxl

from tests import prints
from tests.inspection import HAN, MARKS

BLANK = re.compile(rf"[。！？；] +{HAN}")
"""Two sentences parted by a blank. Other blanks on a paper are those between the columns of a table."""
SAID = ("summary", "location", "description")
"""Properties of a calendar that people read."""


def texts(name: str, content: bytes) -> Iterator[str]:
    """Yield each text of a file by itself: a line, a cell, a property of a calendar. Nothing of what nobody reads as text."""
    reader = READERS.get(name.rpartition(".")[2])
    yield from reader(content) if reader else ()


def _of_paper(content: bytes) -> Iterator[str]:
    for page in prints.lines(content):
        yield from page


def _of_workbook(content: bytes) -> Iterator[str]:
    for sheet in openpyxl.load_workbook(io.BytesIO(content)):
        yield sheet.title
        yield from (str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None)


def _of_table(content: bytes) -> Iterator[str]:
    for row in csv.reader(io.StringIO(content.decode("utf-8-sig"))):
        yield from row


def _of_calendar(content: bytes) -> Iterator[str]:
    for event in icalendar.Calendar.from_ical(content).walk():
        yield from (str(event[one]) for one in SAID if one in event)


def _of_archive(content: bytes) -> Iterator[str]:
    with ZipFile(io.BytesIO(content)) as archive:
        for one in archive.namelist():
            yield one.rpartition("/")[2]
            yield from texts(one, archive.read(one))


def _of_text(content: bytes) -> Iterator[str]:
    yield from content.decode("utf-8").splitlines()


READERS: dict[str, Callable[[bytes], Iterator[str]]] = {
    "pdf": _of_paper,
    "xlsx": _of_workbook,
    "csv": _of_table,
    "ics": _of_calendar,
    "zip": _of_archive,
    "txt": _of_text,
    "md": _of_text,
}
"""How the files are read, by the ends of their names."""


def glued(name: str, content: bytes) -> list[str]:
    """Return what stands in a file with a mark of ASCII, or a blank after a mark, between Chinese words."""
    blanks = BLANK if name.endswith((".pdf", ".zip")) else re.compile(rf"[。！？：；，、] +{HAN}")
    return [text for text in texts(name, content) if MARKS.search(text) or blanks.search(text)]
