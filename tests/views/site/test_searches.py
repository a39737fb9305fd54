"""Search and inbox on the page."""

import pytest

pytestmark = pytest.mark.both_databases


@pytest.mark.parametrize("query", ["水圳", "莲藕", "蓮藕塘", "ＳＨＵＩ 水圳"])
def test_search_finds_in_either_script(as_person, village, matter, query):
    keung = as_person(village.ah_keung)
    keung.get("/rongxi/search", query_string={"q": query})
    assert bool(keung.page.select(".ledger li")) is ("ＳＨＵＩ" not in query)


@pytest.mark.parametrize(
    ("query", "finds"), [("圳", True), ("塘", True), ("龘", False), ("圳 塘", True), ("圳 龘", False)]
)
def test_one_chinese_character_is_searched(as_person, village, matter, query, finds):
    keung = as_person(village.ah_keung)
    keung.get(f"/rongxi/search?q={query}")
    assert bool(keung.page.select(".ledger li mark")) is finds


def test_one_letter_gets_a_sentence(as_person, village, matter):
    keung = as_person(village.ah_keung)
    keung.get("/rongxi/search?q=a")
    assert keung.page.select_one("#q-mistake") is not None


def test_below_an_empty_box_stand_the_newest_matters(as_person, village, matter):
    keung = as_person(village.ah_keung)
    keung.get("/rongxi/search")
    assert keung.page.select_one(f"main .ledger a[href$='/consultations/{matter}']") is not None
    keung.get("/rongxi/search?q=龘")
    assert keung.page.select_one("main .ledger") is None, "what was sought and not found is no list of others"


def test_hidden_words_are_not_found(as_person, village, matter):
    for who in (village.ah_keung, village.uncle_ho):
        reader = as_person(who)
        reader.get("/rongxi/search?q=坏话")
        assert not reader.page.select(".ledger li")


def test_the_tab_counts_what_is_unread_until_it_is_seen(as_person, village, matter):
    kwok = as_person(village.ah_kwok)
    kwok.get("/rongxi/")
    assert kwok.page.select_one(".unread").get_text().startswith("1")
    kwok.submit("/rongxi/notifications/", "form[action$=reading]")
    assert kwok.page.select_one(".unread") is None


def test_a_switch_turns_one_kind_off(app, as_person, village, matter):
    fong = as_person(village.ah_fong)
    fong.get("/rongxi/notifications/switches")
    on = [box["value"] for box in fong.page.select("input[name=on]") if box["value"] != "answered"]
    fong.submit("/rongxi/notifications/switches", on=on)
    as_person(village.sister_chow).submit(
        f"/rongxi/consultations/{matter}/steering", "form[action$=answers]", state="accepted", reason="好"
    )
    fong.get("/rongxi/notifications/")
    assert not fong.page.select(".ledger li")
