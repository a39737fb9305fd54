"""A phone without a voice of its own: 听 plays what the server made before, with JavaScript and without."""

import pytest

from consult.models import db
from consult.services.site import sounds
from consult.web.words import heard_words
from tests.village import a_poll

NO_VOICES = """
Object.defineProperty(window, 'speechSynthesis', {value: {getVoices: () => [], cancel: () => {}, speak: () => {}}});
"""
DEAF_VOICES = """
Object.defineProperty(window, 'speechSynthesis', {value: {
  getVoices: () => [{lang: 'zh-CN', name: 'a'}, {lang: 'zh-HK', name: 'b'}], cancel: () => {}, onvoiceschanged: null,
  speak: (speech) => { window.asked = speech.text; setTimeout(() => speech.onerror({}), 50); }
}});
window.SpeechSynthesisUtterance = function (text) { this.text = text; };
"""
PLAYS = "() => { const one = document.querySelector('audio'); return one && !one.paused && one.currentTime > 0.2; }"


@pytest.fixture
def poll(app, village) -> int:
    with app.app_context():
        poll = a_poll(village)
        sounds.Maker(heard_words.village_scripts).make_due()
        db.session.remove()
    return poll


@pytest.mark.parametrize("place", ["polls/{poll}", "consultations/1"])
def test_one_tap_plays_the_page_and_another_stops_it(phone, poll, place):
    phone.page.add_init_script(NO_VOICES)
    asked: list[str] = []
    phone.page.on("request", lambda request: asked.append(request.url))
    page = phone.open(f"/rongxi/{place.format(poll=poll)}")
    button = page.locator(".listen")
    phone.look(f"heard-{place.partition('/')[0]}")
    assert not [one for one in asked if ".mp3" in one], "nothing of it is fetched before somebody asks"
    button.click()
    page.wait_for_function(PLAYS)
    assert (
        button.get_attribute("aria-pressed") == "true" and page.evaluate("document.querySelector('audio').duration") > 5
    )
    button.click()
    assert button.get_attribute("aria-pressed") == "false" and page.evaluate("document.querySelector('audio').paused")


def test_a_voice_of_the_phone_that_fails_gives_way_to_the_sound(phone, poll):
    phone.page.add_init_script(DEAF_VOICES)
    page = phone.open(f"/rongxi/polls/{poll}")
    page.locator(".listen").click()
    page.wait_for_function(PLAYS)
    assert "上圳" in page.evaluate("window.asked")


def test_a_sound_that_does_not_come_is_said_so(phone, app, village, poll):
    phone.page.add_init_script(NO_VOICES)
    page = phone.open(f"/rongxi/polls/{poll}")
    with app.app_context():
        sounds.remove(village.id)
    button = page.locator(".listen")
    button.click()
    page.wait_for_function("() => document.querySelector('.listen span').textContent.length > 3")
    assert button.get_attribute("aria-pressed") == "false"


def test_without_scripts_the_link_leads_to_the_sound(plain_phone, poll):
    page = plain_phone.open(f"/rongxi/polls/{poll}")
    link = page.locator("a.listen")
    assert link.is_visible()
    answer = page.request.get(page.url.partition("/rongxi")[0] + str(link.get_attribute("href")))
    assert (answer.status, answer.headers["content-type"]) == (200, "audio/mpeg")
    link.click()
    page.wait_for_selector("video, audio", state="attached")
