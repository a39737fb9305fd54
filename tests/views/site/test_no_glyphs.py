"""A character that no font has is marked on every page and named in words at its end, whatever fonts the phone has."""

import pytest

from consult.models import Person, db
from consult.web.words import no_glyphs
from tests.village import a_consultation, say

DRAWN = "圳堃喆嘅𠝹㓤"
"""Of every phone, or in the font that comes with the page."""
NOT_DRAWN = "𠮶"
PRIVATE = "\ue123"


def test_a_rare_character_of_a_comment_is_marked_and_named(app, village, client):
    with app.app_context():
        matter = a_consultation(village)
        say(village, matter, village.ah_fong, text=f"搵{NOT_DRAWN}個人，{DRAWN}")
    client.get(f"/rongxi/consultations/{matter}")
    page = client.page
    assert {mark.text for mark in page.select("main mark")} == {NOT_DRAWN}
    said = page.select_one("#no-glyphs").text
    assert "U+20BB6" in said and "搵〓個人" in said and "U+20779" not in said
    assert no_glyphs.lacking(DRAWN) == []


def test_a_character_for_private_use_is_another_sign_on_each_phone_and_is_shown_as_none(app, village, as_person):
    with app.app_context():
        person = db.session.get(Person, village.ah_fong.id)
        person.name = f"陈{PRIVATE}芳"
        db.session.commit()
    browser = as_person(village.ah_fong)
    browser.get("/rongxi/me")
    assert PRIVATE not in browser.page.get_text()
    said = browser.page.select_one("#no-glyphs").text
    assert "U+E123" in said and "陈〓芳" in said


def test_a_page_without_such_characters_says_nothing(village, client):
    client.get("/rongxi/")
    assert client.page.select_one("#no-glyphs") is None


@pytest.mark.parametrize("element", sorted(no_glyphs.NO_MARKUP_INSIDE))
def test_no_mark_is_put_where_only_text_may_stand(element):
    body = f'<main><p title="{NOT_DRAWN}">一</p><{element}>{NOT_DRAWN}</{element}><b>{NOT_DRAWN}</b></main>'
    marked = no_glyphs.marked(body, [NOT_DRAWN])
    assert marked == body.replace(f"<b>{NOT_DRAWN}", f"<b><mark>{NOT_DRAWN}</mark>")
