"""A village decides on its phones: signing in, voting, changing, losing the line, closing, reading the result."""

import json
import re
from datetime import timedelta

import pytest

from consult import clock
from consult.domain.polls.polls import PollKind
from consult.models import BallotEvent, Poll, db
from consult.services.polls import closing
from tests.village import a_poll, vote

LATER = timedelta(days=4)


@pytest.fixture
def poll(app, village) -> int:
    with app.app_context():
        return a_poll(village, body="VA_house")


def code_from_outbox(config) -> str:
    return json.loads((config.instance_path / "outbox.jsonl").read_text().splitlines()[-1])["code"]


def receipt_on(page) -> str:
    page.wait_for_selector(".receipt .code")
    return "".join(page.locator(".receipt .code li").all_inner_texts())


def ballots(app) -> int:
    with app.app_context():
        return db.session.query(BallotEvent).count()


def test_signing_in_by_code_voting_and_changing_the_vote(phone, app, config, village, poll):
    phone.belongs_to(village.ah_fong)
    page = phone.open(f"/rongxi/polls/{poll}")
    phone.look("poll-stranger")
    page.locator("#ballot a.button").click()
    phone.look("sign-in")
    page.fill("#phone", "138 0000 0001")
    page.locator("form.sheet button").click()
    page.wait_for_url("**/sign-in/code")
    phone.look("sign-in-code")
    page.fill("#code", code_from_outbox(config))
    page.locator("form.sheet button").click()
    page.wait_for_url(f"**/polls/{poll}")
    assert village.ah_fong.name in page.inner_text(".acting")
    phone.look("poll")
    page.locator("#ballot .stones button").nth(0).click()
    page.wait_for_selector("#confirm")
    phone.look("confirm")
    page.locator("#confirm form button").click()
    first = receipt_on(page)
    phone.look("receipt")
    phone.open(f"/rongxi/polls/{poll}")
    page.locator("#ballot .stones button").nth(1).click()
    page.wait_for_selector("#confirm")
    page.locator("#confirm form button").click()
    assert receipt_on(page) != first
    phone.open("/rongxi/polls/mine")
    phone.look("receipts")
    assert page.locator(".ledger > li").count() == 2
    assert ballots(app) == 2


def test_a_wrong_code_and_an_unknown_number_are_told_without_telling_who_is_on_the_roll(phone, village):
    page = phone.open("/rongxi/sign-in")
    page.fill("#phone", "12")
    page.locator("form.sheet button").click()
    page.wait_for_selector("#phone-mistake")
    assert page.input_value("#phone") == "12"
    phone.look("sign-in-mistake")
    page.fill("#phone", "13900000000")
    page.locator("form.sheet button").click()
    page.wait_for_url("**/sign-in/code")
    page.fill("#code", "000000")
    page.locator("form.sheet button").click()
    page.wait_for_selector("#code-mistake")
    phone.look("sign-in-code-mistake")


def test_losing_the_reply_and_pressing_again_gives_the_receipt_and_one_ballot(phone, app, village, poll):
    phone.sign_in(village.ah_fong)
    page = phone.open(f"/rongxi/polls/{poll}")
    page.locator("#ballot .stones button").nth(0).click()
    page.wait_for_selector("#confirm")

    def deliver_then_cut(route):
        route.fetch()  # the server casts the ballot
        route.abort()  # the reply is lost

    page.route("**/ballots", deliver_then_cut, times=1)
    page.locator("#confirm form button").click()
    page.wait_for_selector("#confirm .lost", state="visible")
    phone.complaints.clear()  # the library says on the console that the line was cut
    phone.look("lost-reply")
    page.locator("#confirm form button").click()
    receipt_on(page)
    assert ballots(app) == 1


@pytest.mark.one_language
def test_a_vote_that_the_server_could_not_take_says_so_and_is_sent_by_the_same_button(phone, app, village, poll):
    """503 with words of the app, 502 of a web server before it: nothing is put into the place of the vote."""
    phone.sign_in(village.ah_fong)
    page = phone.open(f"/rongxi/polls/{poll}")
    page.locator("#ballot .stones button").nth(0).click()
    page.wait_for_selector("#confirm")
    busy = '<div class="mistakes" role="alert" id="refusal"><p><b>忙不过来</b></p></div>'
    ours = {"Content-Security-Policy": "default-src 'none'", "Content-Type": "text/html; charset=utf-8"}
    page.route("**/ballots", lambda route: route.fulfill(status=503, body=busy, headers=ours), times=1)
    page.locator("#confirm form button").click()
    page.wait_for_selector("#confirm > #refusal")
    page.route("**/ballots", lambda route: route.fulfill(status=502, body="<html>down</html>"), times=1)
    page.locator("#confirm form button").click()
    page.wait_for_selector("#confirm .lost", state="visible")
    assert page.locator("#refusal").count() == 0
    phone.complaints.clear()  # the library says on the console what the server answered
    page.locator("#confirm form button").click()
    receipt_on(page)
    assert ballots(app) == 1


def test_voting_without_javascript(plain_phone, app, village, poll):
    plain_phone.sign_in(village.ah_fong)
    page = plain_phone.open(f"/rongxi/polls/{poll}")
    page.locator("#ballot .stones button").nth(0).click()
    page.wait_for_url("**/ballots/look")
    page.locator("#confirm form button").click()
    page.wait_for_url("**/receipt")
    assert len(receipt_on(page)) == 16
    assert ballots(app) == 1


def test_the_poll_closes_by_itself_an_officer_declares_and_everybody_reads_the_result(
    phone, app, server, village, poll
):
    with app.app_context():
        for who in (village.ah_fong, village.old_chan, village.ah_keung, village.aunt_leung, village.uncle_ho):
            vote(village, poll, who, 1)
        db.session.remove()
    server.at(LATER)
    phone.sign_in(village.old_chan)
    page = phone.open("/rongxi/")
    phone.look("home-officer")
    page.goto(f"{server.url}/rongxi/polls/{poll}")
    phone.look("closed")
    page.locator("form[action$=declaration] button").click()
    page.wait_for_selector(".agrees")
    phone.look("outcome")
    assert re.search(r"7 ?[户戶]", page.inner_text(".quorum"))
    page.locator("a[href*='/notices/']").first.click()
    phone.open("/rongxi/notices/")
    phone.look("notices")
    page.locator(".ledger a").first.click()
    page.wait_for_selector(".notice .proof")
    phone.look("notice")
    phone.open(f"/rongxi/polls/{poll}/receipts")
    phone.look("counted-receipts")
    assert page.locator(".receipts li").count() == 5


def test_who_may_not_vote_reads_why(phone, village, poll):
    phone.sign_in(village.ah_kwok)
    page = phone.open(f"/rongxi/polls/{poll}")
    assert village.ah_fong.name in page.inner_text("#ballot")
    phone.look("not-representative")
    page.locator("#ballot a").first.click()
    page.wait_for_url("**/household")
    phone.look("household")
    page.locator("label", has_text=village.ah_kwok.name).click()
    page.locator("form.sheet button").click()
    page.wait_for_selector(".root")
    phone.open(f"/rongxi/polls/{poll}")
    page.locator("#ballot .stones button").nth(0).click()
    page.wait_for_selector("#confirm")


def test_choosing_several(phone, app, village):
    with app.app_context():
        poll = a_poll(village, kind=PollKind.APPROVAL, options=("文化室", "井边", "桥头"), max_choices=2)
    phone.sign_in(village.ah_fong)
    page = phone.open(f"/rongxi/polls/{poll}")
    phone.look("approval")
    for option in ("文化室", "桥头"):
        page.locator("label", has_text=option).click()
    page.locator("#ballot form button").click()
    page.wait_for_selector("#confirm")
    assert page.locator("#confirm .my-mark").count() == 2
    phone.look("approval-confirm")
    page.locator("#confirm form button").click()
    receipt_on(page)
    with app.app_context():
        closing.declare(db.session.get(Poll, poll), village.old_chan.act(now=clock.now() + LATER))
    phone.open(f"/rongxi/polls/{poll}")
    phone.look("approval-outcome")


def test_big_type_and_another_language_in_one_tap(phone, village, poll):
    phone.sign_in(village.ah_fong)
    page = phone.open(f"/rongxi/polls/{poll}")
    page.locator(".big-type button").click()
    page.wait_for_selector("html.elder")
    phone.look("poll-elder")
    page.locator(".languages button[value=yue_Hans]").click()
    page.wait_for_selector("html[lang=yue-Hans-CN]")
    phone.look("poll-elder-yue-hans", lang="yue-Hans-CN")
    page.locator(".languages button[value=en]").click()
    page.wait_for_selector("html[lang=en]")
    phone.look("poll-elder-english", lang="en")
    page.set_viewport_size({"width": 320, "height": 700})
    phone.look("poll-elder-320", lang="en")
