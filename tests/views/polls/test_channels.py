"""The pages of helpers, letters and contests, without JavaScript, as those who use them."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from consult.models import BallotEvent, db
from tests import hours
from tests.views.talk.test_consultations import photo
from tests.village import vote
from tests.ways import logged, made, number

LATER = timedelta(days=4)


def test_a_helper_finds_the_voter_reads_aloud_names_a_witness_and_casts(app, as_person, village):
    poll = made(app, village)
    keung = as_person(village.ah_keung)
    n = number(app, poll, village.ah_fong)
    found = keung.submit(f"/rongxi/polls/{poll}/assistances/new", number=str(n))
    assert village.ah_fong.name in found.text
    keung.press("section.ballot form", choice="1")
    refused = keung.press("section.ballot form", name="没有这个人", code="09-999")
    assert refused.status_code == 422 and len(keung.page.select(".mistake")) == 3
    assert keung.page.select_one("#name")["value"] == "没有这个人"
    done = keung.press("section.ballot form", is_here="1", read_back="1", name=village.ms_yip.name, code="02-003")
    assert done.status_code == 200 and len(keung.page.select(".code li")) == 4
    with app.app_context():
        assert db.session.scalars(select(BallotEvent)).one().channel == "assisted"


def test_who_has_voted_already_is_said_before_any_choice(app, as_person, village):
    poll = made(app, village)
    with app.app_context():
        vote(village, poll, village.ah_fong, 1)
    keung = as_person(village.ah_keung)
    keung.submit(f"/rongxi/polls/{poll}/assistances/new", number=str(number(app, poll, village.ah_fong)))
    assert keung.page.select_one(".mistake") is not None and keung.page.select_one(".stones") is None


@pytest.mark.parametrize("typed", ["99", "abc", "0"])
def test_a_number_that_is_nobodys_comes_back_with_a_sentence(app, as_person, village, typed):
    poll = made(app, village)
    keung = as_person(village.ah_keung)
    answer = keung.submit(f"/rongxi/polls/{poll}/assistances/new", number=typed)
    assert answer.status_code == 422 and keung.page.select_one("#number")["value"] == typed


def test_an_attempt_to_help_against_the_rule_is_refused_and_logged(app, as_person, village):
    poll = made(app, village)
    n = number(app, poll, village.ah_fong)
    chow = as_person(village.sister_chow)
    fields = {
        "number": n,
        "choice": "1",
        "is_here": "1",
        "read_back": "1",
        "name": village.ms_yip.name,
        "code": "02-003",
        "key": "k",
    }
    assert chow.send(f"/rongxi/polls/{poll}/assistances", **fields).status_code == 403
    assert logged(app) == ['{"reason":"helper_is_author"}']


def test_who_made_the_proposal_is_not_led_to_a_form_that_would_be_refused(app, as_person, village):
    poll = made(app, village)
    chow, chan = as_person(village.sister_chow), as_person(village.old_chan)
    for client, shown in ((chow, False), (chan, True)):
        client.get(f"/rongxi/polls/{poll}")
        assert bool(client.page.select("a[href$='assistances/new']")) is shown
    assert chow.get(f"/rongxi/polls/{poll}/assistances/new").status_code == 403
    assert "提案人" in chow.text("#main")


def test_a_letter_is_photographed_looked_at_and_cast(app, as_person, village):
    poll = made(app, village)
    fong = as_person(village.ah_fong)
    fong.get(f"/rongxi/polls/{poll}/proxies/new")
    token = fong.page.select_one("input[name=csrf_token]")["value"]
    n = number(app, poll, village.ah_kwok)
    send = {"csrf_token": token, "number": str(n), "choice": "2"}
    without = fong.post(f"/rongxi/polls/{poll}/proxies/look", data=send)
    assert without.status_code == 422 and fong.page.select_one("#picture-mistake") is not None
    fong.post(
        f"/rongxi/polls/{poll}/proxies/look",
        data={**send, "picture": (photo(), "letter.jpg")},
        content_type="multipart/form-data",
    )
    done = fong.press("section.ballot form")
    assert done.status_code == 200 and len(fong.page.select(".code li")) == 4
    assert fong.text(".receipt .lead") == f"{village.ah_kwok.name}嘅票收到喇，而家仲未算數"
    ho = as_person(village.uncle_ho)
    ho.get(f"/rongxi/polls/{poll}/scrutiny")
    assert village.ah_kwok.name in ho.text("#main")
    assert ho.get(f"/rongxi/polls/{poll}/scrutiny/letters/{n}").mimetype == "image/jpeg"
    assert as_person(village.old_chan).get(f"/rongxi/polls/{poll}/scrutiny/letters/{n}").status_code == 403


def test_another_adult_contests_and_the_outcome_lists_the_number(app, as_person, village, monkeypatch):
    poll = made(app, village, body="VA_house")
    with app.app_context():
        vote(village, poll, village.ah_fong, 1)
        db.session.remove()
    kwok = as_person(village.ah_kwok)
    kwok.get(f"/rongxi/polls/{poll}")
    assert kwok.page.select_one("a[href$='contests/new']") is not None
    assert kwok.submit(f"/rongxi/polls/{poll}/contests/new", reason="长" * 300).status_code == 422
    kwok.submit(f"/rongxi/polls/{poll}/contests/new", reason="没有商量过")
    for who in (village.old_chan, village.uncle_ho):
        as_person(who).submit(f"/rongxi/polls/{poll}/contests/", upheld="no", reason="家里商量过")
    monkeypatch.setenv("CONSULT_CLOCK_SHIFT", hours.later(LATER))
    kwok.get(f"/rongxi/polls/{poll}")
    assert f"名册 {number(app, poll, village.ah_fong)} 号" in kwok.text("#main")
    assert "没有商量过" not in kwok.text("#main"), "the reason is for the scrutineers"
