"""Where a line of a title may end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult.domain.core.line_breaks import between_words


@pytest.mark.parametrize(
    ("title", "pieces"),
    [
        ("今年第三次村民会议", "今年|第三次|村民|会议"),
        ("有 2 项表决等您投票", "有 2 项|表决|等|您|投票"),
        ("什么时候村里必须答复", "什么时候|村里|必须|答复"),
        ("有人说“不是这样”的票", "有人|说|“不是这样”的|票"),
        ("“要修”的村民先说", "“要修”的|村民|先|说"),
        ("修好上圳三百米水圳", "修好|上|圳|三百米|水圳"),
        ("有 3 項表決等緊你", "有 3 項|表決|等|緊|你"),
        ("名册申诉", "名册申诉"),
        ("提案人不能帮别人填票。", "提案人不能帮别人填票。"),
        ("Meetings of 2026", "Meetings of 2026"),
    ],
)
def test_a_line_of_a_title_ends_between_words_only(title, pieces):
    assert between_words(title) == pieces.split("|")


@given(st.text("今年第三次村民会议的表决，。“”（）· 12ab&;<>", max_size=40))
def test_the_pieces_of_a_title_are_the_title_and_none_is_empty(title):
    pieces = between_words(title)
    assert "".join(pieces) == title and (all(pieces) or pieces == [""])
    assert not any(piece[0] in "，。”）的" for piece in pieces[1:])
