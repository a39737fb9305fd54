"""Writing a proposal: every mistake at once, nothing lost, pictures without place data."""

import io
from dataclasses import replace

import pytest
from PIL import Image

from consult.models import Consultation, Picture, Poll, db
from consult.services.core import files
from consult.services.core.uploads import pictures
from tests.village import a_consultation, a_poll, vote, vote_in_secret, words_of_its_own

pytestmark = pytest.mark.both_databases

WORDS = {
    "title": "修好上圳三百米水圳",
    "summary": "去年大水冲坏了三处。",
    "cost": "128,600",
    "source1": "奖补",
    "amount1": "128600",
}


def photo(size=(2400, 1600), **options) -> io.BytesIO:
    picture, out = Image.new("RGB", size, "green"), io.BytesIO()
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (23.0, 42.0, 0.0), 3: "E", 4: (113.0, 1.0, 0.0)}
    exif[0x010F] = "SECRET-CAMERA"
    picture.save(out, "JPEG", exif=exif, **options)
    out.seek(0)
    return out


def test_a_council_member_opens_a_consultation(as_person, client, village):
    chow = as_person(village.sister_chow)
    shown = chow.submit("/rongxi/consultations/new", **WORDS)
    assert shown.request.path.startswith("/rongxi/consultations/")
    assert client.get(shown.request.path).status_code == 200
    assert "128,600 元" in client.text()


def test_what_costs_nothing_says_so_once_and_has_no_table_of_money(app, client, village):
    with app.app_context():
        free = a_consultation(
            village, key="free", words=replace(words_of_its_own("free"), title="捡垃圾", cost_fen=0, funding=())
        )
    page = client.get(f"/rongxi/consultations/{free}")
    assert "不花钱。" in page.text and not client.page.select("table.money")


def test_every_mistake_is_told_at_once_and_what_was_typed_comes_back(as_person, village):
    chow = as_person(village.sister_chow)
    answer = chow.submit("/rongxi/consultations/new", summary="去年大水", cost="三千左右")
    assert answer.status_code == 422
    assert chow.page.select_one("#summary").text == "去年大水"
    assert chow.page.select_one("#cost")["value"] == "三千左右"
    assert {m["id"] for m in chow.page.select("p.mistake")} == {"title-mistake", "cost-mistake"}


def test_a_double_tap_opens_one_consultation(app, as_person, village):
    chow = as_person(village.sister_chow)
    answers = [chow.send("/rongxi/consultations/", key="one", **WORDS) for _ in range(2)]
    assert answers[0].location == answers[1].location
    with app.app_context():
        assert db.session.query(Consultation).count() == 1


def test_a_picture_loses_its_place_and_its_camera_and_grows_small(app, as_person, village):
    chow = as_person(village.sister_chow)
    shown = chow.submit("/rongxi/consultations/new", picture1=(photo(), "圳.jpg"), description1="塌了 6 米", **WORDS)
    image = chow.page.select_one(".pictures img")
    assert (image["width"], image["alt"]) == ("1280", "塌了 6 米")
    data = chow.get(image["src"]).data
    assert b"SECRET-CAMERA" not in data
    with Image.open(io.BytesIO(data)) as kept:
        assert max(kept.size) == 1280 and not kept.getexif()
    assert shown.status_code == 200


def test_a_picture_turned_by_the_camera_stands_upright(app, village):
    picture, out = Image.new("RGB", (300, 100), "red"), io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6
    picture.save(out, "JPEG", exif=exif)
    with app.app_context():
        assert pictures.size_of(pictures.store(out.getvalue(), village.ah_fong.act())) == (100, 300)


@pytest.mark.parametrize("data", [b"", b"not a picture", b"\xff\xd8\xff\xe0" + b"0" * 500, b"<svg xmlns='x'/>"])
def test_what_is_no_picture_is_refused_with_a_sentence(as_person, village, data):
    chow = as_person(village.sister_chow)
    answer = chow.submit("/rongxi/consultations/new", picture1=(io.BytesIO(data), "x.jpg"), description1="x", **WORDS)
    assert answer.status_code == 422
    assert chow.page.select_one("#picture1-mistake") is not None


def test_a_picture_that_arrived_is_kept_when_something_else_was_wrong(app, as_person, village):
    chow = as_person(village.sister_chow)
    answer = chow.submit("/rongxi/consultations/new", picture1=(photo(), "圳.jpg"), description1="塌了", summary="x")
    assert answer.status_code == 422
    kept = chow.page.select_one("input[name=kept1]")["value"]
    chow.send("/rongxi/consultations/", key="k", kept1=kept, description1="塌了", **WORDS)
    with app.app_context():
        assert db.session.query(Picture).count() == 1


def test_what_a_picture_shows_is_asked_for_afterwards_and_of_nobody_else(as_person, village):
    chow, fong = as_person(village.sister_chow), as_person(village.ah_fong)
    shown = chow.submit("/rongxi/consultations/new", picture1=(photo((50, 50)), "x.jpg"), **WORDS)
    asked = chow.page.select_one("figcaption a")["href"]
    assert chow.page.select_one(".pictures img")["alt"]
    fong.get(shown.request.path)
    assert fong.page.select_one("figcaption") is None and fong.get(asked).status_code == 404
    assert chow.submit(asked, description="").status_code == 422
    assert chow.submit(asked, description="电话 13800000001").status_code == 422
    chow.submit(asked, description="塌了 6 米")
    assert chow.page.select_one(".pictures img")["alt"] == "塌了 6 米"
    chow.get(asked)
    assert chow.page.select_one("#description") is None, "written once"


def test_a_description_that_is_too_long_is_told_and_kept(as_person, village):
    chow = as_person(village.sister_chow)
    form = {"picture1": (photo((50, 50)), "x.jpg"), "description1": "长" * 81, **WORDS}
    assert chow.submit("/rongxi/consultations/new", **form).status_code == 422
    assert chow.page.select_one("#description1")["value"] == "长" * 81
    assert "80" in chow.page.select_one("#description1-mistake").get_text()


def test_a_picture_of_another_village_is_not_found(as_person, village):
    chow = as_person(village.sister_chow)
    chow.submit("/rongxi/consultations/new", picture1=(photo((50, 50)), "x.jpg"), description1="x", **WORDS)
    path = chow.page.select_one(".pictures img")["src"]
    assert chow.get(path.replace("/rongxi/", "/daling/")).status_code == 404


def test_words_of_villagers_are_escaped(as_person, village):
    chow = as_person(village.sister_chow)
    shown = chow.submit("/rongxi/consultations/new", title="<script>alert(1)</script>", summary="<b>x</b>", text="<i>")
    assert "<script>alert" not in shown.text and "<b>x</b>" not in shown.text


def test_what_is_too_large_to_be_taken_leads_back_to_its_form(app, as_person, village):
    with app.app_context():
        talk = a_consultation(village)
    fong, form = as_person(village.ah_fong), f"/rongxi/consultations/{talk}"
    fong.get(form)
    whole = {"text": "x" * (files.LARGEST_REQUEST + 1)}
    answer = fong.post(f"{form}/comments", data=whole, headers={"Referer": f"http://localhost{form}"})
    assert answer.status_code == 413 and fong.page.select_one(f"main a.button[href='{form}']") is not None


def test_a_page_that_has_grown_old_gives_the_words_back_and_leads_to_its_form(app, as_person, village):
    with app.app_context():
        talk = a_consultation(village)
    fong, form = as_person(village.ah_fong), f"/rongxi/consultations/{talk}"
    old = {"csrf_token": "x", "text": "写了很久的话"}
    answer = fong.post(f"{form}/comments", data=old, headers={"Referer": f"http://localhost{form}"})
    assert answer.status_code == 400 and "写了很久的话" in fong.text("#kept")
    assert fong.page.select_one(f"main a.button[href='{form}']") is not None


def test_a_proposal_whose_vote_the_reader_has_given_leads_to_the_receipt_and_not_to_the_vote(app, as_person, village):
    with app.app_context():
        named, secret = a_poll(village, key="named"), a_poll(village, key="secret", secret=True)
        matters = {one: db.session.get_one(Poll, one).consultation_id for one in (named, secret)}
    fong, kwok = as_person(village.ah_fong), as_person(village.ah_kwok)
    asked = {}
    for poll, matter in matters.items():
        fong.get(f"/rongxi/consultations/{matter}")
        assert fong.page.select_one(".acts a.button[href$='#ballot']"), "before the vote"
        asked[poll] = len(fong.queries)
    with app.app_context():
        vote(village, named, village.ah_fong, 1)
        vote_in_secret(village, secret, village.ah_fong, 1)
        db.session.remove()
    for poll, link in ((named, f"/rongxi/polls/{named}/receipt"), (secret, "/rongxi/polls/mine")):
        fong.get(f"/rongxi/consultations/{matters[poll]}")
        assert not fong.page.select("a[href$='#ballot']") and len(fong.queries) <= asked[poll]
        assert "投咗票" in fong.page.select_one(f".acts a[href='{link}']").text
        assert fong.get(link).status_code == 200
        kwok.get(f"/rongxi/consultations/{matters[poll]}")
        assert kwok.page.select_one(".acts a[href$='#ballot']"), "somebody else of the household gave it, or nobody"
