"""Extending, cancelling, and the bundles, as officers and everybody see them."""

from datetime import timedelta

from consult.models import Poll, db
from tests import hours
from tests.services.polls.test_roll_appeals import newcomer
from tests.village import vote
from tests.ways import logged, made

LATER = timedelta(days=4)


def test_two_officers_extend_a_poll_and_everybody_sees_the_banner(app, as_person, client, village):
    poll = made(app, village)
    chow, chan = as_person(village.sister_chow), as_person(village.old_chan)
    with app.app_context():
        later = db.session.get_one(Poll, poll).closes_at + timedelta(days=9)
    address, typed = f"/rongxi/polls/{poll}/changes/", {"kind": "extension", "reason": "大雨，路断了"}
    refused = chow.submit(address, **typed, closes_at="2099-01-01T20:00")
    assert refused.status_code == 422 and "60 天" in chow.text("main") and "大雨，路断了" in chow.text("main")
    chow.submit(address, **typed, closes_at=later.strftime("%Y-%m-%dT20:00"))
    chow.get(f"/rongxi/polls/{poll}/changes/")
    assert chow.page.select_one("form[action$=confirmation]") is None
    assert chow.send(f"/rongxi/polls/{poll}/changes/1/confirmation").status_code == 403
    assert logged(app) == ['{"reason":"same_person"}']
    chan.submit(f"/rongxi/polls/{poll}/changes/", "form[action$=confirmation]")
    client.get(f"/rongxi/polls/{poll}")
    assert "大雨，路断了" in client.text("#main")
    client.get("/rongxi/notices/2")
    assert "大雨，路断了" in client.text(".notice")
    assert "大雨，路断了" in client.get("/rongxi/consultations/1/timeline").text
    with app.app_context():
        assert abs(db.session.get_one(Poll, poll).closes_at - later) < timedelta(days=1)


def test_a_cancelled_poll_says_so_everywhere_and_takes_no_vote(app, as_person, client, village):
    poll = made(app, village)
    chow, chan = as_person(village.sister_chow), as_person(village.old_chan)
    chow.submit(f"/rongxi/polls/{poll}/changes/", kind="cancellation", reason="题目写错了")
    chan.submit(f"/rongxi/polls/{poll}/changes/", "form[action$=confirmation]")
    client.get(f"/rongxi/polls/{poll}")
    assert "题目写错了" in client.text("#main") and client.page.select_one("#ballot") is None
    assert "投过的票都不算" in client.text("#main") and "再投票" not in client.text("#main")
    fong = as_person(village.ah_fong)
    assert fong.send(f"/rongxi/polls/{poll}/ballots", choice="1", key="k").status_code == 409
    fong.get("/rongxi/")
    assert fong.page.select_one(".call") is None
    assert fong.get(f"/rongxi/polls/{poll}/outcome.json").json["state"] == "cancelled"


def test_the_second_officer_reads_who_is_added_before_confirming_it(app, as_person, village):
    poll = made(app, village)
    with app.app_context():
        newcomer(village)
        db.session.remove()
    chow, chan = as_person(village.sister_chow), as_person(village.old_chan)
    asked = chow.submit(f"/rongxi/polls/{poll}/changes/", kind="addition", reason="漏了", name="新来福", code="01-001")
    assert asked.status_code == 200
    chan.get(f"/rongxi/polls/{poll}/changes/")
    waits = chan.page.select_one("section[id^=change-]").text
    assert "新来福" in waits and "01-001" in waits
    fong = as_person(village.ah_fong)
    assert fong.get(f"/rongxi/polls/{poll}/changes/").status_code == 403


def test_a_change_with_mistakes_comes_back_as_typed(app, as_person, village):
    poll = made(app, village)
    chow = as_person(village.sister_chow)
    answer = chow.submit(f"/rongxi/polls/{poll}/changes/", kind="addition", reason="漏了", name="谁", code="01-001")
    assert answer.status_code == 422 and chow.page.select_one("#name")["value"] == "谁"


def test_the_bundle_for_everybody_is_on_the_result_page_and_the_full_one_for_scrutineers(
    app, as_person, client, village, monkeypatch
):
    poll = made(app, village)
    with app.app_context():
        vote(village, poll, village.ah_fong, 1)
        db.session.remove()
    assert client.get(f"/rongxi/polls/{poll}/bundle.zip").status_code == 409
    monkeypatch.setenv("CONSULT_CLOCK_SHIFT", hours.later(LATER))
    chan = as_person(village.old_chan)
    chan.submit(f"/rongxi/polls/{poll}", "form[action$=declaration]")
    client.get(f"/rongxi/polls/{poll}")
    link = client.page.select_one("a[href$='bundle.zip']")["href"]
    assert client.get(link).mimetype == "application/zip"
    full = f"/rongxi/polls/{poll}/scrutiny/bundle.zip"
    assert chan.get(full).status_code == 403 and as_person(village.uncle_ho).get(full).status_code == 200
