"""On a phone: photos go small, a text counts what still fits, the code can be asked for again, a lost line is told."""

import io
import json
import re
from collections.abc import Iterator

import pytest
from PIL import Image

from consult.models import BallotEvent, Comment, Picture, SignIn, db
from consult.services.core.uploads import pictures
from tests.browser import Phone
from tests.running.line import Line
from tests.village import a_consultation, a_poll, say

BOX = "form[action$='/comments'] textarea"
WORDS = "这笔钱要写清楚从哪里来，请把去年的账也贴出来。"


@pytest.fixture
def line(phone: Phone) -> Iterator[Line]:
    made = Line(phone.server.url)
    yield made
    made.close()


def a_photo(size: tuple[int, int], turn: int = 1) -> bytes:
    """A large photo as a camera makes it: red on its left half; `turn` as in its EXIF."""
    picture = Image.effect_noise(size, 60).convert("RGB")
    picture.paste("red", (0, 0, size[0] // 2, size[1]))
    exif, out = Image.Exif(), io.BytesIO()
    exif[0x0112] = turn
    picture.save(out, "JPEG", quality=95, exif=exif)
    return out.getvalue()


SENT = """field => { const one = document.querySelector(field).files[0];
    return createImageBitmap(one).then(made => ({ bytes: one.size, width: made.width, height: made.height })); }"""


@pytest.mark.parametrize(("turn", "upright"), [(1, (1600, 1200)), (6, (1200, 1600))])
def test_a_photo_is_made_small_on_the_phone_and_goes_without_a_description(phone: Phone, app, village, turn, upright):
    with app.app_context():
        talk = a_consultation(village)
    phone.sign_in(village.ah_fong)
    page = phone.open(f"/rongxi/consultations/{talk}")
    page.locator("form[action$='/comments'] details summary").click()
    page.wait_for_selector("[data-photo] .stones label")
    assert page.locator("[data-photo] .stones label").count() == 2
    photo = a_photo((4000, 3000), turn)
    page.set_input_files("#picture", {"name": "IMG.jpg", "mimeType": "image/jpeg", "buffer": photo})
    page.wait_for_selector("[data-photo] canvas")
    sent = page.evaluate(SENT, "#picture")
    assert (sent["width"], sent["height"]) == upright and sent["bytes"] < len(photo) / 3
    phone.look(f"photo-chosen-{turn}")
    page.locator(BOX).first.fill(WORDS)
    page.locator("form[action$='/comments'] .stones label").first.click()
    with page.expect_navigation():
        page.locator("form[action$='/comments'] .row button").last.click()
    with app.app_context():
        kept = db.session.query(Picture).one()
        assert kept.description == "" and (kept.width > kept.height) is (upright[0] > upright[1])
        with Image.open(pictures.path_of(kept.file_name)) as made:
            assert made.convert("RGB").getpixel((10, 10))[0] > 200
    page.locator("figcaption a").click()
    phone.look("photo-description")
    page.fill("#description", "断了的桥")
    with page.expect_navigation():
        page.locator("form.sheet button").click()
    assert page.locator("figure img").first.get_attribute("alt") == "断了的桥"


HELD_BACK = """const put = Node.prototype.appendChild;
    Node.prototype.appendChild = function (one) {
        if (!/[/]forms[.-]/.test(one.src)) { return put.call(this, one); }
        window.held = () => { put.call(this, one); };
        return one;
    }"""
"""Lets the script for forms come when the test says so."""


@pytest.mark.one_language
def test_a_photo_that_is_chosen_before_the_script_has_come_is_made_small_all_the_same(phone: Phone, village):
    """The page brings nothing for it on a first visit; the picker is the first tap."""
    phone.sign_in(village.ah_fong)
    phone.page.add_init_script(HELD_BACK)
    page = phone.open("/rongxi/cases/new/story?kind=neighbours")
    page.wait_for_selector("html[data-kept-ready]", state="attached")
    assert page.evaluate("window.held === undefined")
    photo = a_photo((4000, 3000))
    with page.expect_file_chooser() as chooser:
        page.locator("#photos").click()
    chooser.value.set_files({"name": "IMG.jpg", "mimeType": "image/jpeg", "buffer": photo})
    page.wait_for_function("() => window.held && document.querySelector('#photos').files.length === 1")
    page.evaluate("held()")
    page.wait_for_selector("[data-photo] canvas")
    sent = page.evaluate(SENT, "#photos")
    assert (sent["width"], sent["height"]) == (1600, 1200) and sent["bytes"] < len(photo) / 3


SLOW_PHONE = """
const made = window.createImageBitmap;
window.createImageBitmap = (...given) => new Promise(done => { window.finish = done; }).then(() => made(...given));
"""


def test_a_tap_while_a_photo_is_made_small_is_not_lost(phone: Phone, app, village):
    with app.app_context():
        talk = a_consultation(village)
    phone.sign_in(village.ah_fong)
    phone.page.add_init_script(SLOW_PHONE)
    page = phone.open(f"/rongxi/consultations/{talk}")
    page.locator("form[action$='/comments'] details summary").click()
    page.wait_for_selector("[data-photo] .stones label")
    page.locator(BOX).first.fill(WORDS)
    page.locator("form[action$='/comments'] .stones label").first.click()
    page.set_input_files("#picture", {"name": "IMG.jpg", "mimeType": "image/jpeg", "buffer": a_photo((2000, 1500))})
    page.wait_for_function("() => window.finish")
    assert page.locator("[data-photo] progress").is_visible(), "it is said that the photo is being made small"
    with page.expect_navigation():
        page.evaluate(
            "() => { [...document.querySelectorAll(\"form[action$='/comments'] .row button\")].pop().click();"
            " setTimeout(finish, 300); }"
        )
    with app.app_context():
        assert db.session.query(Picture).one().width > 0


def test_a_text_counts_what_still_fits_and_cuts_nothing(phone: Phone, app, village):
    with app.app_context():
        talk = a_consultation(village)
    phone.sign_in(village.ah_fong)
    page = phone.open(f"/rongxi/consultations/{talk}")
    assert "1000" in page.locator("label[for=text]").inner_text()
    note = page.locator(f"{BOX} + p[role=status]")
    page.locator(BOX).focus()
    page.wait_for_selector(f"{BOX} + p[role=status]", state="attached")
    page.locator(BOX).fill("长" * 700)
    assert note.is_hidden()
    page.locator(BOX).fill("长" * 900)
    assert "100" in note.inner_text()
    page.locator(BOX).fill("长" * 1012)
    assert "12" in note.inner_text() and "mistake" in (note.get_attribute("class") or "")
    page.locator("form[action$='/comments'] .stones label").first.click()
    with page.expect_navigation():
        page.locator("form[action$='/comments'] .row button").last.click()
    assert page.evaluate("document.activeElement.id") == "mistakes"
    assert page.evaluate("scrollY") < 900
    said = page.inner_text("#mistakes")
    assert "1000" in said and "12" in said
    assert page.locator(BOX).input_value() == "长" * 1012
    page.wait_for_selector(f"{BOX} + p[role=status].mistake")  # without a tap
    assert "12" in note.inner_text()
    phone.look("comment-too-long")


def test_the_code_page_is_found_again_counts_down_and_calls(phone: Phone, config, village):
    page = phone.open("/rongxi/sign-in")
    phone.look("sign-in-first")
    page.fill("#phone", "138 0000 0001")
    page.locator("form.sheet button").click()
    page.wait_for_url("**/sign-in/code")
    again = page.locator("form[action$='/sign-in/code/again'] button")
    page.wait_for_selector("form[action$='/again'] button:disabled")
    assert re.search(r"\d+", again.nth(0).inner_text()) and again.count() == 2
    phone.look("sign-in-code-waits")
    page = phone.open("/rongxi/sign-in")
    page.fill("#phone", "13800000001")
    page.locator("form.sheet button").click()
    page.wait_for_url("**/sign-in/code")
    lines = [json.loads(one) for one in (config.instance_path / "outbox.jsonl").read_text().splitlines()]
    assert len(lines) == 1
    page.fill("#code", lines[0]["code"])
    page.locator("form.sheet button").click()
    page.wait_for_url("**/rongxi/")
    assert village.ah_fong.name in page.inner_text(".acting")


def test_the_first_tap_of_a_ballot_without_a_line_says_so(phone: Phone, line, app, village):
    """Also where a gateway or a network that wants a sign-in first answers: its page does not take the ballot's place."""
    with app.app_context():
        poll = a_poll(village, body="VA_house")
    phone.sign_in(village.ah_fong)
    page = phone.page
    page.goto(f"{line.url}/rongxi/polls/{poll}")
    for state in ("cut", "away", "portal"):
        line.set(state)
        page.locator("#ballot .stones button").first.click()
        page.wait_for_selector("#ballot .lost:not([hidden])")
        phone.complaints.clear()  # htmx names the lost line itself
        phone.look(f"ballot-no-line-{state}")
        line.set("up")
        page.evaluate("document.querySelector('#ballot .lost').hidden = true")
    page.locator("#ballot .stones button").first.click()
    page.wait_for_selector("#confirm")
    with app.app_context():
        assert db.session.query(BallotEvent).count() == 0


@pytest.mark.one_language
def test_a_ballot_that_nobody_answers_says_so_after_a_time_and_goes_out_by_the_same_tap(
    phone: Phone, line, app, village
):
    """The page waits half a minute; half a second here."""
    with app.app_context():
        poll = a_poll(village)
    phone.sign_in(village.ah_fong)
    page = phone.page
    page.goto(f"{line.url}/rongxi/polls/{poll}")
    page.evaluate("() => { htmx.config.timeout = 500; }")
    assert page.locator("meta[name=htmx-config][content*='\"timeout\":30000']").count() == 1
    line.set("silent")
    page.locator("#ballot .stones button").first.click()
    page.wait_for_selector("#ballot .lost:not([hidden])")
    line.set("up")
    page.evaluate("() => { htmx.config.timeout = 30000; }")
    page.locator("#ballot .stones button").first.click()
    page.wait_for_selector("#confirm")


def test_a_network_that_answers_in_our_name_takes_no_words(phone: Phone, line, app, village):
    with app.app_context():
        talk = a_consultation(village)
        say(village, talk, village.ah_kwok, key="above")
    phone.sign_in(village.ah_fong)
    page = phone.page
    page.goto(f"{line.url}/rongxi/consultations/{talk}")
    page.evaluate("navigator.serviceWorker.ready.then(() => new Promise(done => setTimeout(done, 500)))")
    line.set("away")
    page.locator("#comments a[hx-get]").first.click()
    page.wait_for_selector("html[data-said=page]", state="attached")  # a link without its script, not silence
    line.set("up")
    page.goto(f"{line.url}/rongxi/consultations/{talk}")
    page.locator(BOX).fill(WORDS)
    page.locator("form[action$='/comments'] .stones label").first.click()
    line.set("portal")
    page.locator("form[action$='/comments'] .row button").last.click()
    page.wait_for_selector("html[data-said=words]", state="attached")
    line.set("up")
    with page.expect_navigation():
        page.locator("[data-again]").click()
    page.wait_for_url(re.compile(rf"/consultations/{talk}"))
    with app.app_context():
        assert [one.text for one in db.session.query(Comment).filter_by(person_id=village.ah_fong.id)] == [WORDS]


def test_a_phone_of_several_people_is_asked_for_once_and_signs_out_when_nobody_touches_it(phone: Phone, app, village):
    phone.sign_in(village.ah_fong)
    page = phone.open("/rongxi/sign-in/leave")
    phone.look("leave")
    with page.expect_navigation():
        page.locator("#shared button[value='1']").click()
    assert page.locator("#shared .agrees").count() == 1
    assert int(page.locator("html").get_attribute("data-left") or 0) <= 1800
    with app.app_context():
        assert db.session.query(SignIn).filter_by(ended_at=None).one().shared is True
    page = phone.open("/rongxi/me")
    with app.app_context():
        db.session.query(SignIn).one().ended_at = db.session.query(SignIn).one().started_at
        db.session.commit()
    page.evaluate("document.documentElement.dataset.left = '1'")
    page.wait_for_url(re.compile(r"/sign-in\?next="), timeout=30_000)
    assert village.ah_fong.name not in page.inner_text("body")


def test_an_answer_to_a_form_that_nobody_touches_is_left_without_sending_the_form_once_more(phone: Phone, app, village):
    with app.app_context():
        talk = a_consultation(village)
    phone.sign_in(village.ah_fong)
    page = phone.open("/rongxi/sign-in/leave")
    with page.expect_navigation():
        page.locator("#shared button[value='1']").click()
    page = phone.open(f"/rongxi/consultations/{talk}")
    with page.expect_navigation():
        page.evaluate("document.querySelector(\"form[action$='/comments']\").submit()")
    assert page.locator("html[data-posted] #mistakes").count() == 1
    methods: list[str] = []
    page.on("request", lambda sent: methods.append(sent.method) if sent.is_navigation_request() else None)
    page.evaluate("document.documentElement.dataset.left = '1'")
    page.wait_for_event("load", timeout=30_000)
    assert methods and set(methods) == {"GET"}


def test_a_strangers_first_screen_says_what_this_is_and_offers_each_language(phone: Phone, village):
    page = phone.open("/rongxi/")
    phone.look("stranger-home")
    for place in (
        "#welcome p",
        "#welcome button[lang^=zh]",
        "#welcome button[lang^=yue-Hant]",
        "main a[href$='/sign-in']",
    ):
        box = page.locator(place).first.bounding_box()
        assert box is not None and box["y"] + box["height"] < 780, place
    page.locator(".foot a[href='/program']").click()
    phone.look("program")


def test_the_guides_lead_from_the_front_page_to_a_step_with_its_picture(phone: Phone, village):
    page = phone.open("/rongxi/")
    page.locator("main nav a[href$='/help']").click()
    phone.look("help")
    page.locator("main a[href$='/help/villager']").click()
    phone.look("help-villager")
    page.locator("main ol a").first.click()
    page.wait_for_function("() => document.querySelector('main img').complete")
    assert page.evaluate("document.querySelector('main img').naturalWidth") > 0
    phone.look("help-step")
    phone.open("/rongxi/help/clerk")
    phone.look("help-clerk")
    phone.open("/rongxi/help/voting")
    phone.look("help-voting")


def test_large_type_keeps_every_kind_of_field_also_where_the_address_holds_chinese(phone: Phone, app, village):
    with app.app_context():
        consultation = a_consultation(village)
    phone.sign_in(village.old_chan)
    page = phone.open(f"/rongxi/consultations/{consultation}/polls/new?q=水圳 三百米")
    wanted = page.evaluate("""() => {
        const form = document.querySelector('main form.sheet'), kinds = {};
        for (const one of form.elements) {
            const kind = one.type;
            if (kind === 'textarea') { one.value = '修不修？'; }
            else if (kind === 'select-one') { one.selectedIndex = one.options.length - 1; }
            else if (kind === 'radio') { one.checked = true; }
            else if (kind === 'checkbox') { one.checked = !one.checked; }
            else { continue; }
            kinds[kind] = true;
        }
        return [Object.keys(kinds).sort(), [...form.elements].map(one => [one.name, one.value, one.checked])
            .filter(one => !['csrf_token', 'key', 'kept_mark'].includes(one[0]))];
    }""")
    assert wanted[0] == ["checkbox", "radio", "select-one", "textarea"]
    with page.expect_navigation():
        page.locator(".big-type button").click()
    page.wait_for_selector("html.elder", state="attached")
    found = page.evaluate("""() => [...document.querySelector('main form.sheet').elements]
        .map(one => [one.name, one.value, one.checked])
        .filter(one => !['csrf_token', 'key', 'kept_mark'].includes(one[0]))""")
    assert found == wanted[1]


def test_large_type_keeps_what_is_typed_into_a_form_and_no_code(phone: Phone, village):
    phone.sign_in(village.ah_fong)
    page = phone.open("/rongxi/petitions/new")
    words = page.locator("form.sheet input[type=text]").first
    words.fill("路灯坏了")
    with page.expect_navigation():
        page.locator(".big-type button").click()
    page.wait_for_selector("html.elder", state="attached")
    assert page.locator("form.sheet input[type=text]").first.input_value() == "路灯坏了"
    assert page.evaluate("sessionStorage.getItem('carried')") is None
    page.reload()
    assert "路灯坏了" not in page.evaluate("JSON.stringify(sessionStorage)")
    page.evaluate(
        """document.querySelector('form.sheet').insertAdjacentHTML('beforeend', '<input name="code"><input name="digits">')"""
    )
    page.locator("[name=code]").fill("314159")
    page.locator("[name=digits]").fill("271828")
    kept = page.evaluate("""() => {
        document.querySelector('.big-type').addEventListener('submit', event => event.preventDefault());
        document.querySelector('.big-type button').click();
        return sessionStorage.getItem('carried');
    }""")
    assert kept and "314159" not in kept and "271828" not in kept
