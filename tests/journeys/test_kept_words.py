"""What somebody typed stays on the phone until it has arrived, and not longer: it stands in no other form."""

import pytest

from tests.browser import Phone
from tests.meetings import a_called_meeting, a_meeting_draft, everybody, open_it, seat
from tests.village import a_consultation

WORDS = "这笔钱要写清楚从哪里来，请把去年的账也贴出来。"
BOX = "form[action$='/comments'] textarea"


@pytest.mark.one_language
def test_words_of_an_item_that_was_added_do_not_stand_in_the_next_one(phone: Phone, app, village):
    """The draft that comes next names what each item still lacks, as a mistake does: they have arrived all the same."""
    with app.app_context():
        meeting = a_meeting_draft(village)
    phone.sign_in(village.old_chan)
    page = phone.open(f"/rongxi/meetings/{meeting}/items/new")
    page.fill("#title", "换村口路灯")
    page.fill("#summary", "换十盏灯。")
    page.fill("#question", "您赞成换村口路灯吗？")
    page.locator("form.sheet button").last.click()
    page.wait_for_url(f"**/meetings/{meeting}")
    assert page.locator(".mistake").count() == 1
    page = phone.open(f"/rongxi/meetings/{meeting}/items/new")
    assert [page.input_value(field) for field in ("#summary", "#question")] == ["", ""]


@pytest.mark.one_language
def test_words_stay_when_the_line_is_lost_and_go_once_they_have_arrived(phone: Phone, app, village):
    with app.app_context():
        talk = a_consultation(village)
    phone.sign_in(village.ah_fong)
    page = phone.open(f"/rongxi/consultations/{talk}")
    page.locator(BOX).first.fill(WORDS)
    page.evaluate("navigator.serviceWorker.ready.then(() => new Promise(done => setTimeout(done, 500)))")
    phone.context.set_offline(True)
    page.locator("form[action$='/comments'] button").last.click()
    page.wait_for_selector("html[data-said=words]", state="attached")
    phone.context.set_offline(False)
    phone.open("/rongxi/")
    page = phone.open(f"/rongxi/consultations/{talk}")
    assert page.locator(BOX).first.input_value() == WORDS
    page.locator("form[action$='/comments'] label").first.click()
    with page.expect_navigation():
        page.locator("form[action$='/comments'] button").last.click()
    page = phone.open(f"/rongxi/consultations/{talk}")
    assert page.locator(BOX).first.input_value() == "" and WORDS in page.inner_text("main")


@pytest.mark.one_language
def test_words_of_the_record_stay_when_the_line_is_lost(phone: Phone, app, village):
    with app.app_context():
        meeting, _ = a_called_meeting(village)
        seat(village, meeting, *everybody(village)[:6])
        open_it(village, meeting)
    phone.sign_in(village.old_chan)
    page = phone.open(f"/rongxi/meetings/{meeting}/console")
    page.fill("#text", WORDS)
    page.evaluate("navigator.serviceWorker.ready.then(() => new Promise(done => setTimeout(done, 500)))")
    phone.context.set_offline(True)
    page.locator("form[action$='/notes'] button").first.click()
    page.wait_for_selector("html[data-said=words]", state="attached")
    phone.context.set_offline(False)
    page = phone.open(f"/rongxi/meetings/{meeting}/console")
    assert page.input_value("#text") == WORDS
