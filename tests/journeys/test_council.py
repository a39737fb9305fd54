"""The council and the clerk at work: a roll goes in, cards go out, a motion is put to the vote."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from consult import clock
from consult.config import ROOT
from consult.models import Person, db
from tests import page_measures
from tests.browser import SCREEN
from tests.village import a_poll

ROLL = ROOT / "consult" / "data" / "rongxi-roll.xlsx"


def answer_the_questions(page, name, answer, *, asked):
    """Give the questions of a roll whose fields begin with `name` this answer."""
    fields = f"#questions select[name^={name}]"
    expect(page.locator(fields)).to_have_count(asked, timeout=30_000)
    for question in page.locator(fields).all():
        question.select_option(answer)
    page.locator("#questions > p button").click()


def test_the_clerk_takes_in_a_roll_and_prints_cards_and_a_villager_claims_one_and_votes(phone, app, village):
    phone.sign_in(village.ms_yip)
    page = phone.open("/rongxi/roll/imports/new")
    phone.look("roll-new")
    page.set_input_files("#file", ROLL)
    page.locator("form.sheet button").click()
    page.wait_for_url(re.compile(r"/imports/\d+"))
    phone.look("roll-questions")
    answer_the_questions(page, "q-", "written", asked=7)  # the groups are others than those that are there
    answer_the_questions(
        page, "all-house_group", "apart", asked=1
    )  # and so are two households with a number that is there
    page.wait_for_selector("form[action$=confirmation]", timeout=30_000)
    phone.look("roll-preview")
    page.locator("form[action$=confirmation] button").click(timeout=40_000)  # 160 offices of the roll are asked for
    page.wait_for_url("**/rights/")
    phone.look("rights")
    phone.open("/rongxi/roll")
    phone.look("roll")
    with app.app_context():
        assert db.session.query(Person).filter(Person.village_id == village.id).count() == 1621 + 9
        db.session.remove()
    phone.open("/rongxi/cards")
    page.locator("form.sheet button", has_text="坑尾").click()
    page.wait_for_selector(".cards li")
    phone.look("cards")
    assert not page_measures.misfits(page)
    page_measures.as_read(page, elder=False, twice=False, size=SCREEN)
    code = page.locator(".cards .fingerprint").first.inner_text()
    page.emulate_media(media="print")
    page.screenshot(path=ROOT / "artefacts" / "screens" / f"cards-print-{phone.locale}.png")
    page.emulate_media(media="screen")
    with app.app_context():
        poll = a_poll(village, body="VA_house")
        db.session.remove()
    phone.open("/rongxi/sign-in/leave")
    phone.look("leave")
    page.locator("form[action$='/end'] button").click()
    phone.open("/rongxi/card")
    phone.look("card-enter")
    page.fill("#code", code)
    page.locator("form.sheet button").click()
    page.wait_for_selector("#pin")
    phone.look("card-claim")
    page.locator(".how label").first.click()
    page.fill("#pin", "1234")
    page.locator("form.sheet button").click()
    page.wait_for_selector("#pin-mistake")
    phone.look("card-weak-pin")
    page.locator(".how label").first.click()
    page.fill("#pin", "739264")
    page.locator("form.sheet button").click()
    page.wait_for_selector(".acting")
    phone.open(f"/rongxi/polls/{poll}")
    page.locator("#ballot .stones button").nth(0).click()
    page.wait_for_selector("#confirm")
    page.locator("#confirm form button").click()
    page.wait_for_selector(".receipt .code")
    page.context.clear_cookies()
    phone.put_cookie("language", phone.locale)
    phone.open(f"/rongxi/card#{code.replace(' ', '')}")
    page.wait_for_selector("#pin")
    assert page.url.endswith("/rongxi/card/opened"), "the QR leads to the card without a tap, and keeps no code"
    phone.look("card-pin")
    page.fill("#pin", "739264")
    page.locator("form.sheet button").click()
    page.wait_for_selector(".acting")


def test_a_council_member_writes_a_proposal_and_puts_it_to_the_vote(phone, village):
    phone.sign_in(village.sister_chow)
    page = phone.open("/rongxi/me")
    phone.look("me-officer")
    phone.open("/rongxi/consultations/new")
    phone.look("consultation-new")
    page.fill("#title", "修好上圳三百米水圳")
    page.fill("#cost", "三千左右")
    page.locator("form[action$='/consultations/'] button").last.click()
    page.wait_for_selector("#summary-mistake")
    phone.look("consultation-mistakes")
    assert page.input_value("#title") == "修好上圳三百米水圳"
    page.fill("#summary", "上圳去年冲坏了三处。")
    page.fill("#cost", "128600")
    page.fill("#source1", "奖补")
    page.fill("#amount1", "128600")
    page.locator("form[action$='/consultations/'] button").last.click()
    page.wait_for_url(re.compile(r"/consultations/\d+$"))
    phone.look("consultation")
    page.locator("a[href$='/polls/new']").click()
    phone.look("poll-new")
    page.fill("#question", "您家赞成吗？")
    page.select_option("#body", "VA_house")
    opens = clock.now() + timedelta(hours=9)
    page.fill("#opens_at", opens.strftime("%Y-%m-%dT%H:%M"))
    page.fill("#closes_at", (opens + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M"))
    page.locator("form[action$='/polls'] button").click()
    page.wait_for_url(re.compile(r"/polls/\d+$"))
    phone.look("poll-draft")
    page.locator("form[action$=announcement] button").click()
    page.wait_for_selector(".fingerprint")
    phone.look("poll-announced")
    phone.open("/rongxi/")
    phone.look("home")


@pytest.mark.parametrize(
    "path",
    [
        "bodies",
        "offices",
        "consultations/",
        "nowhere",
        "cards/household?code=01-001",
        "officers",
        "ways-in/",
        "roll/1/number",
    ],
)
def test_the_other_pages_read_well(phone, village, path):
    phone.sign_in(village.ms_yip)
    phone.open(f"/rongxi/{path}")
    phone.look("page-" + re.sub(r"[^a-z]", "", path))


def test_the_page_for_no_line_and_the_one_for_another_office_read_well(phone, village):
    phone.sign_in(village.ah_fong)
    phone.open("/offline")
    phone.look("offline")
    phone.open("/rongxi/roll")
    phone.look("forbidden")
