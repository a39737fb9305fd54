"""The talk on a phone, in two languages, with and without JavaScript: raised, backed, discussed, answered, looked after."""

import re

import pytest

from consult.domain.talk.comments import Stance
from consult.domain.talk.moderation import ReportGround
from consult.models import Comment, db
from consult.services.talk import moderation
from tests.views.talk.test_consultations import photo
from tests.views.talk.test_recordings import sound
from tests.village import a_matter, a_poll, say

VOICES = """
window.spoken = [];
window.SpeechSynthesisUtterance = function (words) { this.text = words; };
Object.defineProperty(window, "speechSynthesis", { value: {
  getVoices: function () { return [{ lang: "en-US" }, { lang: "zh-CN" }, { lang: "zh-HK" }]; },
  speak: function (one) { window.spoken.push([one.voice.lang, one.text]); }, cancel: function () {},
}});
"""
NO_VOICES = VOICES.replace('{ lang: "zh-CN" }, { lang: "zh-HK" }', "")
VOICE = {"zh_Hans": "zh-CN", "yue_Hant": "zh-HK"}


@pytest.fixture
def matter(app, village) -> int:
    with app.app_context():
        matter = a_matter(village)
        a_matter(village, key="other")
        for n, stance in enumerate(Stance):
            say(village, matter, village.ah_kwok, stance, f"{'莲藕塘怎么办' if n % 2 else '早该修了'}，第 {n} 句")
        db.session.remove()
    return matter


def raise_a_matter(page) -> None:
    page.locator("form[action$='/drafts/'] button").click()
    page.fill("#title", "修好井边的灯")
    page.locator("form.sheet button").click()


def finish_it(page) -> None:
    page.fill("#summary", "晚上挑水看不见，老人摔过一跤。")
    page.locator("form.sheet button").click()
    page.fill("#place", "上围井边")
    page.set_input_files("#picture", {"name": "灯.jpg", "mimeType": "image/jpeg", "buffer": photo((400, 300)).read()})
    page.fill("#description", "灯坏了")


def test_a_villager_raises_a_matter(phone, village):
    phone.sign_in(village.ah_fong)
    page = phone.open("/rongxi/consultations/drafts/")
    phone.look("drafts")
    raise_a_matter(page)
    page.wait_for_selector("#summary-mistake")
    phone.look("draft-words")
    finish_it(page)
    phone.look("draft-place")
    page.locator("form.sheet button").click()
    page.wait_for_selector("form[action$=publication]")
    phone.look("draft-review")
    page.locator("form[action$=publication] button").click()
    page.wait_for_url(re.compile(r"/consultations/\d+$"))
    phone.look("matter-raised")
    assert page.locator(".pictures img").get_attribute("alt") == "灯坏了"


def test_a_villager_raises_a_matter_without_javascript(plain_phone, village):
    plain_phone.sign_in(village.ah_fong)
    page = plain_phone.open("/rongxi/consultations/drafts/")
    raise_a_matter(page)
    finish_it(page)
    page.locator("form.sheet button").click()
    page.locator("form[action$=publication] button").click()
    page.wait_for_url(re.compile(r"/consultations/\d+$"))
    assert "上围井边" in page.inner_text("main")


def speak(page) -> None:
    page.locator("form[action$='/endorsement'] button").click()
    page.locator("label[for=stance-concern]").click()
    page.fill("#text", "断水怎么办")
    page.locator("#form button").click()


def test_a_neighbour_stands_behind_it_and_speaks(phone, village, matter):
    phone.sign_in(village.ah_keung)
    page = phone.open(f"/rongxi/consultations/{matter}")
    phone.look("matter")
    speak(page)
    page.wait_for_selector("text=断水怎么办")
    assert page.input_value("#text") == "", "what was said is not offered again"
    page.locator(".filter a", has_text=re.compile("4|5")).first.click()
    page.locator("#comment-1 form button").first.click()
    page.wait_for_selector("#comment-1 [aria-pressed=true]")
    phone.open("/rongxi/comments/1")
    page.fill("#text", "我家也是")
    page.locator("form.sheet button").click()
    page.wait_for_selector("text=我家也是")
    phone.look("comment")


def test_a_neighbour_stands_behind_it_and_speaks_without_javascript(plain_phone, village, matter):
    plain_phone.sign_in(village.ah_keung)
    page = plain_phone.open(f"/rongxi/consultations/{matter}")
    speak(page)
    page.wait_for_selector("#comments >> text=断水怎么办")
    page.locator("#comments > .row a").last.click()  # three stand with the proposal, all of them here
    page.locator("#comment-1 form button").first.click()
    page.wait_for_selector("#comment-1 [aria-pressed=true]")


@pytest.mark.one_language
def test_a_filter_swaps_the_list_in_place(phone, village, matter):
    page = phone.open(f"/rongxi/consultations/{matter}")
    with page.expect_response(lambda answer: "stance=concern" in answer.url) as answered:
        page.locator(".filter a").nth(2).click()
    assert answered.value.request.headers.get("hx-request") == "true"
    page.wait_for_selector("#comment-3", state="detached")
    assert page.url.endswith(f"/consultations/{matter}") and page.locator("#comments .voices > li").count() == 1


@pytest.mark.one_language
def test_words_typed_stay_on_the_phone_until_they_have_arrived(phone, village, matter):
    phone.sign_in(village.ah_keung)
    page = phone.open(f"/rongxi/consultations/{matter}")
    page.fill("#text", "写到一半")
    phone.open("/rongxi/")
    phone.open(f"/rongxi/consultations/{matter}")
    assert page.input_value("#text") == "写到一半"


@pytest.mark.one_language
def test_words_that_were_refused_are_still_there_afterwards(phone, village, matter):
    phone.sign_in(village.ah_keung)
    page = phone.open(f"/rongxi/consultations/{matter}")
    page.locator("label[for=stance-concern]").click()
    page.fill("#text", "断水怎么办")
    page.evaluate("document.querySelector('#form [name=csrf_token]').value = 'grown-old'")
    page.locator("#form button").click()
    page.wait_for_selector(".nothing > h1")
    phone.open(f"/rongxi/consultations/{matter}")
    assert page.input_value("#text") == "断水怎么办"


def test_words_of_a_sign_in_that_has_ended_are_sent_after_the_next_one(phone, village, matter):
    phone.sign_in(village.ah_keung)
    page = phone.open(f"/rongxi/consultations/{matter}")
    page.locator("label[for=stance-concern]").click()
    page.fill("#text", "断水怎么办")
    page.context.clear_cookies(name="sign_in")
    page.locator("#form button").click()
    page.wait_for_selector("#who")
    assert "断水怎么办" in page.inner_text("#who")
    phone.look("who-nobody")
    phone.sign_in(village.ah_keung)  # in another tab
    page.locator("#who form button").click()
    page.get_by_role("button", name=village.ah_keung.name).click()
    page.wait_for_selector(".voices")
    assert "断水怎么办" in page.inner_text(".voices")


@pytest.mark.one_language
def test_whoever_signs_out_leaves_no_half_written_words_on_a_shared_phone(phone, village, matter):
    phone.sign_in(village.ah_keung)
    page = phone.open(f"/rongxi/consultations/{matter}")
    page.fill("#text", "写到一半")
    phone.open("/rongxi/me")
    page.locator("form[action$='/sign-in/end'] button").click()
    page.wait_for_load_state("load")
    phone.sign_in(village.ah_kwok)
    phone.open(f"/rongxi/consultations/{matter}")
    assert page.input_value("#text") == ""


def confirm_as_the_second(phone, who) -> None:
    phone.sign_in(who)
    page = phone.open("/rongxi/council-requests")
    phone.look("council-requests")
    with page.expect_navigation():
        page.locator("form[action$='/confirmation'] button").click()


def test_the_council_answers_moves_on_and_sums_up(phone, village, matter):
    phone.sign_in(village.sister_chow)
    page = phone.open(f"/rongxi/consultations/{matter}/steering")
    phone.look("steering")
    page.locator("label[for=state-3]").click()
    page.fill("#reason", "先修一盏，下月装好。")
    page.locator("form[action$=answers] button").click()
    page.wait_for_selector("#waiting li")
    phone.look("answer-waits")
    phone.open(f"/rongxi/consultations/{matter}")
    assert page.locator(".official").count() == 0, "one officer alone answers nothing"
    confirm_as_the_second(phone, village.uncle_ho)
    phone.open(f"/rongxi/consultations/{matter}")
    page.wait_for_selector(".official")
    phone.look("matter-answered")
    phone.sign_in(village.sister_chow)
    phone.open(f"/rongxi/consultations/{matter}/steering")
    page.locator("details:has(#summary_text) > summary").click()
    page.fill("#summary_text", "多数赞成修，最担心断水。")
    page.locator("form[action$=summaries] button").click()
    page.wait_for_selector(".fingerprint")
    phone.look("opinions")
    phone.open(f"/rongxi/consultations/{matter}/steering")
    page.locator("details:has(#phase-1) > summary").click()
    page.locator("label[for=phase-1]").click()
    page.locator("form[action$=phases] button").click()
    page.wait_for_url(re.compile(r"/consultations/\d+$"))
    phone.open(f"/rongxi/consultations/{matter}/revisions/new")
    page.fill("#title", "修好上圳四百米水圳")
    page.locator("label[for^=accepted-]").first.click()
    page.fill("#reason", "量过了")
    phone.look("revision-new")
    page.locator("form.sheet button").click()
    page.wait_for_selector("ins")
    phone.look("revisions")
    phone.open(f"/rongxi/consultations/{matter}/timeline")
    phone.look("timeline")
    phone.open("/rongxi/endorsement-rule")
    phone.look("endorsement-rule")


def test_words_are_reported_hidden_appealed_and_shown_again(phone, app, village, matter):
    phone.sign_in(village.ah_keung)
    page = phone.open("/rongxi/comment/1/report")
    phone.look("report")
    page.locator("label[for=ground-1]").click()
    page.locator("form.sheet button").click()
    phone.look("reported")
    phone.sign_in(village.sister_chow)
    phone.open("/rongxi/hidings/")
    phone.look("manners")
    phone.open("/rongxi/comment/1/hiding")
    phone.look("hide")
    page.locator("label[for=ground-1]").click()
    page.fill("#reason", "骂人的话请改一改")
    page.locator("form[action$=hiding] button").click()
    page.wait_for_selector("a[href*='/hidings/1']")
    phone.sign_in(village.ah_kwok)
    phone.open("/rongxi/notifications/")
    phone.look("inbox")
    phone.open("/rongxi/hidings/1")
    page.fill("#why", "没有骂人")
    phone.look("hidden-for-author")
    page.locator("form[action$=appeal] button").click()
    phone.sign_in(village.uncle_ho)
    phone.open("/rongxi/hidings/1")
    phone.look("appeal")
    page.locator("label[for=decision-1]").click()
    page.fill("#decision_reason", "看过了，没有骂人")
    page.locator("form[action$=decision] button").click()
    page.wait_for_selector("text=看过了，没有骂人")
    with app.app_context():
        assert db.session.get(Comment, 1).hidden_at is None
        db.session.remove()


def test_a_hidden_comment_leaves_a_place_behind(phone, app, village, matter):
    with app.app_context():
        moderation.hide(
            db.session.get(Comment, 1),
            ReportGround.INSULT,
            "骂人",
            village.sister_chow.act(now=village.row().founded_at),
        )
        db.session.remove()
    page = phone.open(f"/rongxi/consultations/{matter}")
    phone.look("matter-hidden-comment")
    assert "早该修了，第 0 句" not in page.inner_text("main")


def test_listening_speaks_title_summary_and_question_in_the_voice_of_the_page(phone, app, village):
    with app.app_context():
        a_poll(village)
        db.session.remove()
    phone.page.add_init_script(VOICES)
    page = phone.open("/rongxi/consultations/1")
    button = page.locator("[data-listen]")
    assert button.is_visible()
    phone.look("listening")
    button.click()
    lang, words = page.evaluate("window.spoken[0]")
    assert lang == VOICE[phone.locale]
    for part in ("修好上圳三百米水圳", "去年大水冲坏了三处", "您赞成修上圳吗"):
        assert part in words
    assert button.get_attribute("aria-pressed") == "true"


def test_where_the_phone_has_no_voice_there_is_no_button(phone, village, matter):
    phone.page.add_init_script(NO_VOICES)
    page = phone.open(f"/rongxi/consultations/{matter}")
    assert page.locator("[data-listen]").count() == 1 and not page.locator("[data-listen]").is_visible()


def test_the_mover_says_it_in_her_own_voice(phone, village, matter):
    phone.sign_in(village.ah_fong)
    page = phone.open(f"/rongxi/consultations/{matter}/recording")
    page.set_input_files("#sound", {"name": "a.wav", "mimeType": "audio/wav", "buffer": sound(3).read()})
    page.locator("form.sheet button").click()
    page.wait_for_selector("#transcript-mistake")
    phone.look("recording")
    page.fill("#transcript", "这条圳早该修了")
    page.locator("form.sheet button").click()
    page.wait_for_selector("audio")
    phone.look("matter-with-voice")


def test_searching_and_choosing_what_to_be_told(phone, village, matter):
    phone.sign_in(village.ah_keung)
    page = phone.open("/rongxi/search")
    page.fill("#q", "蓮藕")
    page.locator("form.sheet button").click()
    page.wait_for_selector("mark")
    phone.look("search")
    phone.open("/rongxi/search?q=圳")
    phone.look("search-too-short")
    phone.open("/rongxi/notifications/switches")
    page.locator(".how label").first.click()
    phone.look("switches")
    page.locator("form.sheet button").click()
    assert not page.locator(".how input").first.is_checked()


def test_taking_a_proposal_back(phone, village, matter):
    phone.sign_in(village.ah_fong)
    page = phone.open(f"/rongxi/consultations/{matter}/withdrawal")
    page.locator("form.sheet button").click()
    page.wait_for_selector("#reason-mistake")
    phone.look("withdrawal")
    page.fill("#reason", "已经有人修了")
    page.locator("form.sheet button").click()
    page.wait_for_selector(".urgent")
    phone.look("matter-withdrawn")
