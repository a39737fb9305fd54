"""Tables for spreadsheets: no cell that somebody typed is run as a formula."""

import csv
import io

import openpyxl
import pytest

from consult.services.core import exports

FORMULAS = [
    f"{sign}1+1" for sign in ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t=", "\r=", "\n=", " =", "　＝", "\ufeff=")
]


@pytest.mark.parametrize("cell", FORMULAS)
def test_a_formula_is_exported_as_words_however_it_is_written(cell):
    table = exports.as_csv([[cell, "陈"]]).decode("utf-8-sig")
    ((first, second),) = csv.reader(io.StringIO(table, newline=""))
    assert (first, second) == (f"'{cell}", "陈")


@pytest.mark.parametrize("cell", FORMULAS)
def test_a_workbook_holds_no_formula(cell):
    book = openpyxl.load_workbook(io.BytesIO(exports.as_xlsx([[cell]], "册")))
    (value,) = next(book.worksheets[0].iter_rows())
    assert value.data_type != "f"


def test_ordinary_words_stay_as_they_are():
    assert exports.as_csv([["陈＝强", "1+1", "a@b"]]).decode("utf-8-sig") == "陈＝强,1+1,a@b\r\n"
