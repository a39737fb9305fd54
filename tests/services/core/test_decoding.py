"""Files of strangers are decoded in a process of their own, with little memory and few seconds."""

import io
import os
import resource
import zipfile
from datetime import date

import openpyxl
import pytest
from PIL import Image

from consult.domain.form_errors import FormError
from consult.services.core import transactions
from consult.services.core.uploads import audio, decoding, pictures
from consult.services.people.roll import roll_files

HEADER = ("村民小组", "户号", "姓名", "出生日期")


def encoded(side: int, form: str, mode: str = "RGB") -> bytes:
    out = io.BytesIO()
    Image.new(mode, (side, side), "red").save(out, form)
    return out.getvalue()


def workbook(*stray: str) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    sheet.append(HEADER)
    sheet.append(("上围", "001", "陈志强", date(1980, 5, 1)))
    for cell in stray:
        sheet[cell] = " "
    book.save(out)
    return out.getvalue()


def repacked(book: bytes, old: bytes, new: bytes) -> bytes:
    """The workbook with its sheet's XML changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for part in source.infolist():
            data = source.read(part)
            target.writestr(part.filename, data.replace(old, new) if "sheet1" in part.filename else data)
    return out.getvalue()


def own_peak() -> int:
    """The most memory that this process ever had, in kilobytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


@pytest.mark.parametrize("form", ["PNG", "WEBP", "JPEG"])
def test_more_than_25_million_pixels_are_refused_before_they_are_decoded(app, form):
    with app.app_context(), pytest.raises(pictures.NotAPicture) as refused:
        pictures.encoded(encoded(5001, form))
    assert refused.value.mistake is FormError.PICTURE_TOO_LARGE


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "P", "1", "LA"])
def test_a_picture_of_any_kind_is_made_small_without_memory_of_the_server(app, mode):
    data = encoded(4000, "PNG", mode)
    with app.app_context():
        before = own_peak()
        small = pictures.encoded(data)
    assert own_peak() - before < 40_000
    with Image.open(io.BytesIO(small)) as kept:
        assert kept.size == (1280, 1280) and kept.mode == "RGB"


@pytest.mark.parametrize("stray", ["XFD1048576", "A1048576", "M1048576", "XFD3000", "ZZ20000"])
def test_a_stray_space_in_a_far_cell_costs_the_server_nothing_and_the_roll_is_read(app, stray):
    data = workbook(stray)
    with app.app_context():
        before = own_peak()
        ((_, rows),) = roll_files.sheets_in(data, "roll.xlsx")
    assert [list(row) for row in rows] == [list(HEADER), ["上围", "001", "陈志强", rows[1][3]]]
    assert str(rows[1][3])[:10] == "1980-05-01" and own_peak() - before < 40_000


def test_a_zip_bomb_is_too_large(app):
    bomb = repacked(workbook(), b"</sheetData>", b" " * 250_000_000 + b"</sheetData>")
    with app.app_context(), pytest.raises(roll_files.TooLarge):
        roll_files.sheets_in(bomb, "roll.xlsx")


def test_entities_that_multiply_end_the_reading(app):
    entities = '<!ENTITY a "ha">' + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(12))
    cell = b'<row r="9"><c r="A9" t="inlineStr"><is><t>&m;</t></is></c></row></sheetData>'
    book = repacked(workbook(), b"</sheetData>", cell)
    laughing = repacked(book, b"<worksheet", f"<!DOCTYPE w [{entities}]><worksheet".encode())
    with app.app_context(), pytest.raises((roll_files.UnreadableRoll, roll_files.TooLarge)):
        roll_files.sheets_in(laughing, "roll.xlsx")


@pytest.mark.parametrize("data", [b"a\n" * 20_001, b"," * 60 + b"x\n", b"x" * 20_000_001])
def test_a_table_with_more_than_any_roll_has_is_too_large(app, data):
    with app.app_context(), pytest.raises((roll_files.TooLarge, roll_files.UnreadableRoll)):
        roll_files.sheets_in(data, "roll.csv")


def test_nothing_is_decoded_inside_a_unit_of_work(app, village):
    data = encoded(10, "PNG")
    with app.app_context(), transactions.writing(), pytest.raises(RuntimeError, match="before a unit of work"):
        pictures.encoded(data)
    with app.app_context(), transactions.writing(), pytest.raises(RuntimeError, match="before a unit of work"):
        audio.encoded(b"x")
    with app.app_context(), transactions.writing(), pytest.raises(RuntimeError, match="before a unit of work"):
        roll_files.sheets_in(b"a", "a.csv")


def test_a_decoder_sees_no_secret_and_has_bounds(app, tmp_path, monkeypatch):
    spy = tmp_path / "consult" / "decoders" / "spy.py"
    spy.parent.mkdir(parents=True)
    spy.write_text("import os, sys\nsys.stdout.write(repr(sorted(os.environ)) + os.getcwd() + repr(sys.argv[1:]))")
    monkeypatch.setattr(decoding, "ROOT", tmp_path)
    os.environ["SPIED_SECRET"] = "x"
    with app.app_context():
        seen = decoding.run(decoding.Program("spy.py", 1, 2, 30), b"", "more").decode()
    del os.environ["SPIED_SECRET"]
    assert "SPIED_SECRET" not in seen and "SECRET_KEY" not in seen
    assert seen.endswith("/['1', '2', 'more']")


def test_what_takes_too_long_is_ended(app, tmp_path, monkeypatch):
    idler = tmp_path / "consult" / "decoders" / "idler.py"
    idler.parent.mkdir(parents=True)
    idler.write_text("import time\ntime.sleep(60)")
    monkeypatch.setattr(decoding, "ROOT", tmp_path)
    with app.app_context(), pytest.raises(decoding.Undecodable) as ended:
        decoding.run(decoding.Program("idler.py", 1, 1, 1), b"")
    assert ended.value.code is None


def test_an_upload_that_waited_for_its_turn_too_long_is_asked_to_come_again(app, village, monkeypatch):
    monkeypatch.setattr(decoding, "PATIENCE_SECONDS", 0.01)
    for _ in range(decoding.AT_ONCE):
        assert decoding._turns.acquire(timeout=30)
    try:
        with app.app_context(), pytest.raises(pictures.NotAPicture) as refused:
            pictures.store(encoded(10, "PNG"), village.ah_fong.act())
    finally:
        for _ in range(decoding.AT_ONCE):
            decoding._turns.release()
    assert refused.value.mistake is FormError.TRY_AGAIN
