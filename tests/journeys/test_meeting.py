"""A meeting on three screens at once: the console, the screen on the wall, a villager's phone."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from consult import clock
from consult.domain.meetings.agendas import ItemKind
from consult.models import MeetingRollEntry, Notice, db
from consult.services.meetings import check_ins
from tests.browser import Phone, _phone
from tests.meetings import (
    a_called_meeting,
    a_meeting_draft,
    an_item,
    everybody,
    open_it,
    ripe,
    seat,
    seat_number,
    studied,
)
from tests.village import a_consultation

LAPTOP = {"width": 1280, "height": 800}
WALL = {"width": 1920, "height": 1080}
FLAT_WALL = {"width": 1366, "height": 620}


@pytest.fixture
def console(browser, server, app, locale) -> Iterator[Phone]:
    yield from _phone(browser, server, app, locale)


@pytest.fixture
def wall(browser, server, app, locale) -> Iterator[Phone]:
    yield from _phone(browser, server, app, locale)


def press(page: Page, selector: str) -> None:
    with page.expect_navigation() as answer:
        page.locator(selector).first.click()
    assert answer.value is not None and answer.value.status < 500, f"{selector} led to a fault"


def assert_fits(screen: Page) -> None:
    """Nobody scrolls a screen on the wall, whatever its shape: what has no room is set smaller."""
    for size in (WALL, FLAT_WALL, WALL):
        screen.set_viewport_size(size)
        screen.wait_for_function("() => document.documentElement.scrollHeight <= innerHeight")
        bottom = screen.locator("#screen").bounding_box()
        assert bottom is not None and bottom["y"] + bottom["height"] <= size["height"], (size, bottom)


def hands_of(browser: Phone, who: int, poll: int, agree: int) -> None:
    """One of the two who count enters the hands: so many agree, one is against, nobody abstains."""
    browser.sign_in(who)
    page = browser.open(f"/rongxi/polls/{poll}/count-sheets/1")
    for name, value in {"valid_1": str(agree), "valid_2": "1", "valid_3": "0"}.items():
        page.fill(f"#{name}", value)
    press(page, "form.sheet button")


def test_from_the_call_to_the_notice(phone, app, village):
    """Old Chan drafts a meeting, plans the vote, goes through the gates and calls it."""
    with app.app_context():
        consultation = a_consultation(village)
        db.session.remove()
    phone.sign_in(village.old_chan)
    page = phone.open("/rongxi/meetings/")
    phone.look("meetings-none")
    press(page, "a[href$='meetings/new']")
    phone.look("meeting-new")
    page.select_option("#body", "VA_people")
    page.fill("#title", "今年第三次村民会议")
    page.fill("#place", "榕树头文化室")
    page.fill("#starts_at", (clock.now() + timedelta(days=20)).strftime("%Y-%m-%dT19:30"))
    press(page, "form.sheet button")
    page.wait_for_selector("#agenda")
    press(page, "a[href$='items/new']")
    phone.look("agenda-new")
    page.fill("#title", "修好上圳三百米水圳")
    page.select_option("#consultation_id", str(consultation))
    page.fill("#question", "您赞成修上圳吗？")
    press(page, "form.sheet button")
    page.wait_for_selector("#agenda")
    phone.look("meeting-draft-unripe")
    press(page, "a[href$='items/1/revision']")
    page.select_option("#matter", "public_works")
    for question in ("power", "lawful", "rights", "women", "money"):
        page.locator(f"label[for='{question}-1']").click()
    phone.look("agenda-item")
    press(page, "form.sheet button")
    press(page, "a[href$='four-deliberations']")
    phone.look("deliberations-checked")
    with app.app_context():
        studied(village, consultation)
        db.session.remove()
    page = phone.open("/rongxi/meetings/1")
    phone.look("meeting-draft-ripe")
    press(page, "form[action$='/call'] button")
    page.wait_for_selector("#live")
    phone.look("meeting-called")
    page = phone.open("/rongxi/meetings/1/prints")
    phone.look("meeting-prints")
    page = phone.open("/rongxi/notices/")
    press(page, ".ledger h2 a")
    phone.look("meeting-notice")


def test_a_villager_answers_the_call(phone, app, village):
    with app.app_context():
        a_called_meeting(village)
        db.session.remove()
    phone.sign_in(village.ah_fong)
    page = phone.open("/rongxi/")
    phone.look("home-meeting")
    press(page, "section[aria-labelledby=meeting] h3 a")
    page.wait_for_selector("#answer")
    phone.look("meeting-answer")
    press(page, "#answer .stones button[value=coming]")
    page.wait_for_selector("#answer .agrees")
    phone.look("meeting-answered")
    phone.sign_in(village.ah_keung)
    phone.open("/rongxi/meetings/1/answers")
    phone.look("meeting-answers")


def test_three_screens_hold_a_meeting(console, wall, phone, app, server, village):
    """Sign in, reach the quorum, vote by phone and by hand, declare, minutes, posting; the line cut in the middle."""
    with app.app_context():
        meeting, poll = a_called_meeting(village)
        for n in range(8):
            an_item(village, meeting, kind=ItemKind.REPORT, title=f"第{n}件要报告的很长很长的事情", reason="补")
        seat(village, meeting, *everybody(village)[1:5])
        code = check_ins.screen_codes(meeting, clock.now())[0]
        db.session.remove()
    console.sign_in(village.old_chan)
    wall.sign_in(village.old_chan)
    phone.sign_in(village.ah_fong)
    desk = console.open(f"/rongxi/meetings/{meeting}/console")
    desk.set_viewport_size(LAPTOP)
    screen = wall.open(f"/rongxi/meetings/{meeting}/projector")
    screen.set_viewport_size(WALL)
    press(desk, "form[action$='/opening'] button")
    desk.wait_for_selector("#now")
    console.look("console-short")
    desk.set_viewport_size(LAPTOP)
    screen.wait_for_selector("#screen .now .due >> visible=true")
    assert screen.locator("#screen .quorum b").inner_text() == "4"

    mine = phone.open(f"/rongxi/meetings/{meeting}/sign-in?code={code}")
    phone.look("door-sign-in")
    desk.locator("#now h2, #now h3").first.hover()
    desk.mouse.down()  # nothing moves under a finger
    press(mine, "form[action$='/sign-in'] button")
    mine.wait_for_selector("#here")
    phone.look("meeting-here")
    expect(screen.locator("#screen .quorum b")).to_have_text("5", timeout=15_000)
    for _ in range(2):
        with desk.expect_response("**/live?*"):
            pass
    assert desk.locator("#status .figure").inner_text() == "4"
    desk.mouse.up()
    expect(desk.locator("#status .figure")).to_have_text("5", timeout=15_000)

    desk.reload()
    press(desk, f"form[action$='votes/{poll}/opening'] button")
    mine.wait_for_selector("#live .call a.button", timeout=15_000)
    screen.wait_for_selector("#screen .big-number")
    wall.look("wall-vote", size=WALL)
    assert_fits(screen)
    wall.context.set_offline(True)
    mine.locator("#live .call a.button").click()
    mine.wait_for_selector("#ballot")
    mine.locator("#ballot .stones button").first.click()
    mine.wait_for_selector("#confirm")
    mine.locator("#confirm form button").click()
    mine.wait_for_selector("#receipt")
    screen.wait_for_selector("#screen .lost", state="visible", timeout=15_000)
    wall.context.set_offline(False)
    expect(screen.locator("#screen .big-number b")).to_have_text("1", timeout=20_000)
    assert not screen.locator("#screen .lost").is_visible()
    wall.complaints.clear()

    desk.reload()
    console.look("console-vote")
    console.look("console-vote-laptop", size=LAPTOP)
    desk.set_viewport_size(LAPTOP)
    press(desk, f"a[href$='votes/{poll}/ending']")
    press(desk, f"form[action$='votes/{poll}/ending'] button")
    desk.wait_for_selector("#valid_1")
    console.look("count-hands")
    desk = console.open(f"/rongxi/meetings/{meeting}/console")
    console.look("console-hands")
    hands_of(phone, village.uncle_ho, poll, 5)
    assert phone.page.locator("[role=alert]").first.is_visible(), "a hand more than there are people left"
    phone.complaints.clear()
    hands_of(phone, village.uncle_ho, poll, 3)
    hands_of(console, village.old_chan, poll, 3)
    desk = console.open(f"/rongxi/meetings/{meeting}/console")
    press(desk, f"form[action$='votes/{poll}/declaration'] button")
    desk.wait_for_selector("#now .agrees")
    console.look("console-declared")
    screen.wait_for_selector("#screen .tally", timeout=15_000)
    wall.look("wall-result", size=WALL)
    assert_fits(screen)

    desk.fill("#name", "罗志明")
    desk.fill("#text", "莲藕塘断水怎么办？答：分三段做。")
    press(desk, "form[action$='/notes'] button")
    press(desk, "form[action$='items/1/closing'] button.quiet")
    desk.locator("#end summary").click()
    press(desk, "#end form button")
    desk.wait_for_selector("article.notice")
    console.look("minutes-draft")
    press(desk, "form[action$='/minutes/confirmation'] button")
    console.look("minutes-confirmed")
    expect(screen.locator("#screen .due.soon")).to_have_count(0, timeout=15_000)
    phone.sign_in(village.ah_fong)
    phone.open(f"/rongxi/meetings/{meeting}/minutes")
    phone.look("minutes-public")
    phone.open(f"/rongxi/meetings/{meeting}")
    phone.look("meeting-over")
    with app.app_context():
        tags = [n.tag for n in db.session.query(Notice).order_by(Notice.id)]
        assert tags == ["meeting_called", *["agenda_added"] * 8, "poll_declared", "meeting_results"]
        db.session.remove()


def test_the_door_without_javascript(plain_phone, app, village):
    with app.app_context():
        meeting, _ = a_called_meeting(village)
        number = seat_number(meeting, village.ah_fong)
        db.session.remove()
    plain_phone.sign_in(village.ah_keung)
    page = plain_phone.open(f"/rongxi/meetings/{meeting}/door?group={village.upper_group}")
    page.locator("#list li").filter(has_text=village.ah_fong.name).locator("button").click()
    assert village.ah_fong.name in page.locator("#list li:has(.agrees)").inner_text()
    with app.app_context():
        assert db.session.get(MeetingRollEntry, (meeting, number)).attending_id == village.ah_fong.id
        db.session.remove()


def test_the_console_of_an_open_meeting_without_javascript(plain_phone, app, server, village):
    """Opened, voted, counted, declared, noted and ended with buttons alone; the page says to load it again."""
    with app.app_context():
        meeting, poll = a_called_meeting(village)
        seat(village, meeting, *everybody(village)[:6])
        db.session.remove()
    plain_phone.sign_in(village.old_chan)
    console = f"/rongxi/meetings/{meeting}/console"
    page = plain_phone.open(console)
    press(page, "form[action$='/opening'] button")
    press(page, f"form[action$='votes/{poll}/opening'] button")
    page = plain_phone.open(console)
    press(page, "#status noscript a, #status .due a[href$='/console']")
    press(page, f"a[href$='votes/{poll}/ending']")
    press(page, f"form[action$='votes/{poll}/ending'] button")
    for who in (village.uncle_ho, village.ms_yip):
        plain_phone.sign_in(who)
        page = plain_phone.open(f"/rongxi/polls/{poll}/count-sheets/1")
        for name, value in {"valid_1": "5", "valid_2": "1", "valid_3": "0"}.items():
            page.fill(f"#{name}", value)
        press(page, "form.sheet button")
    plain_phone.sign_in(village.old_chan)
    page = plain_phone.open(console)
    press(page, f"form[action$='votes/{poll}/declaration'] button")
    page.fill("#name", "罗志明")
    page.fill("#text", "莲藕塘断水怎么办？")
    press(page, "form[action$='/notes'] button")
    press(page, "form[action$='items/1/closing'] button.quiet")
    page.locator("#end summary").click()
    press(page, "#end form button")
    page.wait_for_selector("article.notice")
    assert "莲藕塘断水怎么办？" in page.inner_text("main")


def test_the_door_and_the_rest_read_well(phone, app, village):
    with app.app_context():
        meeting, _ = a_called_meeting(village)
        open_it(village, meeting)
        seat(village, meeting, *everybody(village)[:3])
        db.session.remove()
    phone.sign_in(village.ah_keung)
    phone.open(f"/rongxi/meetings/{meeting}/door?group={village.upper_group}")
    phone.look("door")
    phone.open("/rongxi/meetings/")
    phone.look("meetings")
    phone.open("/rongxi/petitions/new")
    phone.look("petition-new")


def test_a_petition_reaches_its_number(phone, app, village):
    with app.app_context():
        ripe(village, a_consultation(village))
        a_meeting_draft(village)
        db.session.remove()
    phone.sign_in(village.ah_fong)
    page = phone.open("/rongxi/petitions/")
    press(page, "a[href$='petitions/new']")
    page.fill("#title", "开会商量莲藕塘断水")
    page.fill("#words", "八月断水，十几户受影响。")
    press(page, "form.sheet button")
    page.wait_for_selector("#progress")
    phone.look("petition-reached")
