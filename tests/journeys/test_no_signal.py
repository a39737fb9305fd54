"""In the yard, without signal: what is typed into the forms of a case is lost by nothing, and found by nobody else."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Page

from consult import clock
from consult.domain.cases.acts import CaseAct
from consult.domain.cases.states import CaseState
from consult.domain.people.sign_ins import SignInWay
from consult.models import CaseReader, db
from consult.services.people import sign_ins
from consult.web.access import SIGN_IN_COOKIE
from tests.browser import Phone
from tests.cases import a_case, opened
from tests.journeys.test_cases import paper
from tests.meetings import a_meeting_draft
from tests.phone_stores import everything_kept, ready
from tests.running.line import Line
from tests.village import Cast, Who, a_consultation, a_poll

WORDS = "问：屋檐伸出多少？\n答：去年换的瓦，伸出四十公分。"
FORM = "form.sheet[data-private]"


@pytest.fixture
def line(phone: Phone) -> Iterator[Line]:
    made = Line(phone.server.url)
    yield made
    made.close()


@pytest.fixture
def address(app, village) -> str:
    with app.app_context():
        return a_case(village, CaseState.MEDIATING)


def go(phone: Phone, line: Line, path: str) -> Page:
    """Open a page by the line, whether it is up or not."""
    page = phone.page
    page.goto(f"{line.url}{path}", wait_until="load")
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    if page.locator("script[src*='kept.js']").count():
        ready(page)
    return page


def with_worker(phone: Phone, line: Line, path: str) -> Page:
    page = go(phone, line, path)
    page.evaluate("new Promise(done => setTimeout(done, 400))")  # until the worker has stored its page
    return page


def write(page: Page) -> None:
    page.fill("#place", "屋后")
    page.fill("#asked", "陈伯坚")
    page.fill("#words", WORDS)


def press(page: Page) -> None:
    page.locator(f"{FORM} button:not([type=button])").last.click()


def entries(app, village: Cast, address: str, act: CaseAct = CaseAct.INVESTIGATE) -> list:
    with app.app_context():
        case = opened(village, village.aunt_leung, address)
        return [entry for entry in case.entries if entry.act is act and entry.facts.get("words") == WORDS]


@pytest.mark.parametrize("state", ["cut", "away", "lost"])
def test_a_record_sent_without_signal_is_kept_and_sent_by_one_tap_and_once(phone, line, app, village, address, state):
    phone.sign_in(village.aunt_leung)
    page = with_worker(phone, line, f"/rongxi/cases/{address}/investigate")
    phone.look("no-signal-form")
    assert page.locator("[data-keeps]").is_visible() and not page.locator("[data-unsealed]").is_visible()
    write(page)
    page.set_input_files("#photos", paper())
    page.wait_for_timeout(400)
    line.set(state)
    press(page)
    page.wait_for_selector("html[data-said=sealed]", state="attached")
    phone.look(f"no-signal-{state}")
    line.set("up")
    page.locator("[data-again]").click()
    page.wait_for_url(re.compile(rf"/cases/{address}$"))
    found = entries(app, village, address)
    assert len(found) == 1 and found[0].facts["files"], found
    page = go(phone, line, f"/rongxi/cases/{address}/investigate")
    assert page.input_value("#words") == "", "it has arrived: nothing of it is left on the phone"
    assert not page.evaluate("document.querySelector('#photos').files.length")


def test_it_is_sent_by_itself_when_the_signal_is_back(phone, line, app, village, address):
    phone.sign_in(village.aunt_leung)
    page = with_worker(phone, line, f"/rongxi/cases/{address}/investigate")
    write(page)
    phone.context.set_offline(True)
    press(page)
    page.wait_for_selector("html[data-said=sealed]", state="attached")
    phone.context.set_offline(False)
    page.wait_for_url(re.compile(rf"/cases/{address}$"))
    assert len(entries(app, village, address)) == 1


def test_what_was_written_yesterday_arrives_today_as_entered_late(phone, line, app, village, address):
    phone.sign_in(village.aunt_leung)
    page = with_worker(phone, line, f"/rongxi/cases/{address}/investigate")
    written_on = page.input_value("#on")
    write(page)
    line.set("cut")
    press(page)
    page.wait_for_selector("html[data-said=sealed]", state="attached")
    line.set("up")
    phone.server.at(timedelta(days=1))
    page.locator("[data-again]").click()
    page.wait_for_url(re.compile(rf"/cases/{address}$"))
    entry = entries(app, village, address)[0]
    assert entry.happened.isoformat() == written_on and entry.entered_late


def test_back_reload_and_a_reclaimed_tab_lose_nothing(phone, line, app, village, address):
    phone.sign_in(village.aunt_leung)
    path = f"/rongxi/cases/{address}/investigate"
    page = with_worker(phone, line, path)
    write(page)
    page.wait_for_timeout(400)
    page.reload()
    ready(page)
    assert page.input_value("#words") == WORDS and page.locator("[data-restored]").is_visible()
    phone.look("no-signal-restored")
    line.set("cut")
    press(page)
    page.wait_for_selector("html[data-said=sealed]", state="attached")
    line.set("up")
    page.go_back()
    ready(page)
    assert page.url.endswith(path), "the form keeps its place in the history"
    assert page.input_value("#words") == WORDS
    page.go_forward()
    page.wait_for_load_state("load")
    assert not page.url.startswith("chrome-error")
    page.close()
    phone.page = phone.context.new_page()
    page = go(phone, line, path)
    assert page.input_value("#words") == WORDS and page.input_value("#asked") == "陈伯坚"
    page.goto(f"{line.url}/rongxi/cases/")
    ready(page)
    assert page.locator("[data-unsent] li").count() == 1
    phone.look("no-signal-list")
    page.locator("[data-unsent] button").click()
    page.wait_for_url(re.compile(rf"/cases/{address}$"))
    assert len(entries(app, village, address)) == 1


def test_a_form_that_is_reloaded_without_signal_says_that_its_words_are_kept(phone, line, village, address):
    phone.sign_in(village.aunt_leung)
    path = f"/rongxi/cases/{address}/investigate"
    page = with_worker(phone, line, path)
    line.set("cut")
    page.goto(f"{line.url}{path}?other=1")
    ready(page)
    assert not page.locator("[data-draft]").is_visible(), "nothing was written there"
    line.set("up")
    page = go(phone, line, path)
    write(page)
    page.wait_for_timeout(400)
    line.set("cut")
    page.reload()
    page.wait_for_selector("[data-draft]", state="visible")
    phone.look("no-signal-written")
    line.set("up")
    page = go(phone, line, path)
    assert page.input_value("#words") == WORDS


def test_a_form_with_a_mistake_keeps_what_was_put_right_since(phone, line, app, village, address):
    phone.sign_in(village.aunt_leung)
    page = with_worker(phone, line, f"/rongxi/cases/{address}/investigate")
    page.fill("#words", WORDS)
    page.fill("#asked", "陈伯坚")
    page.fill("#place", "")
    page.fill("#on", "")
    press(page)
    page.wait_for_selector(".mistake")
    ready(page)
    assert page.input_value("#words") == WORDS
    page.fill("#place", "屋后")
    page.wait_for_timeout(400)
    page.goto(f"{line.url}/rongxi/cases/{address}/investigate")
    ready(page)
    assert page.input_value("#words") == WORDS and page.input_value("#place") == "屋后"


def test_begin_anew_drops_what_was_kept(phone, line, village, address):
    phone.sign_in(village.aunt_leung)
    page = with_worker(phone, line, f"/rongxi/cases/{address}/investigate")
    write(page)
    page.wait_for_timeout(400)
    page.reload()
    ready(page)
    page.locator("[data-drop]").click()
    page.wait_for_selector("[data-restored]", state="hidden")
    ready(page)
    assert page.input_value("#words") == ""


def test_rows_that_were_added_come_back(phone, line, village, address):
    phone.sign_in(village.aunt_leung)
    page = with_worker(phone, line, f"/rongxi/cases/{address}/agree")
    page.fill("#what_1", "装水槽")
    page.locator("button[name=more_rows]").click()
    page.wait_for_selector("html[data-posted]", state="attached")
    ready(page)
    last = page.locator("[name^=what_]").count()
    page.fill(f"#what_{last}", "付钱")
    page.wait_for_timeout(400)
    page = go(phone, line, f"/rongxi/cases/{address}/agree")
    assert page.locator("[name^=what_]").count() == last
    assert [page.input_value(f"#what_{n}") for n in (1, last)] == ["装水槽", "付钱"]


def test_what_is_kept_is_sealed_and_signing_out_destroys_it(phone, line, village, address):
    phone.sign_in(village.aunt_leung)
    page = with_worker(phone, line, f"/rongxi/cases/{address}/investigate")
    write(page)
    page.set_input_files("#photos", paper("屋檐照片.jpg"))
    page.wait_for_timeout(500)
    kept = everything_kept(page)
    assert "key extractable: false" in kept
    assert not [word for word in ("去年换的瓦", "陈伯坚", "屋檐照片", address) if word in kept]
    page.goto(f"{line.url}/rongxi/me")
    page.locator("form[action$='/sign-in/end'] button").click()
    page.wait_for_url(f"{line.url}/rongxi/")
    page.wait_for_timeout(400)
    assert page.evaluate("indexedDB.databases().then(all => all.length)") == 0
    assert "kept" not in page.evaluate("Object.keys(localStorage)")


def test_signing_out_without_signal_destroys_it_too(phone, line, village, address):
    phone.sign_in(village.aunt_leung)
    page = with_worker(phone, line, f"/rongxi/cases/{address}/investigate")
    write(page)
    page.wait_for_timeout(400)
    page.goto(f"{line.url}/rongxi/me")
    line.set("cut")
    page.locator("form[action$='/sign-in/end'] button").click()
    page.wait_for_selector("html[data-said=nothing]", state="attached")
    page.wait_for_timeout(300)
    assert page.evaluate("indexedDB.databases().then(all => all.length)") == 0


def sign_in_by_code(phone: Phone, who: Who) -> None:
    """As in earnest: a mediator's sign-in ends by itself after an hour."""
    phone.belongs_to(who)
    with phone.app.app_context():
        token = sign_ins.begin(who.row(), SignInWay.CODE, now=clock.now())
    phone.put_cookie(SIGN_IN_COOKIE, token)


def sign_in_ended(page: Page, *, days: int = 0) -> None:
    """Let the phone's own clock be past the end of the sign-in."""
    page.evaluate(
        f"localStorage.setItem('kept', localStorage.kept.split(' ')[0] + ' ' + (Date.now() - 1 - {days} * 864e5))"
    )


def all_gone(page: Page) -> bool:
    page.wait_for_timeout(500)
    left = page.evaluate("indexedDB.databases().then(all => all.length)")
    return left == 0 and "kept" not in page.evaluate("Object.keys(localStorage)")


@pytest.mark.parametrize("asleep", [False, True])
def test_an_hour_without_signal_locks_the_words_and_the_same_person_opens_them(
    phone, line, app, village, address, asleep
):
    """She writes in the yard, her sign-in ends by itself meanwhile, she comes home and signs in again."""
    sign_in_by_code(phone, village.aunt_leung)
    path = f"/rongxi/cases/{address}/investigate"
    page = with_worker(phone, line, path)
    write(page)
    page.set_input_files("#photos", paper())
    page.wait_for_timeout(400)
    line.set("cut")
    phone.server.at(timedelta(hours=2))
    if asleep:  # the phone lay in the pocket: the end of the sign-in is noticed before the form is sent
        sign_in_ended(page)
    press(page)
    page.wait_for_selector(f"html[data-said={'locked' if asleep else 'sealed'}]", state="attached")
    phone.look(f"no-signal-{'locked' if asleep else 'sealed'}")
    line.set("up")
    page.locator("[data-again]").click()
    page.wait_for_url(re.compile(r"/sign-in\?next="))
    page.wait_for_selector("html[data-locked]", state="attached")
    assert page.locator("[data-if-kept]").is_visible()
    phone.look("no-signal-sign-in-again")
    assert "key extractable" not in (kept := everything_kept(page)), "nothing here opens it"
    assert not [word for word in ("去年换的瓦", "陈伯坚", address) if word in kept]
    sign_in_by_code(phone, village.aunt_leung)
    page = go(phone, line, path)
    assert page.input_value("#words") == WORDS and page.locator("[data-restored]").is_visible()
    assert page.evaluate("document.querySelector('#photos').files.length") == 1
    press(page)
    page.wait_for_url(re.compile(rf"/cases/{address}$"))
    assert len(found := entries(app, village, address)) == 1 and found[0].facts["files"]


def test_what_is_locked_opens_for_nobody_else_and_not_after_a_month(phone, line, village, address):
    sign_in_by_code(phone, village.aunt_leung)
    page = with_worker(phone, line, f"/rongxi/cases/{address}/investigate")
    write(page)
    page.wait_for_timeout(400)
    phone.server.at(timedelta(hours=2))
    page.goto(f"{line.url}/rongxi/")
    page.wait_for_selector("html[data-locked]", state="attached")
    salt = page.evaluate(
        """() => new Promise(done => { const w = indexedDB.open("kept"); w.onsuccess = () => {
            const r = w.result.transaction("keys").objectStore("keys").get("salt");
            r.onsuccess = () => { w.result.close(); done(r.result.salt); }; }; })"""
    )
    asked = [f"{line.url}/rongxi/cases/sealing-key", salt]
    ask = "([address, salt]) => fetch(address, { headers: { 'Phone-Salt': salt } }).then(answer => answer.redirected ? '' : answer.text())"
    assert page.evaluate(ask, asked) == "", "without a sign-in there is no key"
    sign_in_by_code(phone, village.ah_fong)
    theirs = page.evaluate(ask, asked)
    sign_in_by_code(phone, village.aunt_leung)
    hers = page.evaluate(ask, asked)
    assert theirs and hers and theirs != hers, "another person gets another key"
    sign_in_ended(page, days=30)
    page.goto(f"{line.url}/rongxi/")
    assert all_gone(page)


@pytest.mark.parametrize("first", ["at once", "after the end of the sign-in"])
def test_the_next_person_on_the_phone_finds_nothing(phone, line, village, address, first):
    sign_in_by_code(phone, village.aunt_leung)
    page = with_worker(phone, line, f"/rongxi/cases/{address}/investigate")
    write(page)
    page.wait_for_timeout(400)
    if first != "at once":
        phone.server.at(timedelta(hours=2))
        page.goto(f"{line.url}/rongxi/")
        page.wait_for_selector("html[data-locked]", state="attached")
    sign_in_by_code(phone, village.ah_fong)
    page.goto(f"{line.url}/rongxi/")
    assert all_gone(page)


def test_signing_out_after_the_end_of_the_sign_in_destroys_it(phone, line, village, address):
    sign_in_by_code(phone, village.aunt_leung)
    page = with_worker(phone, line, f"/rongxi/cases/{address}/investigate")
    write(page)
    page.wait_for_timeout(400)
    phone.server.at(timedelta(hours=2))
    page.goto(f"{line.url}/rongxi/sign-in/leave")
    assert page.locator("[data-if-kept]").is_visible(), "said before it is done"
    phone.look("no-signal-sign-out")
    page.locator("form[action$='/sign-in/end'] button").click()
    page.wait_for_url(f"{line.url}/rongxi/")
    assert all_gone(page)


def test_what_is_typed_before_the_key_has_come_is_kept_once_it_comes(phone, line, village, address):
    phone.sign_in(village.aunt_leung)
    phone.context.route("**/sealing-key*", lambda route: (phone.page.wait_for_timeout(600), route.continue_()))
    page = phone.page
    path = f"/rongxi/cases/{address}/investigate"
    page.goto(f"{line.url}{path}", wait_until="commit")
    page.wait_for_selector("#words")
    write(page)
    ready(page)
    page.wait_for_timeout(400)
    page = go(phone, line, path)
    assert page.input_value("#words") == WORDS


def test_without_the_means_to_seal_it_the_form_says_so_beforehand(phone, line, app, village, address):
    phone.context.add_init_script("Object.defineProperty(crypto, 'subtle', { value: undefined })")
    phone.sign_in(village.aunt_leung)
    page = phone.page
    page.goto(f"{line.url}/rongxi/cases/{address}/investigate")
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    page.wait_for_timeout(600)
    assert page.locator("[data-unsealed]").is_visible() and not page.locator("[data-keeps]").is_visible()
    phone.look("no-signal-nothing-kept")
    write(page)
    line.set("cut")
    press(page)
    page.wait_for_selector("html[data-said=nothing]", state="attached")
    phone.look("no-signal-nothing")
    line.set("up")
    page.locator("[data-again]").click()
    page.wait_for_url(re.compile(rf"/cases/{address}$"))
    assert len(entries(app, village, address)) == 1, "as long as the page is open it can be sent again"


def test_without_scripts_the_form_says_that_nothing_is_kept(plain_phone, village, address):
    plain_phone.sign_in(village.aunt_leung)
    page = plain_phone.open(f"/rongxi/cases/{address}/investigate")
    assert page.locator("[data-unsealed]").is_visible() and not page.locator("[data-keeps]").is_visible()


def choose_to_read(phone: Phone, line: Line) -> None:
    page = with_worker(phone, line, "/rongxi/cases/")
    assert not page.locator("#wish").is_checked()
    page.locator("label[for=wish]").click()
    page.wait_for_timeout(300)
    phone.look("no-signal-choice")


def read_without_signal(phone: Phone, line: Line, path: str) -> str:
    line.set("cut")
    phone.page.goto(f"{line.url}{path}")
    ready(phone.page)
    return str(phone.page.inner_text("main"))


def test_a_case_is_read_without_signal_only_if_that_was_chosen(phone, line, app, village, address):
    phone.sign_in(village.aunt_leung)
    path = f"/rongxi/cases/{address}"
    with_worker(phone, line, path)
    assert "屋檐滴水纠纷" not in read_without_signal(phone, line, path)
    line.set("up")
    choose_to_read(phone, line)
    go(phone, line, path)
    go(phone, line, f"{path}/investigate")
    phone.page.wait_for_timeout(300)
    assert "屋檐滴水" not in everything_kept(phone.page)
    assert "屋檐滴水纠纷" in read_without_signal(phone, line, path)
    phone.look("no-signal-case")
    assert phone.page.locator("main h1").inner_text() == "屋檐滴水纠纷"
    read_without_signal(phone, line, f"{path}/investigate")
    write(phone.page)
    press(phone.page)
    phone.page.wait_for_selector("html[data-said=sealed]", state="attached")
    line.set("up")
    phone.page.locator("[data-again]").click()
    phone.page.wait_for_url(re.compile(rf"/cases/{address}$"))
    assert len(entries(app, village, address)) == 1


@pytest.mark.parametrize("how", ["signed out", "midnight", "idle", "handed over", "switched off"])
def test_copies_of_cases_go_with_what_allowed_them(phone, line, app, village, address, how):
    phone.sign_in(village.aunt_leung)
    path = f"/rongxi/cases/{address}"
    choose_to_read(phone, line)
    page = go(phone, line, path)
    page.wait_for_timeout(300)
    if how == "signed out":
        page.goto(f"{line.url}/rongxi/me")
        page.locator("form[action$='/sign-in/end'] button").click()
        page.wait_for_url(f"{line.url}/rongxi/")
    elif how == "midnight":
        page.clock.install(time=clock.now() + timedelta(days=1))
        phone.page.evaluate("localStorage.setItem('kept', localStorage.kept.split(' ')[0] + ' ' + (Date.now() + 1e12))")
    elif how == "idle":
        page.evaluate("localStorage.setItem('kept', localStorage.kept.split(' ')[0] + ' ' + (Date.now() - 1))")
    elif how == "handed over":
        with app.app_context():
            case = opened(village, village.aunt_leung, address)
            for row in db.session.query(CaseReader).filter_by(case_id=case.row.id):
                db.session.delete(row)
            db.session.commit()
        page.goto(f"{line.url}/rongxi/")  # the next contact, whatever page it is
        ready(page)
    else:
        page.goto(f"{line.url}/rongxi/cases/")
        ready(page)
        page.locator("label[for=wish]").click()
    page.wait_for_timeout(400)
    assert "屋檐滴水纠纷" not in read_without_signal(phone, line, path)


def test_a_party_is_not_offered_to_keep_a_case(phone, line, village, address):
    phone.sign_in(village.ah_fong)
    page = with_worker(phone, line, "/rongxi/cases/")
    assert page.locator("[data-wish]").count() == 0
    page = go(phone, line, f"/rongxi/cases/{address}")
    assert page.locator("[data-readable]").count() == 0


def test_a_long_text_of_a_villager_stays_until_it_has_arrived(phone, line, app, village):
    with app.app_context():
        talk = a_consultation(village)
    phone.sign_in(village.ah_fong)
    phone.page.goto(f"{line.url}/rongxi/consultations/{talk}")
    page = phone.page
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    page.wait_for_timeout(600)
    box = "form[action$='/comments'] textarea"
    page.locator(box).first.fill(WORDS)
    page.locator("form[action$='/comments'] label").first.click()
    line.set("away")
    page.locator("form[action$='/comments'] button").last.click()
    page.wait_for_selector("html[data-said=words]", state="attached")
    phone.look("no-signal-words")
    line.set("up")
    page.goto(f"{line.url}/rongxi/")
    page.goto(f"{line.url}/rongxi/consultations/{talk}")
    assert page.locator(box).first.input_value() == WORDS
    page.locator("form[action$='/comments'] label").first.click()
    with page.expect_navigation():
        page.locator("form[action$='/comments'] button").last.click()
    page.goto(f"{line.url}/rongxi/consultations/{talk}")
    assert page.locator(box).first.input_value() == ""


FORMS_OF_A_PAGE = """() => [...document.querySelectorAll("form[method=post]")].map((form, n) => {
    const typed = [...form.querySelectorAll("input:not([type=hidden]):not([type=file]), textarea, select")];
    return { n, action: form.getAttribute("action").replace(/\\d+|[0-9a-f]{24}/g, "N"), typed: typed.length,
             areas: form.querySelectorAll("textarea").length, sealed: "private" in form.dataset };
})"""
FILL_IN = """n => {
    const form = document.querySelectorAll("form[method=post]")[n], said = {};
    [...form.elements].forEach(one => {
        if (one.tagName === "TEXTAREA" || /^(text|tel|search)$/.test(one.type) && one.tagName === "INPUT") {
            one.value = one.maxLength > 0 ? "试".repeat(Math.min(3, one.maxLength)) : "试一试";
            one.dispatchEvent(new Event("input", { bubbles: true }));
            if (one.tagName === "TEXTAREA" || "private" in form.dataset) { said[one.name] = one.value; }
        }
    });
    addEventListener("submit", event => event.preventDefault());
    form.dispatchEvent(new SubmitEvent("submit", { bubbles: true, cancelable: true }));
    return said;
}"""
STANDS = """([n, names]) => names.map(name => document.querySelectorAll("form[method=post]")[n].elements[name].value)"""


MOST_WALKED = 12
"""Pages that each person opens; the acts of the case come first."""


def walked(phone: Phone, begin: list[str]) -> Iterator[str]:
    """Paths in the order in which links lead to them, each kind of address once."""
    waiting, known = list(begin), set[str]()
    for _ in range(MOST_WALKED):
        while waiting and (kind := re.sub(r"\?.*|\d+|[0-9a-f]{24}", "N", waiting[0])) in known:
            waiting.pop(0)
        if not waiting:
            return
        known.add(kind)
        path = waiting.pop(0)
        yield path
        waiting += phone.page.evaluate(
            """() => [...document.querySelectorAll("main a[href^='/rongxi']")].map(a => a.getAttribute("href").split("#")[0])
                .filter(path => !/\\.(pdf|csv|xlsx|ics|zip|json)|papers|volume|leave/.test(path))"""
        )


def promised(page: Page, n: int, *, areas: int) -> str:
    """Type into a form, send it nowhere, open its page again: what stands there is what was promised, and no less."""
    if page.locator("script[src*='kept.js']").count():
        ready(page)
    said = page.evaluate(FILL_IN, n)
    page.wait_for_timeout(350)
    kind = str(page.evaluate("JSON.parse(sessionStorage.getItem('sent') || '{}').kind"))
    page.goto(page.url)
    if page.locator("script[src*='kept.js']").count():
        ready(page)
    if kind == "nothing":
        assert not areas, "a long text of which nothing is kept"
    else:
        assert page.evaluate(STANDS, [n, list(said)]) == list(said.values())
    return kind


@pytest.mark.one_language
def test_each_form_keeps_what_the_page_without_a_line_promises(phone, app, village, address):
    """All forms that a mediator's, an officer's and a villager's pages lead to: what is promised of each is what it does."""
    with app.app_context():
        a_consultation(village)
        a_poll(village)
        a_meeting_draft(village)
    here = f"/rongxi/cases/{address}"
    begin = [here, *(f"{here}/{act.value}" for act in CaseAct if act is not CaseAct.FILE), "/rongxi/cases/desk"]
    seen: dict[str, str] = {}
    for who, first in ((village.aunt_leung, begin), (village.old_chan, []), (village.ah_fong, [])):
        phone.sign_in(who)
        page = phone.page
        for path in walked(
            phone, [*first, "/rongxi/consultations/1", "/rongxi/", "/rongxi/cases/", "/rongxi/me", "/rongxi/meetings/"]
        ):
            page.goto(f"{phone.server.url}{path}")
            for form in page.evaluate(FORMS_OF_A_PAGE):
                if form["action"] not in seen and form["typed"]:
                    seen[form["action"]] = promised(page, form["n"], areas=form["areas"])
                    assert (seen[form["action"]] == "sealed") == form["sealed"], (path, seen[form["action"]])
    assert {"sealed", "words", "nothing"} <= set(seen.values()) and len(seen) > 12, seen


HELD = """() => {
    const put = document.head.appendChild.bind(document.head);
    document.head.appendChild = one => { if (/NAME/.test(one.src)) { window.held = () => put(one); } else { put(one); } };
}"""
"""Lets the script of that name come only when the test says so."""


@pytest.mark.one_language
@pytest.mark.parametrize("finger", [True, False])
def test_a_tap_lands_though_a_script_comes_between_its_beginning_and_its_end(
    phone, line, app, village, address, finger
):
    """What a script adds to a form moves its buttons: not while one is being pressed."""
    phone.sign_in(village.aunt_leung)
    page = with_worker(phone, line, f"/rongxi/cases/{address}/investigate")
    page.evaluate(
        "([place, asked, words]) => { for (const [id, said] of Object.entries({ place, asked, words })) {"
        " document.getElementById(id).value = said; } }",
        ["屋后", "陈伯坚", WORDS],
    )
    page.evaluate(HELD.replace("NAME", "forms.js"))
    button = page.locator(f"{FORM} button:not([type=button])").last
    button.evaluate("one => one.scrollIntoView({ block: 'center' })")
    box = button.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    session = phone.context.new_cdp_session(page)

    def finger_does(what: str, points: list) -> None:
        session.send("Input.dispatchTouchEvent", {"type": what, "touchPoints": points})

    page.mouse.move(x, y)
    finger_does("touchStart", [{"x": x, "y": y}]) if finger else page.mouse.down()
    page.wait_for_function("() => window.held")
    with page.expect_response("**/forms.js*"):
        page.evaluate("() => { held(); }")
    page.wait_for_timeout(500)
    assert button.bounding_box() == box
    finger_does("touchEnd", []) if finger else page.mouse.up()
    page.wait_for_url(re.compile(rf"/cases/{address}$"))
    assert len(entries(app, village, address)) == 1


@pytest.mark.one_language
def test_what_is_kept_on_the_phone_is_told_after_a_tap_that_has_begun(phone, line, village, address):
    """A phone that is slow has drawn the page, and is touched, before the script is there."""
    phone.sign_in(village.aunt_leung)
    phone.page.add_init_script(f"document.addEventListener('readystatechange', {HELD.replace('NAME', 'kept.js')})")
    page = go(phone, line, f"/rongxi/cases/{address}/investigate")
    button = page.locator(f"{FORM} button:not([type=button])").last
    button.hover()
    page.wait_for_selector("[data-photo] .stones")
    button.hover()
    box = button.bounding_box()
    page.mouse.down()
    page.evaluate("() => { held(); }")
    ready(page)
    page.wait_for_timeout(500)
    assert button.bounding_box() == box and not page.locator("[data-keeps]").is_visible()
    page.wait_for_selector("[data-keeps]", timeout=15_000)  # no press lasts for ever, also where nobody tells its end


@pytest.mark.one_language
def test_a_photo_that_is_chosen_anew_while_it_is_being_sealed_is_kept_once(phone, line, village, address):
    phone.sign_in(village.aunt_leung)
    page = with_worker(phone, line, f"/rongxi/cases/{address}/investigate")
    page.set_input_files("#photos", paper())
    page.evaluate(
        "() => { for (let n = 0; n < 3; n++) { document.getElementById('photos').dispatchEvent(new Event('change', { bubbles: true })); } }"
    )
    page.wait_for_timeout(600)
    page = go(phone, line, f"/rongxi/cases/{address}/investigate")
    assert page.evaluate("document.querySelector('#photos').files.length") == 1


@pytest.mark.one_language
def test_a_phone_that_is_refused_the_key_does_not_follow_to_the_sign_in_nor_ask_again(phone, line, village, address):
    phone.sign_in(village.aunt_leung)
    asked = []
    phone.page.on("request", lambda one: asked.append(one.url))
    phone.page.route(
        "**/sealing-key", lambda one: one.fulfill(status=303, headers={"Location": "/rongxi/sign-in?next=/rongxi/"})
    )
    page = go(phone, line, f"/rongxi/cases/{address}/investigate")
    assert page.locator("[data-unsealed]").is_visible()
    assert len([one for one in asked if "sealing-key" in one]) == 1
    assert not [one for one in asked if "/sign-in" in one]
