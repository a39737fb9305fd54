"""What a font file says that it has."""

from consult.services.core import font_coverage, typesetting


def test_our_font_has_what_its_list_says():
    listed = set()
    for row in (typesetting.FONTS / "code-points.txt").read_text().split():
        first, _, last = row.partition("-")
        listed.update(range(int(first, 16), int(last or first, 16) + 1))
    assert font_coverage.characters((typesetting.FONTS,)) == listed


def test_a_folder_that_is_not_there_has_nothing(tmp_path):
    assert font_coverage.characters((tmp_path / "none",)) == frozenset()


def test_a_system_font_does_not_have_everything():
    """Once any folder of fonts on the machine counted as having all: the character was then dropped from a name."""
    assert typesetting.lacking(["陈\U000321a0"]) == ["\U000321a0"]
    assert typesetting.named("\U000321a0", ["陈\U000321a0秋"]) == "〓 = U+321A0（陈〓秋）"


def test_marks_that_are_not_drawn_are_not_missing():
    assert typesetting.lacking(["葛\U000e0100", "a\u200db\ufe0f"]) == []
