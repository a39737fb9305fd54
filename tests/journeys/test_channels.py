"""A secret vote on the phone, a helper at the door, two officers at one sheet at once, the receipt found after the close."""

from datetime import timedelta
from pathlib import Path

import pytest

from consult.domain.polls.polls import Channel
from consult.models import Poll, SealedBallot, SheetConfirmation, db
from consult.services.polls import closing, offline_turnout
from tests.browser import Phone, _phone
from tests.views.talk.test_consultations import photo
from tests.village import a_poll, number_of, vote, vote_in_secret

LATER = timedelta(days=4)


@pytest.fixture
def secret_poll(app, village) -> int:
    with app.app_context():
        poll = a_poll(village, secret=True)
        db.session.remove()
    return poll


def cast_in_secret(page) -> str:
    page.locator("#ballot .stones button").nth(0).click()
    page.wait_for_selector("#confirm")
    page.locator("#confirm form button").click()
    page.wait_for_selector("#secret_receipt")
    return "".join(page.locator("#secret_receipt .code li").all_inner_texts())


def ballots(app) -> int:
    with app.app_context():
        db.session.remove()
        return db.session.query(SealedBallot).count()


def test_a_secret_vote_and_its_receipt_found_after_the_close(phone, app, server, village, secret_poll):
    asked: list[str] = []
    phone.page.on("request", lambda request: asked.append(f"{request.url} {request.post_data or ''}"))
    phone.sign_in(village.ah_fong)
    page = phone.open(f"/rongxi/polls/{secret_poll}")
    phone.look("secret-poll")
    page.locator("#ballot .stones button").nth(0).click()
    page.wait_for_selector("#confirm")
    phone.look("secret-confirm")
    page.locator("#confirm form button").click()
    page.wait_for_selector("#secret_receipt")
    phone.look("secret-receipt")
    code = "".join(page.locator(".code li").all_inner_texts())
    assert len(code) == 26 and ballots(app) == 1
    phone.open(f"/rongxi/polls/{secret_poll}")
    assert page.locator(".stones").count() == 0
    phone.look("secret-voted")
    with app.app_context():
        for who in (village.old_chan, village.uncle_ho):
            vote_in_secret(village, secret_poll, who, 2)
        db.session.remove()
    server.at(LATER)
    phone.sign_in(village.ah_fong)
    phone.open(f"/rongxi/polls/{secret_poll}")
    phone.look("secret-counting")
    with app.app_context():
        closing.declare(db.session.get(Poll, secret_poll), village.old_chan.act())
        db.session.remove()
    phone.open(f"/rongxi/polls/{secret_poll}")
    phone.look("secret-outcome")
    asked.clear()
    phone.open(f"/rongxi/polls/{secret_poll}/receipts")
    page.fill("#code", f"{code[:4]} {code[4:].lower()}")
    page.locator("#find").click()
    page.wait_for_selector("#code-counted", state="visible")
    phone.look("secret-found")
    page.fill("#code", "2222")
    page.locator("#find").click()
    page.wait_for_selector("#code-missing", state="visible")
    assert not [line for line in asked if code in line.upper() or code[:8] in line.upper()], "the code left the phone"


def test_a_secret_vote_without_javascript(plain_phone, app, village, secret_poll):
    plain_phone.sign_in(village.ah_fong)
    page = plain_phone.open(f"/rongxi/polls/{secret_poll}")
    code = cast_in_secret(page)
    assert len(code) == 26 and code not in page.url
    page.reload()
    assert "".join(page.locator("#secret_receipt .code li").all_inner_texts()) == code, (
        "the same press, the same receipt"
    )
    assert ballots(app) == 1


def test_a_reply_cut_after_the_commit_gives_the_same_secret_receipt(phone, app, village, secret_poll):
    phone.sign_in(village.ah_fong)
    page = phone.open(f"/rongxi/polls/{secret_poll}")
    page.locator("#ballot .stones button").nth(1).click()
    page.wait_for_selector("#confirm")
    token = page.locator("#confirm [name=key]").input_value()

    def deliver_then_cut(route) -> None:
        route.fetch()
        route.abort()

    page.route("**/ballots", deliver_then_cut, times=1)
    page.locator("#confirm form button").click()
    page.wait_for_selector("#confirm .lost", state="visible")
    phone.complaints.clear()
    page.locator("#confirm form button").click()
    page.wait_for_selector("#secret_receipt")
    assert "".join(page.locator(".code li").all_inner_texts()) == token and ballots(app) == 1


def test_a_helper_at_the_door(phone, app, village):
    with app.app_context():
        poll = a_poll(village)
        number = number_of(poll, village.ah_fong)
        db.session.remove()
    phone.sign_in(village.ah_keung)
    page = phone.open(f"/rongxi/polls/{poll}")
    page.locator("a[href$='assistances/new']").click()
    page.wait_for_selector("#number")
    phone.look("helper-number")
    page.fill("#number", str(number))
    page.locator("form.sheet button").click()
    page.wait_for_selector(".stones")
    phone.look("helper-ballot")
    page.locator(".stones button").nth(1).click()
    page.wait_for_selector("#present")
    phone.look("helper-read-aloud")
    page.locator("section.ballot form button").click()
    page.wait_for_selector("#mistakes")
    phone.look("helper-mistakes")
    page.locator("label[for=present]").click()
    page.locator("label[for=read_back]").click()
    page.fill("#name", village.ms_yip.name)
    page.fill("#code", "02-003")
    page.locator("section.ballot form button").click()
    page.wait_for_selector(".code li")
    phone.look("helper-receipt")


@pytest.fixture
def second_phone(browser, server, app, locale):
    yield from _phone(browser, server, app, locale)


def fill_sheet(phone: Phone, poll: int, picture: Path, **figures: str) -> None:
    page = phone.open(f"/rongxi/polls/{poll}/count-sheets/1")
    for name, value in {
        "issued": "2",
        "returned": "2",
        "valid_1": "1",
        "valid_2": "1",
        "valid_3": "0",
        "blank": "0",
        "invalid": "0",
        **figures,
    }.items():
        page.fill(f"#{name}", value)
    page.set_input_files("#picture", picture)


def test_two_officers_enter_a_sheet_on_two_phones_at_once(phone, second_phone, app, server, village, tmp_path):
    with app.app_context():
        poll = a_poll(village, paper=True)
        numbers = sorted(number_of(poll, who) for who in (village.ah_fong, village.ah_kwok))
        offline_turnout.mark(db.session.get(Poll, poll), Channel.PAPER, numbers, village.sister_chow.act())
        vote(village, poll, village.aunt_leung, 1)
        db.session.remove()
    picture = tmp_path / "sheet.jpg"
    picture.write_bytes(photo((400, 300)).read())
    phone.sign_in(village.sister_chow)
    phone.open(f"/rongxi/polls/{poll}/attendance")
    phone.look("attendance")
    phone.open(f"/rongxi/polls/{poll}/voter-list")
    phone.look("voter-list")
    phone.open(f"/rongxi/polls/{poll}/paper-ballots")
    phone.look("paper-ballots")
    server.at(LATER)
    phone.sign_in(village.old_chan)
    second_phone.sign_in(village.uncle_ho)
    page = phone.open(f"/rongxi/polls/{poll}")
    page.locator("a[href$='count-sheets/']").click()
    page.wait_for_selector("#place")
    page.fill("#place", "上围票箱")
    page.locator("label[for=channel-1]").click()
    page.locator("form.sheet button").click()
    page.wait_for_selector("#valid_1")
    phone.look("count-sheet")
    fill_sheet(phone, poll, picture)
    fill_sheet(second_phone, poll, picture)
    for one in (phone, second_phone):  # both have filled in before either has sent
        with one.page.expect_navigation():
            one.page.locator("form.sheet button").click()
    second_phone.page.wait_for_selector(".agrees")
    second_phone.look("count-sheet-confirmed")
    phone.open(f"/rongxi/polls/{poll}/count-sheets/")
    phone.look("count-sheets")
    phone.open(f"/rongxi/polls/{poll}")
    phone.look("counting")
    with phone.page.expect_navigation():
        phone.page.locator("form[action$=declaration] button").click()
    phone.page.wait_for_selector(".tally")
    phone.look("paper-outcome")
    with app.app_context():
        assert db.session.query(SheetConfirmation).count() == 1
        db.session.remove()


def test_two_officers_extend_and_a_household_contests(phone, app, village):
    with app.app_context():
        poll = a_poll(village, body="VA_house")
        vote(village, poll, village.ah_fong, 1)
        db.session.remove()
    phone.sign_in(village.ah_kwok)
    page = phone.open(f"/rongxi/polls/{poll}")
    page.locator("a[href$='contests/new']").click()
    page.wait_for_selector("#reason")
    phone.look("contest")
    page.fill("#reason", "没有商量过")
    with page.expect_navigation():
        page.locator("form.sheet button").click()
    phone.sign_in(village.sister_chow)
    phone.open(f"/rongxi/polls/{poll}/changes/")
    phone.look("changes")
    page.fill("#reason", "大雨，路断了")
    page.fill("#closes_at", "2099-01-01T20:00")
    with page.expect_navigation():
        page.locator("form.sheet:has(#reason) button").click()
    phone.look("change-waiting")
    phone.sign_in(village.old_chan)
    phone.open(f"/rongxi/polls/{poll}/changes/")
    with page.expect_navigation():
        page.locator("form[action$=confirmation] button").click()
    phone.look("extended")
    phone.sign_in(village.uncle_ho)
    phone.open(f"/rongxi/polls/{poll}/scrutiny")
    phone.look("scrutiny")


def test_a_letter_of_proxy(phone, app, village, tmp_path):
    with app.app_context():
        poll = a_poll(village)
        db.session.remove()
    picture = tmp_path / "letter.jpg"
    picture.write_bytes(photo((400, 300)).read())
    phone.sign_in(village.ah_fong)
    page = phone.open(f"/rongxi/polls/{poll}/proxies/new")
    phone.look("proxy")
    page.locator("label[for=number-1]").click()
    page.set_input_files("#picture", picture)
    page.locator("label[for=choice-2]").click()
    with page.expect_navigation():
        page.locator("form.sheet button").click()
    phone.look("proxy-confirm")
    with page.expect_navigation():
        page.locator("section.ballot form button").click()
    page.wait_for_selector(".code li")
