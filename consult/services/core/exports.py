"""Write tables as files for spreadsheets, where no cell starts a formula; note what the operator takes out."""

import csv
import io
from collections.abc import Iterable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from consult.domain.audit import Tag
from consult.domain.readings import KINDS
from consult.services.core import audit
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic

FORMULA_STARTS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\t", "\r", "\n")
"""Half width and full width: Excel in Chinese runs both."""


def as_xlsx(rows: Iterable[Sequence[str | int | float]], title: str) -> bytes:
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


def write_table(path: Path, rows: Iterable[Sequence[str]], title: str) -> None:
    """Write a file by its ending: .csv or .xlsx."""
    path.write_bytes(as_csv(rows) if path.suffix.lower() == ".csv" else as_xlsx(rows, title))
