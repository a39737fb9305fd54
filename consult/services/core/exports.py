"""Write tables as files for spreadsheets, where no cell starts a formula; note what the operator takes out."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from consult.domain.audit import Tag
from consult.domain.readings import KINDS
from consult.services.core import audit
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic

FORMULA_STARTS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\t", "\r", "\n")
"""Half width and full width: Excel in Chinese runs both."""


Row = Sequence[str | int | float]
"""A line of a table: words and numbers."""


@dataclass(frozen=True)
class Sheet:
    """A table as it is handed in on paper: a heading over the columns, what is said below, a width for each column."""

    title: str
    heading: Sequence[str]
    """Lines over the table, the first of them large."""
    table: Sequence[Row]
    """With its own head as the first row."""
    below: Sequence[Sequence[str]]
    widths: Sequence[int]


def as_sheet(sheet: Sheet) -> bytes:
    """Return a workbook that is printed as it is: upright on A4 paper, as wide as the paper. Words are text, as in `as_xlsx`."""
    openpyxl: Any = import_module("openpyxl")
    styles: Any = import_module("openpyxl.styles")
    letter: Any = import_module("openpyxl.utils").get_column_letter
    workbook = openpyxl.Workbook()
    page, columns = workbook.active, len(sheet.widths)
    page.title = sheet.title
    for n, width in enumerate(sheet.widths, 1):
        page.column_dimensions[letter(n)].width = width
    thin = styles.Side(style="thin")
    frame = styles.Border(left=thin, right=thin, top=thin, bottom=thin)
    for n, words in enumerate(sheet.heading, 1):
        _words(page.cell(n, 1), words)
        page.cell(n, 1).font = styles.Font(bold=n == 1, size=16 if n == 1 else 11)
        page.cell(n, 1).alignment = styles.Alignment(horizontal="center", vertical="center", wrap_text=True)
        page.merge_cells(start_row=n, end_row=n, start_column=1, end_column=columns)
        page.row_dimensions[n].height = 30 if n == 1 else 18
    first = len(sheet.heading) + 1
    for n, row in enumerate(sheet.table, first):
        for column, value in enumerate(row, 1):
            cell = page.cell(n, column)
            _words(cell, value)
            cell.border, cell.font = frame, styles.Font(bold=n == first)
            is_number = isinstance(value, int | float)
            cell.alignment = styles.Alignment(
                horizontal="right" if is_number else "left", vertical="center", wrap_text=True
            )
            cell.number_format = "#,##0.00" if isinstance(value, float) else "#,##0" if is_number else "@"
    for n, said in enumerate(sheet.below, first + len(sheet.table) + 1):
        for column, words in enumerate(said, 1):
            _words(page.cell(n, column), words)
            page.cell(n, column).alignment = styles.Alignment(vertical="center", wrap_text=len(said) > 1)
        page.row_dimensions[n].height = 24
    page.page_setup.paperSize, page.page_setup.orientation = page.PAPERSIZE_A4, page.ORIENTATION_PORTRAIT
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr = import_module("openpyxl.worksheet.properties").PageSetupProperties(
        fitToPage=True
    )
    page.print_options.horizontalCentered = True
    page.print_title_rows = f"{first}:{first}"
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def _words(cell: Any, value: str | float) -> None:
    """Write a cell of which words stay words, whatever they begin with."""
    cell.value = value
    cell.data_type = "n" if isinstance(value, int | float) else "s"


def as_xlsx(rows: Iterable[Row], title: str) -> bytes:
    """Return a workbook with one sheet in which every word is text, whatever it begins with, and numbers are numbers."""
    openpyxl: Any = import_module("openpyxl")  # imported when asked for: most servers never export
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
    """Return CSV in UTF-8 with the byte order mark that Excel wants; cells that start a formula get an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out)
    for row in rows:
        writer.writerow([as_words(value) for value in row])
    return out.getvalue().encode("utf-8-sig")


def as_words(value: str) -> str:
    """Return a cell that no spreadsheet takes for a formula, whatever stands before its sign."""
    bare = value.lstrip(" \u3000\ufeff\u200b")
    return f"'{value}" if bare.startswith(FORMULA_STARTS) or value.startswith(FORMULA_STARTS) else value


@atomic
def note(kind: str, act: Act, *, count: int, of: str = "") -> None:
    """Log, before a command writes it, a file with people in it. `kind` is one of domain.readings."""
    if kind not in KINDS:
        raise LookupError(f"domain.readings knows no {kind}")
    audit.record(Tag.EXPORT_MADE, f"village:{act.village_id}", act, kind=kind, count=count, of=of)


def as_table(ending: str, rows: Iterable[Sequence[str]], title: str) -> bytes:
    """Return a table as a file by its ending: .csv or .xlsx."""
    return as_csv(rows) if ending.lower() == ".csv" else as_xlsx(rows, title)
