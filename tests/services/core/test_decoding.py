"""Files of strangers are decoded in a process of their own, with little memory and few seconds."""

import io
import os
import resource
import zipfile
from datetime import date

import openpyxl
import pytest
from PIL import Image

from consult.config import ROOT
from consult.decoders import spreadsheets
from consult.domain.form_errors import FormError
from consult.domain.people.roll.raw_rows import RawRoll
from consult.domain.people.roll.sheets import Expected
from consult.services.core import transactions
from consult.services.core.uploads import audio, decoding, pictures
from consult.services.people.roll import roll_files

TODAY = date(2026, 12, 1)
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


def expected(app, data: bytes, name: str) -> list[Expected]:
    """Why a file is no roll that can be read."""
    with app.app_context():
        return [one.expected for one in roll_files.read(data, name, today=TODAY).problems]


def own_peak() -> int:
    """The most memory that this process ever had, in kilobytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


@pytest.mark.parametrize("form", ["PNG", "WEBP", "JPEG"])
def test_more_than_25_million_pixels_are_refused_before_they_are_decoded(app, form):
    with app.app_context(), pytest.raises(pictures.NotAPicture) as refused:
        pictures.encoded(encoded(5001, form))
    assert refused.value.mistake is FormError.PICTURE_TOO_LARGE


def test_the_photos_of_newer_phones_are_read(app):
    """HEIC, made by libheif with its x265: red above on the left, blue below on the right, with a camera's metadata."""
    data = (ROOT / "tests" / "data" / "pictures" / "heic-of-a-phone.heic").read_bytes()
    with app.app_context():
        small = pictures.encoded(data)
    with Image.open(io.BytesIO(small)) as kept:
        assert (kept.format, kept.size, dict(kept.getexif())) == ("JPEG", (400, 300), {})
        red, blue = (kept.getpixel(at) for at in ((50, 50), (350, 250)))
        assert red[0] > 200 > red[2] and blue[2] > 200 > blue[0]


def test_a_broken_photo_of_a_newer_phone_is_refused(app):
    data = (ROOT / "tests" / "data" / "pictures" / "heic-of-a-phone.heic").read_bytes()
    for broken in (data[:200], data[:300] + bytes(len(data) - 300), data[:12]):
        with app.app_context(), pytest.raises(pictures.NotAPicture) as refused:
            pictures.encoded(broken)
        assert refused.value.mistake is FormError.NOT_A_PICTURE


def test_a_file_that_is_too_large_says_how_large_it_may_be(app):
    with app.app_context(), pytest.raises(pictures.NotAPicture) as refused:
        pictures.encoded(bytes(12 * 1024 * 1024 + 1))
    assert refused.value.mistake == FormError.FILE_TOO_LARGE and refused.value.mistake.numbers == {"most": 12}


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
        file = roll_files.read(data, "roll.xlsx", today=TODAY)
    (row,) = RawRoll.from_json(file.content).rows
    assert (row.group, row.household, row.name, row.born) == ("上围", "001", "陈志强", "1980-05-01")
    assert own_peak() - before < 40_000


def test_of_a_million_empty_rows_before_a_far_cell_one_is_looked_at():
    class Row(tuple):
        looked_at = 0

        def __len__(self):
            Row.looked_at += 1
            return super().__len__()

    filled, empty = ("上围",), Row((None,) * 60)
    rows = spreadsheets.Reader(60_000, 60).rows([filled, *[empty] * 1_000, filled])
    assert rows == [["上围"], *[[]] * 1_000, ["上围"]]
    assert Row.looked_at <= 2


def test_a_zip_bomb_is_too_large(app):
    bomb = repacked(workbook(), b"</sheetData>", b" " * 250_000_000 + b"</sheetData>")
    assert expected(app, bomb, "roll.xlsx") == [Expected.SMALLER_FILE]


def test_entities_that_multiply_end_the_reading(app):
    entities = '<!ENTITY a "ha">' + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(12))
    cell = b'<row r="9"><c r="A9" t="inlineStr"><is><t>&m;</t></is></c></row></sheetData>'
    book = repacked(workbook(), b"</sheetData>", cell)
    laughing = repacked(book, b"<worksheet", f"<!DOCTYPE w [{entities}]><worksheet".encode())
    assert expected(app, laughing, "roll.xlsx") in ([Expected.READABLE_FILE], [Expected.SMALLER_FILE])


@pytest.mark.parametrize("data", [b"a\n" * 60_001, b"," * 60 + b"x\n", b"x" * 20_000_001])
def test_a_table_with_more_than_any_roll_has_is_too_large(app, data):
    assert expected(app, data, "roll.csv") in ([Expected.READABLE_FILE], [Expected.SMALLER_FILE])


def test_nothing_is_decoded_inside_a_unit_of_work(app, village):
    data = encoded(10, "PNG")
    with app.app_context(), transactions.writing(), pytest.raises(RuntimeError, match="before a unit of work"):
        pictures.encoded(data)
    with app.app_context(), transactions.writing(), pytest.raises(RuntimeError, match="before a unit of work"):
        audio.encoded(b"x")
    with app.app_context(), transactions.writing(), pytest.raises(RuntimeError, match="before a unit of work"):
        roll_files.read(b"a", "a.csv", today=TODAY)


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


def test_a_long_roll_keeps_no_photo_waiting(app, village):
    with app.app_context(), decoding.turn(decoding.SPREADSHEETS):
        assert pictures.encoded(encoded(10, "PNG"))


def test_the_program_that_reads_rolls_knows_nothing_of_the_app(app):
    program = ROOT / decoding.ROLLS.folder / decoding.ROLLS.name
    text = program.read_text()
    assert "from consult" not in text and "import consult" not in text
    assert text.index("RLIMIT_AS") < text.index('import_module("')
