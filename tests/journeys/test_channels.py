"""A secret vote on the phone, a helper at the door, two officers at one sheet at once, the receipt found after the close."""

from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image

from consult import clock
from consult.domain.polls.polls import Channel
from consult.domain.polls.secret_ballots import new_token
from consult.models import BallotEvent, Poll, SealedBallot, SheetConfirmation, db
from consult.services.polls import ballots as ballots_of_others
from consult.services.polls import closing, offline_turnout
from consult.services.polls.ballot_requests import BallotRequest
from tests.browser import Phone, _phone
from tests.views.talk.test_consultations import photo
from tests.village import a_photo, a_poll, number_of, vote, vote_in_secret

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
    asked.clear()
    kept = page.locator("#keep-picture button")
    with page.expect_download() as download:
        kept.click()
    page.wait_for_selector("#keep-picture img")
    with Image.open(download.value.path()) as picture:
        assert picture.format == "PNG" and picture.width == 720 and picture.height > 600
        pixels = picture.convert("L").histogram()
        assert sum(pixels[:128]) > 0.02 * sum(pixels), "nothing is written in it"
    said = page.locator("#keep-picture img").get_attribute("alt") or ""
    assert code in said.replace(" ", "") and not asked, f"it holds the code, and nothing left the phone: {said} {asked}"
    phone.look("secret-receipt-picture")
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
    page.press("#code", "Enter")
    page.wait_for_selector("#code-unfinished", state="visible")
    assert page.locator("#keys mark").count() == 0, "the line of an earlier hit stays lit beside “neither code”"
    page.fill("#code", "")
    page.press("#code", "Enter")
    page.wait_for_selector("#code-empty", state="visible")
    short = page.locator("#keys li").first.inner_text()
    page.fill("#code", short)
    page.press("#code", "Enter")
    page.wait_for_selector("#code-counted", state="visible")
    page.fill("#code", "2" * 26)
    page.press("#code", "Enter")
    page.wait_for_selector("#code-missing", state="visible")
    assert not [line for line in asked if code in line.upper() or code[:8] in line.upper()], "the code left the phone"


def test_a_secret_vote_without_javascript(plain_phone, app, village, secret_poll):
    plain_phone.sign_in(village.ah_fong)
    page = plain_phone.open(f"/rongxi/polls/{secret_poll}")
    code = cast_in_secret(page)
    assert len(code) == 26 and code not in page.url
    assert not page.locator("#keep-picture").is_visible(), "a button that does nothing"
    page.reload()
    assert "".join(page.locator("#secret_receipt .code li").all_inner_texts()) == code, (
        "the same press, the same receipt"
    )
    assert ballots(app) == 1


@pytest.mark.one_language
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
    page.wait_for_selector("#is_here")
    phone.look("helper-read-aloud")
    page.locator("section.ballot form button").click()
    page.wait_for_selector("#mistakes")
    phone.look("helper-mistakes")
    page.locator("label[for=is_here]").click()
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


def by_letter(app, village, poll: int) -> None:
    """Ah Kwok votes for his wife with a letter."""
    with app.app_context():
        order = BallotRequest(
            village.id,
            poll,
            village.ah_kwok.id,
            (2,),
            new_token(),
            channel=Channel.PROXY,
            number=number_of(poll, village.ah_fong),
            letter=a_photo(village.ah_kwok),
        )
        db.session.rollback()
        ballots_of_others.cast(order, clock=clock.now)
        db.session.remove()


def newest_ballot(app) -> tuple[str, int]:
    with app.app_context():
        newest = db.session.query(BallotEvent).order_by(BallotEvent.rev.desc()).first()
        db.session.remove()
    return newest.channel.value, newest.actor_id


def test_a_wife_votes_herself_after_her_husbands_letter(phone, app, village):
    with app.app_context():
        poll = a_poll(village)
        db.session.remove()
    by_letter(app, village, poll)
    phone.sign_in(village.ah_fong)
    page = phone.open("/rongxi/notifications/")
    phone.look("voted-for-inbox")
    page.locator(f"main a[href$='/polls/{poll}/my-vote']").first.click()
    page.wait_for_selector("section.sheet .lead")
    phone.look("voted-for")
    phone.open(f"/rongxi/polls/{poll}")
    phone.look("voted-for-ballot")
    page.locator("#ballot .stones button").nth(0).click()
    page.wait_for_selector("#confirm")
    page.locator("#confirm form button").click()
    page.wait_for_selector("#receipt")
    assert newest_ballot(app) == ("phone", village.ah_fong.id)
    phone.sign_in(village.ah_kwok)
    phone.open(f"/rongxi/polls/{poll}/my-vote")
    phone.look("letter-superseded")


def test_a_wife_votes_herself_without_javascript(plain_phone, app, village):
    with app.app_context():
        poll = a_poll(village)
        db.session.remove()
    by_letter(app, village, poll)
    plain_phone.sign_in(village.ah_fong)
    page = plain_phone.open(f"/rongxi/polls/{poll}")
    page.locator("#ballot .stones button").nth(0).click()
    page.wait_for_selector("#confirm")
    page.locator("#confirm form button").click()
    page.wait_for_selector("#receipt")
    assert newest_ballot(app) == ("phone", village.ah_fong.id)


def test_a_wrong_mark_is_said_and_decided_by_two(phone, app, server, village):
    with app.app_context():
        poll = a_poll(village, paper=True)
        number = number_of(poll, village.ah_fong)
        offline_turnout.mark(db.session.get(Poll, poll), Channel.PAPER, [number], village.ah_keung.act())
        db.session.remove()
    phone.sign_in(village.ah_fong)
    page = phone.open(f"/rongxi/polls/{poll}")
    phone.look("marked")
    page.locator("#my-act a[href$='contests/new']").click()
    page.wait_for_selector("#reason")
    phone.look("not-so")
    with page.expect_navigation():
        page.locator("form.sheet button").click()
    page.wait_for_selector("#said")
    phone.look("not-so-arrived")
    for who in (village.old_chan, village.uncle_ho):
        phone.sign_in(who)
        phone.open(f"/rongxi/polls/{poll}/contests/")
        phone.look("contests")
        page.locator("label[for^=upheld-]").click()
        page.fill("textarea[name=reason]", "签到表上没有她")
        with page.expect_navigation():
            page.locator("form[action$=opinions] button").click()
    phone.sign_in(village.ah_fong)
    phone.open(f"/rongxi/polls/{poll}/my-vote")
    assert page.locator("section[aria-labelledby=said] .agrees").count() == 1
    phone.look("not-so-decided")


def test_an_officer_looks_at_a_letter(phone, app, village):
    with app.app_context():
        poll = a_poll(village)
        db.session.remove()
    by_letter(app, village, poll)
    phone.sign_in(village.ms_yip)
    page = phone.open(f"/rongxi/polls/{poll}/letters/")
    phone.look("letters")
    page.fill("input[name=reason]", "只是一张白纸")
    with page.expect_navigation():
        page.locator("button[value=no]").click()
    phone.sign_in(village.ah_fong)
    page = phone.open(f"/rongxi/polls/{poll}")
    assert page.locator("#ballot .stones").count() == 1, "her vote is free again"


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
    page.fill("#closes_at", (clock.now() + timedelta(days=20)).strftime("%Y-%m-%dT20:00"))
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
