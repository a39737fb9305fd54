"""One phone, several people: nothing of one is found by the next. With the back-forward cache that real phones have."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, expect

from consult import clock
from consult.domain.cases.states import CaseState
from consult.domain.people.sign_ins import SignInWay
from consult.models import db
from consult.services.people import second_factors, sign_ins
from consult.web.access import SIGN_IN_COOKIE
from tests.browser import SCREEN
from tests.cases import a_case
from tests.village import a_consultation, a_poll, say

pytestmark = pytest.mark.xdist_group("kept pages")
WORDS = "这是我还没写完的话，别人不该看见"


@pytest.fixture
def kept_phone(keeping_browser, server) -> Iterator[BrowserContext]:
    """A phone whose browser keeps pages alive behind others."""
    context = keeping_browser.new_context(viewport=SCREEN, locale="zh-CN")
    context.set_default_timeout(10_000)
    yield context
    context.close()


def be(context: BrowserContext, app, server, who) -> None:
    with app.app_context():
        who.row().language = "zh_Hans"
        db.session.commit()
        token = sign_ins.begin(who.row(), SignInWay.CODE, now=clock.now())
    context.add_cookies([{"name": SIGN_IN_COOKIE, "value": token, "url": server.url}])


NOTE_WHEN_KEPT = """addEventListener("pageshow", event => {
    if (event.persisted) {
        const seen = document.body.checkVisibility() ? document.body.innerText : "blank";
        sessionStorage.setItem("kept", (sessionStorage.getItem("kept") || "") + seen);
    }
})"""
"""Notes what somebody sees at the moment in which the browser brings a kept page back."""


DROPPED = {
    "CacheControlNoStoreCookieModified",
    "CacheControlNoStoreHTTPOnlyCookieModified",
    "CacheFlushed",
    "ServiceWorkerClaim",
}
"""Why Chromium lets a page go: a cookie changed, the site had its pages cleared, or the worker took over the first page."""


def came_back(page) -> str:
    """What was to be seen of the pages that came back alive; empty: none did."""
    return str(page.evaluate("sessionStorage.getItem('kept') || ''"))


def let_go_for(page) -> list[str]:
    """Why Chromium loaded pages anew on going back, instead of bringing them back alive; from now on."""
    why: list[str] = []
    tools = page.context.new_cdp_session(page)
    tools.send("Page.enable")
    tools.on(
        "Page.backForwardCacheNotUsed",
        lambda said: why.extend(one["reason"] for one in said["notRestoredExplanations"]),
    )
    return why


def back(page) -> None:
    """Go back as a thumb does. Playwright's own waits for a load, which a kept page has had long ago."""
    page.evaluate("setTimeout(() => history.back())")
    page.wait_for_timeout(700)
    page.wait_for_load_state("load")


def test_a_page_that_was_kept_alive_is_blank_until_the_server_has_said_whose_it_is(kept_phone, app, server, village):
    be(kept_phone, app, server, village.ah_fong)
    kept_phone.add_init_script(NOTE_WHEN_KEPT)
    page = kept_phone.new_page()
    why = let_go_for(page)
    for path in ("me", "me", "ways-in/", "me"):  # the first two set cookies, and that lets go of what is kept
        page.goto(f"{server.url}/rongxi/{path}")
    with page.expect_request(f"{server.url}/rongxi/ways-in/"), page.expect_event("load"):
        back(page)
    assert came_back(page), f"not kept, so going back proves nothing here or below: {why}"
    assert came_back(page) == "blank"
    assert village.ah_fong.name in page.inner_text("body"), "still signed in: it is shown once it was asked for"


def test_back_after_signing_out_shows_nothing_of_the_person_and_none_of_the_forms(kept_phone, app, server, village):
    be(kept_phone, app, server, village.ah_fong)
    kept_phone.add_init_script(NOTE_WHEN_KEPT)
    page = kept_phone.new_page()
    why = let_go_for(page)
    page.goto(f"{server.url}/rongxi/ways-in/")
    page.goto(f"{server.url}/rongxi/polls/mine")
    page.goto(f"{server.url}/rongxi/me")
    page.locator("form[action$='/sign-in/end'] button").click()
    page.wait_for_url(f"{server.url}/rongxi/")
    for _ in range(3):
        back(page)
        assert village.ah_fong.name not in page.inner_text("body")
        assert page.url.startswith(f"{server.url}/rongxi/sign-in?next=")
    assert not came_back(page), "a page of the person who left came back alive"
    assert why and set(why) <= DROPPED


def test_after_signing_out_back_leads_to_no_proposal_ballot_case_or_inbox_of_the_person(
    kept_phone, app, server, village
):
    with app.app_context():
        talk, poll = a_consultation(village), a_poll(village)
        case = a_case(village, CaseState.ASSIGNED)
        db.session.commit()
        db.session.remove()
    be(kept_phone, app, server, village.ah_fong)
    kept_phone.add_init_script(NOTE_WHEN_KEPT)
    page = kept_phone.new_page()
    pages = (f"consultations/{talk}", f"polls/{poll}", f"cases/{case}", "notifications/", "me")
    for path in pages:
        page.goto(f"{server.url}/rongxi/{path}")
        assert village.ah_fong.name in page.inner_text("body"), path
    page.locator("form[action$='/sign-in/end'] button").click()
    page.wait_for_url(f"{server.url}/rongxi/")
    for _ in pages:
        back(page)
        assert village.ah_fong.name not in page.inner_text("body"), page.url
        assert not page.locator("main form[action*='/ballots'], main form[data-private]").count(), page.url
    assert not came_back(page), "a page of the person who left came back alive"


def test_the_answer_to_a_form_that_was_kept_alive_is_asked_for_by_its_page_and_sends_nothing_again(
    kept_phone, app, server, village
):
    """Chromium keeps no answers to forms; other browsers do. The event is theirs, the page and its script are ours."""
    with app.app_context():
        talk = a_consultation(village)
        above = say(village, talk, village.ah_kwok, key="above")
    be(kept_phone, app, server, village.ah_fong)
    page = kept_phone.new_page()
    page.goto(f"{server.url}/rongxi/comments/{above}")
    page.locator("form[action$='/replies'] button").last.click()
    page.wait_for_selector("#mistakes")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(f"{request.method} {request.url}"))
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    page.wait_for_function("() => !document.getElementById('mistakes')")
    assert sent[0] == f"GET {server.url}/rongxi/comments/{above}"
    assert not [one for one in sent if one.startswith("POST")]


def test_back_to_the_answer_of_a_form_opens_its_page_sends_nothing_and_does_not_speak_of_the_line(
    kept_phone, app, server, village
):
    """With the worker, which browsers ask about Back as well: the browser has no such answer, and the line is fine."""
    with app.app_context():
        talk = a_consultation(village)
    be(kept_phone, app, server, village.ah_fong)
    page = kept_phone.new_page()
    page.goto(f"{server.url}/rongxi/")
    page.wait_for_function("() => navigator.serviceWorker && navigator.serviceWorker.controller")
    page.goto(f"{server.url}/rongxi/consultations/{talk}")
    page.fill("#text", WORDS)
    page.locator("#form .row button").last.click()
    page.wait_for_selector("#mistakes")
    page.goto(f"{server.url}/rongxi/notices/")
    back(page)
    page.wait_for_url(f"{server.url}/rongxi/consultations/{talk}")
    expect(page.locator("#text")).to_have_value(WORDS)
    page.goto(f"{server.url}/rongxi/me")
    page.locator("form[action$='/sign-in/end'] button").click()
    page.wait_for_url(f"{server.url}/rongxi/")
    for _ in range(5):
        back(page)
        assert WORDS not in page.inner_text("body") and not page.get_by_text(WORDS).count()


EVERYTHING_STORED = """async () => {
    const found = [JSON.stringify(localStorage), JSON.stringify(sessionStorage)];
    for (const name of await caches.keys()) {
        const cache = await caches.open(name);
        for (const one of await cache.keys()) { found.push(one.url, await (await cache.match(one)).text()); }
    }
    for (const { name } of await indexedDB.databases()) { found.push("database " + name); }
    return found.join("\\n");
}"""
MARKUP_THAT_ACTS = """() => {
    window.ran = "";
    const box = document.createElement("div");
    box.innerHTML = `<b id="on" hx-on:click="window.ran += 'on '">a</b><b id="old" hx-on="click: window.ran += 'old '">b</b>
        <b id="filter" hx-get="/rongxi/" hx-trigger="click[window.ran += 'filter ']">c</b>
        <b id="values" hx-get="/rongxi/" hx-vals="js:{a: window.ran += 'values '}">d</b>
        <b id="push" hx-get="/rongxi/notices/" hx-push-url="true" hx-target="#push">e</b>
        <b id="away" hx-get="https://evil.example/">f</b>`;
    document.querySelector("main").append(box);
    htmx.process(box);
    for (const one of box.children) { one.click(); }
}"""
"""Words of somebody that were taken for markup of htmx: none of it runs, and none keeps a page."""


def test_after_signing_out_no_store_of_the_browser_has_a_page_or_words_of_the_person(kept_phone, app, server, village):
    """htmx keeps ten pages in localStorage unless told not to, also the parts it puts into an address."""
    with app.app_context():
        talk, poll = a_consultation(village), a_poll(village)
    be(kept_phone, app, server, village.ah_fong)
    page = kept_phone.new_page()
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url))
    page.goto(f"{server.url}/rongxi/consultations/{talk}")
    page.locator("main textarea").first.fill(WORDS)
    page.goto(f"{server.url}/rongxi/polls/{poll}")
    page.evaluate(MARKUP_THAT_ACTS)
    page.wait_for_timeout(800)
    assert page.evaluate("window.ran") == ""
    assert not [url for url in asked if "evil.example" in url]
    assert any(url.endswith("/rongxi/notices/") for url in asked), "htmx was at work"
    assert page.evaluate("htmx.config.historyCacheSize") == 0
    assert "htmx-history" not in page.evaluate(EVERYTHING_STORED)
    page.goto(f"{server.url}/rongxi/me")
    page.locator("form[action$='/sign-in/end'] button").click()
    page.wait_for_url(f"{server.url}/rongxi/")
    page.wait_for_timeout(300)
    stored = page.evaluate(EVERYTHING_STORED)
    assert not [
        one
        for one in ("htmx-history", "database kept", WORDS, village.ah_fong.name, village.ah_fong.phone)
        if one in stored
    ]


def test_unsent_words_stand_in_nobody_elses_box_by_whatever_way_they_come(kept_phone, app, server, village):
    with app.app_context():
        talk = a_consultation(village)
    page = kept_phone.new_page()
    be(kept_phone, app, server, village.ah_fong)
    page.goto(f"{server.url}/rongxi/consultations/{talk}")
    box = page.locator("form[action$='/comments'] textarea").first
    box.fill(WORDS)
    page.reload()
    assert page.locator("form[action$='/comments'] textarea").first.input_value() == WORDS
    be(kept_phone, app, server, village.ah_kwok)  # by card, by code: another sign-in without a sign-out
    page.goto(f"{server.url}/rongxi/consultations/{talk}")
    assert page.locator("form[action$='/comments'] textarea").first.input_value() == ""
    assert WORDS not in page.evaluate("JSON.stringify(localStorage)")


def test_back_puts_what_was_typed_into_the_boxes_of_the_same_sign_in_only(kept_phone, app, server, village):
    """The browser puts back by itself what stood in a form, whoever has signed in meanwhile."""
    with app.app_context():
        talk = a_consultation(village)
    page, other = kept_phone.new_page(), kept_phone.new_page()
    box, choice = "form[action$='/comments'] textarea", "form[action$='/comments'] [name=stance]"
    for follower in (village.ah_fong, village.ah_kwok):
        be(kept_phone, app, server, village.ah_fong)
        page.goto(f"{server.url}/rongxi/consultations/{talk}")
        page.locator(box).fill(WORDS)
        page.locator("form[action$='/comments'] .stones label").first.click()
        page.goto(f"{server.url}/rongxi/notices/")
        if follower is not village.ah_fong:
            other.goto(f"{server.url}/rongxi/me")
            other.locator("form[action$='/sign-in/end'] button").click()
            other.wait_for_url(f"{server.url}/rongxi/")
            page.wait_for_selector(".acting", state="detached")
            page.wait_for_load_state("load")
            be(kept_phone, app, server, follower)
        back(page)
        page.wait_for_selector(f".acting:has-text('{follower.name}')")
        stands = page.locator(box).input_value() == WORDS, page.locator(f"{choice}:checked").count() == 1
        assert stands == (follower is village.ah_fong,) * 2, follower.name


def test_a_receipt_in_another_tab_goes_with_its_person_and_words_that_were_typed_there_stay(
    kept_phone, app, server, village
):
    with app.app_context():
        talk, poll = a_consultation(village), a_poll(village, secret=True)
    be(kept_phone, app, server, village.ah_fong)
    receipt, written, here = (kept_phone.new_page() for _ in range(3))
    receipt.goto(f"{server.url}/rongxi/polls/{poll}")
    receipt.locator("#ballot .stones button").first.click()
    receipt.locator("#confirm form button").click()
    receipt.wait_for_selector("#secret_receipt")
    written.goto(f"{server.url}/rongxi/consultations/{talk}")
    written.locator("form[action$='/comments'] textarea").first.fill(WORDS)
    here.goto(f"{server.url}/rongxi/me")
    assert receipt.locator("#secret_receipt").is_visible(), "another page of the same person takes nothing away"
    here.locator("form[action$='/sign-in/end'] button").click()
    here.wait_for_url(f"{server.url}/rongxi/")
    receipt.wait_for_selector("#secret_receipt", state="detached")
    receipt.wait_for_load_state("load")
    assert village.ah_fong.name not in receipt.inner_text("body")
    assert written.locator("form[action$='/comments'] textarea").first.input_value() == WORDS


def test_an_open_page_of_somebody_else_asks_who_it_is_and_keeps_the_words(kept_phone, app, server, village):
    with app.app_context():
        talk = a_consultation(village)
    page = kept_phone.new_page()
    be(kept_phone, app, server, village.ah_fong)
    page.goto(f"{server.url}/rongxi/consultations/{talk}")
    page.locator("form[action$='/comments'] textarea").first.fill(WORDS)
    be(kept_phone, app, server, village.old_chan)
    page.locator("form[action$='/comments'] button").last.click()
    page.wait_for_selector("#who")
    assert village.old_chan.name in page.inner_text("#who") and WORDS in page.inner_text("#who")


def test_an_officer_makes_a_passkey_and_signs_in_with_it(kept_phone, app, config, server, village):
    """With the virtual authenticator of Chromium; a passkey belongs to a name, not to a number: localhost."""
    site = server.url.replace("127.0.0.1", "localhost")
    with app.app_context():
        village.ms_yip.row().language = "zh_Hans"
        db.session.commit()
        token = sign_ins.begin(village.ms_yip.row(), SignInWay.CODE, now=clock.now())
    kept_phone.add_cookies([{"name": SIGN_IN_COOKIE, "value": token, "url": site}])
    page = kept_phone.new_page()
    tools = kept_phone.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    tools.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": options | {"isUserVerified": True, "automaticPresenceSimulation": True}},
    )
    page.goto(f"{site}/rongxi/second-proof")
    page.locator("form[action$='/second-proof/passkey'] button").click()
    page.locator("form[data-passkey=create] button").click()
    page.wait_for_selector(".ledger .fingerprint")
    with app.app_context():
        assert [one.kind for one in second_factors.of_person(village.ms_yip.id)] == ["passkey"]
    page.goto(f"{site}/rongxi/me")
    page.locator("form[action$='/sign-in/end'] button").click()
    page.goto(f"{site}/rongxi/sign-in")
    page.fill("#phone", village.ms_yip.phone)
    page.locator("form[action$='/sign-in'] button").click()
    code = json.loads((config.instance_path / "outbox.jsonl").read_text().splitlines()[-1])["code"]
    page.fill("#code", code)
    page.locator("form.sheet button").click()
    page.wait_for_url("**/sign-in/second")
    page.locator("#by-passkey button").click()
    page.wait_for_url(f"{site}/rongxi/")
    assert village.ms_yip.name in page.inner_text(".acting")


def test_words_about_a_case_in_another_tab_leave_with_who_signs_out_and_so_does_its_address(
    kept_phone, app, server, village
):
    with app.app_context():
        address = a_case(village, CaseState.MEDIATING)
        db.session.remove()
    be(kept_phone, app, server, village.ah_fong)
    written, read, here = (kept_phone.new_page() for _ in range(3))
    written.goto(f"{server.url}/rongxi/cases/new/story?kind=neighbours")
    written.locator("form[data-private] textarea").first.fill(WORDS)
    read.goto(f"{server.url}/rongxi/cases/{address}")
    here.goto(f"{server.url}/rongxi/me")
    here.locator("form[action$='/sign-in/end'] button").click()
    here.wait_for_url(f"{server.url}/rongxi/")
    for page in (written, read):
        expect(page).to_have_url(f"{server.url}/rongxi/")
        assert WORDS not in page.content()
        back(page)
        assert WORDS not in page.content() and address not in page.url
    assert here.evaluate("() => localStorage.getItem('kept')") is None
    stores = "async () => (await indexedDB.databases()).map(one => one.name)"
    assert "kept" not in here.evaluate(stores)


def test_a_tab_that_signs_out_is_not_held_up_by_the_mark_of_another_tab(kept_phone, app, server, village):
    """Its own answer may come last: looked at anew it would end on the page of signing in."""
    be(kept_phone, app, server, village.ah_fong)
    here, other = kept_phone.new_page(), kept_phone.new_page()
    here.goto(f"{server.url}/rongxi/me")
    other.goto(f"{server.url}/rongxi/help")
    changed = "() => localStorage.setItem('mark', Math.random().toString())"
    waits = "() => document.addEventListener('submit', event => event.preventDefault(), true)"
    here.evaluate("() => { window.same = true; }")
    here.evaluate(waits)
    here.locator("form[action$='/sign-in/end'] button").click()
    other.evaluate(changed)
    here.wait_for_timeout(500)
    assert here.evaluate("() => window.same") is True
    here.goto(f"{server.url}/rongxi/me")
    here.evaluate("() => { window.same = true; }")
    other.evaluate(changed)
    here.wait_for_function("() => !window.same")
