"""Read a spreadsheet into rows of plain values, written as JSON: [[name, rows], …].

A program: spreadsheets.py MOST_MEMORY MOST_SECONDS MOST_ROWS MOST_COLUMNS WAY NAME. What the file is stands in its first
bytes, whatever its name says: a workbook (.xlsx, .xls, .et, .ods), a table of HTML or XML that a platform calls .xls, or text
with commas, semicolons or tabs. WAY is whole (a sheet of a workbook is laid out at once) or lazy (.xlsx row by row, where
cells lie far apart); NAME is that of a table without sheets. Ends with 2 if the file cannot be read, with 3 if it is too
large, with 4 if WAY should be lazy.

A day or an instant is written as ["d", …], everything else that is no text or number as text.
"""

import csv
import io
import json
import os
import re
import resource
import sys
import xml.etree.ElementTree as ElementTree
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from html.parser import HTMLParser
from importlib import import_module
from typing import Any

UNREADABLE, TOO_LARGE, SCATTERED = 2, 3, 4
MOST_CELLS = 3_600_000
"""Cells that a sheet may span when it is laid out at once: the most rows and columns of a roll."""
MOST_UNPACKED = 200 * 1024 * 1024
MOST_PARTS = 2_000
MOST_CHARACTERS = 20_000_000
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x09\x08", b"\x09\x04", b"\x09\x02")
"""How a zip, an OLE file and a bare BIFF file begin."""
DELIMITERS = ",;\t|"
ENCODINGS = ("utf-8-sig", "gb18030")
LOOKED_AT = 4096
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
        self.most_rows, self.most_columns, self.characters, self.filled = most_rows, most_columns, 0, 0

    def rows(self, source: Iterable[Sequence[Any]]) -> Rows:
        """Return the rows up to the last that is not blank. Raises TooLarge."""
        found: Rows = []
        missing = 0
        blank: tuple[Any, ...] | None = None
        for cells in source:
            if cells is blank:  # openpyxl gives one empty row again and again for a million that a sheet does not have
                missing += 1
                continue
            row = self._row(cells)
            if not row:
                missing += 1
                blank = cells if isinstance(cells, tuple) else None
                continue
            self.filled += 1
            if len(found) + missing >= self.most_rows or self.filled > self.most_rows:
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


def text_of(data: bytes) -> str:
    """Return a text in UTF-8, UTF-16 or GB 18030. Raises Unreadable."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decoded(data, "utf-16")
    head = data[:LOOKED_AT]
    if head.count(0) > len(head) // 8:  # a byte order mark is missing: half of the bytes of ASCII are zero
        return _decoded(data, "utf-16-le" if head[1::2].count(0) >= head[::2].count(0) else "utf-16-be")
    for encoding in ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable


def _decoded(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise Unreadable from error


def read_csv(text: str, reader: Reader, name: str) -> list[tuple[str, Rows]]:
    """Return the one sheet of a text with commas, semicolons, tabs or bars: with what parts most cells of its first lines."""
    lines = text[:LOOKED_AT].splitlines()[:20]
    delimiter = max(DELIMITERS, key=lambda one: sum(line.count(one) for line in lines))
    try:
        return [(name, reader.rows(csv.reader(io.StringIO(text), delimiter=delimiter)))]
    except csv.Error as error:
        raise Unreadable from error


class Tables(HTMLParser):
    """Collects the rows of the tables of a page; a cell over several rows or columns stands in the first alone."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[list[str]] = []
        self.cell: list[str] | None = None
        self.spans: dict[int, int] = {}
        self.row: list[str] | None = None
        self.span = (1, 1)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self._end_row()
            self.row = []
        elif tag in ("td", "th"):
            self._end_cell()
            given = dict(attrs)
            self.span = (_small(given.get("rowspan")), _small(given.get("colspan")))
            self.cell = []
        elif tag == "br" and self.cell is not None:
            self.cell.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._end_cell()
        elif tag in ("tr", "table"):
            self._end_row()

    def handle_data(self, data: str) -> None:
        if self.cell is not None:
            self.cell.append(data)

    def _end_cell(self) -> None:
        if self.cell is None or self.row is None:
            self.cell = None
            return
        self._pass_over()
        high, wide = self.span
        for place in range(len(self.row), len(self.row) + wide):
            if high > 1:
                self.spans[place] = high
        self.row += ["".join(self.cell).strip(), *[""] * (wide - 1)]
        self.cell = None

    def _pass_over(self) -> None:
        """Leave the places of this row empty over which a cell of a row before reaches."""
        row = self.row if self.row is not None else []
        while self.spans.get(len(row), 0) > 0:
            row.append("")

    def _end_row(self) -> None:
        self._end_cell()
        if self.row is not None:
            self._pass_over()
            self.rows.append(self.row)
            self.spans = {place: left - 1 for place, left in self.spans.items() if left > 1}
        self.row = None


def _small(text: str | None) -> int:
    return min(int(text), 500) if text is not None and re.fullmatch(r"[1-9][0-9]{0,5}", text) else 1


def read_html(text: str, reader: Reader, name: str) -> list[tuple[str, Rows]]:
    """Return the tables of a page as one sheet."""
    tables = Tables()
    tables.feed(text)
    tables.close()
    return [(name, reader.rows(tables.rows))]


def read_xml(data: bytes, reader: Reader) -> list[tuple[str, Rows]]:
    """Return the sheets of an XML spreadsheet of 2003."""
    try:
        root = ElementTree.fromstring(data)  # noqa: S314 this process has little memory and few seconds
    except (ElementTree.ParseError, ValueError) as error:
        raise Unreadable from error
    found = []
    for sheet in root.iterfind("{*}Worksheet"):
        name = next((value for key, value in sheet.attrib.items() if key.endswith("Name")), "")
        found.append((name, reader.rows(_xml_rows(sheet))))
    if not found:
        raise Unreadable
    return found


def _xml_rows(sheet: ElementTree.Element) -> Iterator[list[str]]:
    line = 0
    for row in sheet.iterfind("{*}Table/{*}Row"):
        line += 1
        while line < _index(row, line):
            yield []
            line += 1
        cells: list[str] = []
        for cell in row.iterfind("{*}Cell"):
            cells += [""] * (_index(cell, len(cells) + 1) - 1 - len(cells))
            data = cell.find("{*}Data")
            cells.append("".join(data.itertext()).removesuffix("T00:00:00.000") if data is not None else "")
        yield cells


def _index(element: ElementTree.Element, otherwise: int) -> int:
    given = next((value for key, value in element.attrib.items() if key.endswith("Index")), "")
    return min(max(int(given), otherwise), 100_000) if re.fullmatch(r"[0-9]{1,9}", given) else otherwise


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
    sys.modules["numpy"] = None  # type: ignore[assignment]  # openpyxl would load it for types that no file holds
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


def read(data: bytes, reader: Reader, way: str, name: str) -> list[tuple[str, Rows]]:
    """Return the sheets of a file, as which its first bytes show it."""
    if data.startswith(WORKBOOKS):
        refuse_bomb(data)
        return read_lazily(data, reader) if way == "lazy" else read_whole(data, reader)
    text = text_of(data)
    head = text[:LOOKED_AT].lstrip("\ufeff \r\n\t").lower()
    if "urn:schemas-microsoft-com:office:spreadsheet" in head and head.startswith("<?xml"):
        return read_xml(data, reader)
    if head.startswith("<") and ("<html" in head or "<table" in head or "<!doctype html" in head):
        return read_html(text, reader, name)
    return read_csv(text, reader, name)


def main(most_memory: str, most_seconds: str, *how: str) -> int:
    resource.setrlimit(resource.RLIMIT_AS, (int(most_memory), int(most_memory)))
    resource.setrlimit(resource.RLIMIT_CPU, (int(most_seconds), int(most_seconds)))
    os.nice(10)
    most_rows, most_columns, way, name = how
    data = sys.stdin.buffer.read()
    try:
        sheets = read(data, Reader(int(most_rows), int(most_columns)), way, name)
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
