"""Raising a matter in three small steps: kept on the server, put up once, backed with one press."""

import re

import pytest

from consult.models import Consultation, ProposalDraft, db
from tests.views.talk.test_consultations import photo

pytestmark = pytest.mark.both_databases


def test_a_villager_raises_a_matter_in_three_small_steps_with_a_photo(app, as_person, village):
    fong = as_person(village.ah_fong)
    first = fong.submit("/rongxi/consultations/drafts/")
    assert first.request.path.endswith("/words")
    fong.submit(first.request.path, title="修好井边的灯", summary="晚上挑水看不见。")
    place = fong.submit(
        re.sub("words$", "place", first.request.path),
        place="上围井边",
        group=[str(village.upper_group)],
        picture=(photo((80, 60)), "灯.jpg"),
        description="灯坏了",
    )
    assert place.request.path.endswith("/review") and "上围" in fong.text()
    shown = fong.submit(place.request.path, "form[action$=publication]")
    assert (
        shown.status_code == 200
        and "上围井边" in fong.text()
        and fong.page.select_one(".pictures img")["alt"] == "灯坏了"
    )
    assert fong.page.select_one("[aria-current=step]").get_text().startswith(("提出", "提出"))
    with app.app_context():
        assert db.session.query(ProposalDraft).count() == 0


def test_what_was_begun_is_kept_on_the_server_for_its_writer_alone(as_person, village):
    fong = as_person(village.ah_fong)
    first = fong.submit("/rongxi/consultations/drafts/")
    fong.submit(first.request.path, title="修好井边的灯", summary="晚上挑水看不见。")
    again = as_person(village.ah_fong)
    again.get("/rongxi/consultations/drafts/")
    assert "修好井边的灯" in again.text()
    assert as_person(village.ah_kwok).get(first.request.path).status_code == 404


def test_a_step_with_a_mistake_keeps_what_was_typed(as_person, village):
    fong = as_person(village.ah_fong)
    first = fong.submit("/rongxi/consultations/drafts/")
    answer = fong.submit(first.request.path, title="", summary="打 １３８ ００００ ０００１ 搵我")
    assert answer.status_code == 422
    assert fong.page.select_one("#summary").text == "打 １３８ ００００ ０００１ 搵我"
    assert {m["id"] for m in fong.page.select("p.mistake")} == {"title-mistake", "summary-mistake"}


def test_putting_up_twice_opens_one_matter(app, as_person, village):
    fong = as_person(village.ah_fong)
    first = fong.submit("/rongxi/consultations/drafts/").request.path
    fong.submit(first, title="修好井边的灯", summary="晚上挑水看不见。")
    address = first.replace("words", "publication")
    fong.get(first.replace("words", "review"))
    key = fong.page.find("form", action=address).find("input", {"name": "key"})["value"]
    answers = [fong.send(address, key=key) for _ in range(2)]
    assert answers[0].location == answers[1].location
    with app.app_context():
        assert db.session.query(Consultation).count() == 1


def test_the_second_matter_a_villager_raises_is_published(app, as_person, village):
    """SQLite gives the id of a deleted draft again: no key may be made of it."""
    fong = as_person(village.ah_fong)
    for title in ("修好井边的灯", "修好塘基的路", "修好晒谷坪"):
        first = fong.submit("/rongxi/consultations/drafts/").request.path
        fong.submit(first, title=title, summary="晚上挑水看不见。")
        fong.submit(first.replace("words", "review"))
    with app.app_context():
        titles = [one.proposal.title for one in db.session.query(Consultation).order_by(Consultation.id)]
        assert titles == ["修好井边的灯", "修好塘基的路", "修好晒谷坪"]
        assert db.session.query(ProposalDraft).count() == 0


def test_a_page_of_a_draft_that_is_gone_publishes_no_other(app, as_person, village):
    fong = as_person(village.ah_fong)
    first = fong.submit("/rongxi/consultations/drafts/").request.path
    fong.submit(first, title="修好井边的灯", summary="晚上挑水看不见。")
    assert fong.send(first.replace("words", "publication"), key="of another draft").status_code == 404
    with app.app_context():
        assert db.session.query(Consultation).count() == 0


def test_a_draft_that_is_thrown_away_is_gone(as_person, village):
    fong = as_person(village.ah_fong)
    first = fong.submit("/rongxi/consultations/drafts/").request.path
    fong.send(first.replace("words", "removal"))
    assert fong.get(first).status_code == 404


def test_standing_behind_it_is_one_press_and_another_takes_it_back(as_person, village, matter):
    keung = as_person(village.ah_keung)
    keung.submit(f"/rongxi/consultations/{matter}", "form[action$=endorsement]")
    assert "2 人" in keung.text("section[aria-labelledby=backing]")
    keung.submit(f"/rongxi/consultations/{matter}", "form[action$='endorsement/removal']")
    assert "1 人" in keung.text("section[aria-labelledby=backing]")
