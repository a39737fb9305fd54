"""What a font file says that it has, and that our own has every character that a village needs."""

import hashlib
import re

import pytest

from consult.config import ROOT
from consult.services.core import font_coverage, typesetting
from tests import prints
from tests.apps import made

LISTS = ROOT / "tests" / "data" / "characters"
LETTER = {"lang": "zh", "region": "CN", "foot": "", "title": "", "paragraphs": [], "blanks": [], "note": ""}
NOT_DRAWN_YET = "𠮶𪢌𡀲𪐀"
"""Of written Cantonese, and in no font that may be given away with us: marked and named, on every machine."""


def of_list(name: str) -> str:
    """Return the characters of one list: the 8,105 of 通用规范汉字表, those of places, or those of written Cantonese."""
    return "".join((LISTS / f"{name}.txt").read_text(encoding="utf-8").split())


def test_our_font_has_what_its_list_says():
    listed = set()
    for row in (typesetting.FONTS / "code-points.txt").read_text().split():
        first, _, last = row.partition("-")
        listed.update(range(int(first, 16), int(last or first, 16) + 1))
    assert font_coverage.characters((typesetting.FONTS,)) == listed


def test_the_general_standard_has_8105_characters_and_no_list_says_one_twice():
    assert len(of_list("general-standard")) == 8105
    for name in ("general-standard", "guangdong-places", "cantonese"):
        assert len(set(of_list(name))) == len(of_list(name))


@pytest.mark.parametrize("name", ["general-standard", "guangdong-places", "cantonese"])
def test_every_character_of_a_list_is_set_on_paper_without_any_font_of_the_machine(monkeypatch, name):
    monkeypatch.setattr(typesetting, "SYSTEM_FONTS", ())
    characters = of_list(name)
    assert typesetting.lacking([characters]) == []
    pdf = typesetting.typeset("letter", LETTER | {"title": "一", "paragraphs": [characters]})
    words = "".join("".join(prints.words(pdf)).split())
    assert not set(characters) - set(words) and typesetting.STAND_IN not in words


def test_the_whole_of_gbk_is_set_so_that_no_name_of_a_household_register_is_lost(monkeypatch):
    monkeypatch.setattr(typesetting, "SYSTEM_FONTS", ())
    gbk = {
        character
        for high in range(0x81, 0xFF)
        for low in range(0x40, 0xFF)
        if "\u4e00" <= (character := bytes((high, low)).decode("gbk", "ignore")) <= "\u9fff"
    }
    assert len(gbk) == 20_902
    assert typesetting.lacking(["".join(sorted(gbk))]) == []


def test_what_no_font_has_is_marked_and_named_whatever_fonts_the_machine_has(monkeypatch):
    for fonts in (typesetting.SYSTEM_FONTS, ()):
        monkeypatch.setattr(typesetting, "SYSTEM_FONTS", fonts)
        for one in [*NOT_DRAWN_YET, "\ue123"]:  # the last is for private use: each machine draws another sign for it
            words = "".join(prints.words(typesetting.typeset("letter", LETTER | {"title": f"陈{one}秋"})))
            assert one not in words and f"U+{ord(one):04X}（陈〓秋）" in words


def test_a_folder_that_is_not_there_has_nothing(tmp_path):
    assert font_coverage.characters((tmp_path / "none",)) == frozenset()


def test_a_system_font_does_not_have_everything():
    """Once any folder of fonts on the machine counted as having all: the character was then dropped from a name."""
    assert typesetting.lacking(["陈\U000321a0"]) == ["\U000321a0"]
    assert typesetting.named("\U000321a0", ["陈\U000321a0秋"]) == "〓 = U+321A0（陈〓秋）"


def test_marks_that_are_not_drawn_are_not_missing():
    assert typesetting.lacking(["葛\U000e0100", "a\u200db\ufe0f"]) == []


def test_a_new_cut_of_the_font_for_phones_has_a_new_address():
    """What is kept for ever is asked for again only under another address."""
    sheet = (ROOT / "consult" / "static" / "style.css").read_text(encoding="utf-8")
    digest = hashlib.sha256((ROOT / "consult" / "static" / "rare.woff2").read_bytes()).hexdigest()
    assert f"url(rare.woff2?v={digest[:4]})" in sheet
    assert len(re.findall(r"--(?:hei|song):[^;}]*,rare[;}]", sheet)) == len(re.findall(r"--(?:hei|song):", sheet))


def test_a_start_without_our_font_file_says_so(config, monkeypatch, tmp_path, caplog):
    assert typesetting.attend() and not caplog.records
    monkeypatch.setattr(typesetting, "FONTS", tmp_path)
    made(config)
    assert any(typesetting.OUR_FONT in record.getMessage() for record in caplog.records)


def test_a_pdf_has_the_title_of_the_paper_of_its_cover_or_of_its_first_document():
    assert typesetting.name_of({"title": "会议记录", "documents": [{"title": "申请书"}]}) == "会议记录"
    assert typesetting.name_of({"cover": {"title": "调解卷宗"}, "documents": [{"title": "申请书"}]}) == "调解卷宗"
    assert typesetting.name_of({"documents": [{"envelope": True}, {"title": "申请书"}]}) == "申请书"
    with pytest.raises(ValueError, match="no title"):
        typesetting.name_of({"foot": "", "title": "", "documents": []})
