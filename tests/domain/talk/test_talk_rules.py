"""Phases, thresholds, small numbers, search: the rules of talking."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opencc import OpenCC

from consult.config import ROOT
from consult.domain import search
from consult.domain.form_errors import FormError
from consult.domain.talk import comments, consultations, endorsements, moderation, opinions, phases, timeline
from consult.domain.talk.comments import Stance
from consult.domain.talk.phases import Phase, PhaseAct

# phases


def test_words_can_be_added_in_every_phase_but_the_text_only_until_the_vote():
    assert all(phases.opens(phase, PhaseAct.COMMENT) for phase in Phase)
    assert [p for p in Phase if phases.opens(p, PhaseAct.REVISE)] == [Phase.RAISE, Phase.DISCUSS]


def test_tasks_are_made_only_when_something_is_carried_out():
    assert [p for p in Phase if phases.opens(p, PhaseAct.ASSIGN)] == [Phase.CARRY_OUT]


def test_nobody_can_move_a_consultation_into_a_vote_and_out_of_one_only_back_to_the_discussion():
    assert phases.WAYS[Phase.VOTE] == {Phase.DISCUSS}
    assert all(Phase.VOTE not in ways for ways in phases.WAYS.values())


def test_what_is_still_to_come_is_the_rest_of_the_order():
    assert timeline.to_come(Phase.VOTE, ended=False) == [Phase.DECIDE, Phase.CARRY_OUT]
    assert timeline.to_come(Phase.RAISE, ended=True) == []


# endorsements


def test_the_number_itself_is_enough_and_the_day_it_is_reached_is_not_counted():
    assert endorsements.reached(20, 20) and not endorsements.reached(19, 20)
    assert endorsements.answer_due(date(2026, 7, 1), 15) == date(2026, 7, 16)


# comments


def test_a_comment_needs_a_stance_and_words():
    words, mistakes = comments.read_comment_form({}, with_stance=True)
    assert words is None and mistakes == {"text": FormError.EMPTY, "stance": FormError.NOT_OFFERED}


def test_a_reply_needs_no_stance():
    words, mistakes = comments.read_comment_form({"text": " 图纸加上了 "}, with_stance=False)
    assert words == comments.CommentText(None, "图纸加上了") and not mistakes


@pytest.mark.parametrize("text", ["打 138 0000 0001", "１３８００００００００", "138-0000-0001"])
def test_a_phone_number_in_a_comment_is_caught(text):
    assert comments.read_comment_form({"text": text, "stance": "concern"}, with_stance=True)[1] == {
        "text": FormError.PRIVATE_NUMBER
    }


@pytest.mark.parametrize("field", ["title", "summary", "text", "place", "source1"])
def test_a_phone_number_anywhere_in_a_proposal_is_caught(field):
    form = {
        "title": "修圳",
        "summary": "去年冲坏",
        "source1": "奖补",
        "amount1": "1",
        "cost": "1",
        field: "１３８ ００００ ０００１",
    }
    assert consultations.read_draft_form(form)[1][field] == FormError.PRIVATE_NUMBER


def test_an_official_answer_needs_a_reason():
    assert comments.read_answer({"state": "accepted"})[1] == {"reason": FormError.EMPTY}


def test_a_draft_survives_its_own_form_and_its_own_facts():
    draft = consultations.Draft("修圳", "冲坏了", "先清淤", 12_345, (("奖补", 12_345),), "老碾房边")
    assert consultations.read_draft_form(consultations.as_form(draft)) == (draft, {})
    assert consultations.Draft.from_facts(draft.as_facts()) == draft


# moderation


def test_neither_who_hid_the_words_nor_who_wrote_them_decides_the_appeal():
    assert moderation.may_decide(3, hidden_by=1, author_id=2)
    assert not moderation.may_decide(1, hidden_by=1, author_id=2)
    assert not moderation.may_decide(2, hidden_by=1, author_id=2)


# small numbers


def test_a_number_under_five_is_never_shown():
    table = opinions.table([("support", "上围", 4), ("support", "下围", 6), ("support", "坑尾", 9)])
    assert table.rows[0].cells[0] is None


def test_a_lone_hidden_number_cannot_be_worked_out_from_the_sum():
    table = opinions.table([("support", "上围", 4), ("support", "下围", 6), ("support", "坑尾", 9)])
    assert [row.cells[0] for row in table.rows] == [None, None, 9] and table.whole[0] == 19


COUNTS = st.lists(st.integers(min_value=0, max_value=20), min_size=1, max_size=6)


@given(COUNTS)
def test_no_shown_number_is_small_and_none_gives_a_small_one_away(people):
    table = opinions.table([("concern", f"g{n}", count) for n, count in enumerate(people)])
    column = [row.cells[list(Stance).index(Stance.CONCERN)] for row in table.rows]
    total = table.whole[list(Stance).index(Stance.CONCERN)]
    assert all(cell is None or cell >= opinions.LEAST_IN_CELL for cell in column)
    hidden = [count for count, cell in zip(people, column, strict=True) if cell is None and count]
    if total is not None and len(hidden) == 1:
        assert hidden[0] >= opinions.LEAST_IN_CELL or not any(cell for cell in column)


# search


@pytest.mark.parametrize(
    ("query", "text"), [("議事", "榕树下议事"), ("水圳", "上圳的水圳"), ("ＡＢ灯", "ab灯"), ("后山", "後山條路")]
)
def test_traditional_finds_simplified_and_wide_finds_narrow(query, text):
    assert search.terms(query) and all(term in search.plain(text) for term in search.terms(query))


def test_one_character_suffices_and_one_letter_or_figure_does_not():
    assert search.terms("圳") == ["圳"] and search.terms("水圳") == ["水圳"]
    assert search.terms("A") == search.terms("7") == search.terms("") == []


@given(st.text(alphabet="水圳灯石 ，。AbＣ１2", max_size=40))
def test_every_two_neighbouring_characters_of_a_word_are_a_pair(text):
    plain = search.plain(text)
    assert all(word[i : i + 2] in search.pairs(plain) for word in plain.split() for i in range(len(word) - 1))


def test_an_excerpt_shows_the_place_as_it_was_written():
    before, found, after = search.excerpt("今年先修東塘邊嘅水圳，再裝燈。", "东塘")
    assert (found, before) == ("東塘", "今年先修") and after.startswith("邊嘅")


def test_the_table_of_simplified_characters_is_what_opencc_says():
    convert = OpenCC("t2s").convert
    table = (ROOT / "consult" / "data" / "simplified.txt").read_text(encoding="utf-8").replace("\n", "")
    assert all(convert(table[i]) == table[i + 1] for i in range(0, len(table), 2))
    assert "議议" in table and "圍围" in table


def test_an_excerpt_looks_at_each_character_of_a_text_once_however_many_terms_there_are():
    text = "石阶" * 9_000
    search._plain_character.cache_clear()
    search.excerpt(text, "水圳 井边 灯油 晒谷 塘基 莲藕 老碾")
    looked = search._plain_character.cache_info()
    assert looked.hits + looked.misses == len(text)
