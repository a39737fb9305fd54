"""The ways of a villager in the engines of old phones: Chromium 66, 76 and 90, as Android WebViews and X5 have them."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from consult import clock
from consult.domain.people.sign_ins import SignInWay
from consult.models import BallotEvent, Comment, MediationCase, db
from consult.services.people import sign_ins
from consult.web.access import SIGN_IN_COOKIE
from consult.web.i18n import LANGUAGE_COOKIE
from tests.browser import SCREENS, Server
from tests.journeys.test_vote import code_from_outbox
from tests.meetings import a_called_meeting, everybody, open_it, seat
from tests.running import engines
from tests.running.devtools import Engine
from tests.running.line import Line
from tests.village import Who, a_matter, a_poll

pytestmark = [pytest.mark.xdist_group("old phones"), pytest.mark.sweep]
SCREEN, NARROW = (360, 780), (320, 640)
WORDS = "断水怎么办，老人家挑不动"
STORY = "屋檐水滴到我家的墙，墙脚都湿了"
SEND = "form[data-private] button:not([type=button])"
TWICE, ONCE = (f"document.documentElement.style.fontSize = '{size}'" for size in ("225%", ""))
NOT_DRAWN, DRAWN_SECONDS = "an icon is not drawn", 5
FAULTS = """(function (most) {
  var all = function (s) { return Array.prototype.slice.call(document.querySelectorAll(s)); };
  var said = function (e) { return e.outerHTML.slice(0, 120); };
  var boxes = function (e) { return e.getBoundingClientRect(); };
  var shown = function (e) { return e.getClientRects().length && getComputedStyle(e).visibility !== "hidden" && !e.closest(".unseen, .skip"); };
  var scrolls = function (e) { return e.closest(".scroll"); };
  var found = [];
  if (document.documentElement.scrollWidth > most) {
    found.push("scrolls sideways: " + document.documentElement.scrollWidth);
    found = found.concat(all("body *").filter(function (e) { return !scrolls(e) && boxes(e).right > most + 1; }).slice(0, 5).map(said));
  }
  all("button, a.button, input:not([type=hidden]):not(.unseen), select, textarea").filter(shown).forEach(function (e) {
    var b = boxes(e);
    if (b.width < 24 || b.height < 24 || b.left < -1 || b.right > most + 1) { found.push("cannot be hit: " + said(e)); }
  });
  var tabs = document.querySelector(".tabs");
  if (tabs && getComputedStyle(tabs).position === "fixed" && Math.abs(boxes(tabs).bottom - innerHeight) > 1) { found.push("the tabs lie elsewhere"); }
  if (tabs && boxes(tabs).width < most - 1) { found.push("the tabs are narrow"); }
  all("main svg.icon use").filter(function (e) { return e.closest(".icon").getClientRects().length && !boxes(e).width; }).forEach(function (e) { found.push("an icon is not drawn: " + said(e)); });
  return found;
})(%s)"""


class OldPhone:
    """One old engine in the hands of somebody who reads a language."""

    def __init__(self, program: Path, server: Server, app: Flask, locale: str, url: str = "") -> None:
        self.engine, self.app, self.locale, self.url = (
            Engine(program, engines.letters()),
            app,
            locale,
            url or server.url,
        )
        self.name = program.name
        self.engine.cookie(LANGUAGE_COOKIE, locale, self.url)

    def open(self, path: str) -> Engine:
        assert not self.engine.goto(f"{self.url}{path}"), path
        return self.engine

    def sign_in(self, who: Who) -> None:
        with self.app.app_context():
            who.row().language = self.locale
            db.session.commit()
            token = sign_ins.begin(who.row(), SignInWay.DEMO, now=clock.now())
            db.session.remove()
        self.engine.cookie(SIGN_IN_COOKIE, token, self.url)

    def look(self, name: str) -> None:
        """Say what is wrong with the page on a usual screen, and on a narrow one with letters twice as large."""
        found = {}
        for (width, height), letters in ((SCREEN, ONCE), (NARROW, TWICE)):
            self.engine.resize(width, height)
            self.engine.js(letters)
            self.keep_picture(f"{name}-{self.locale}-{self.name}-{width}", width, height)
            found[width] = self._faults(width)
        self.engine.resize(*SCREEN)
        self.engine.js(ONCE)
        assert not any(found.values()), f"{name}: {found}"
        assert not self.engine.faults(), self.engine.faults()

    def _faults(self, width: int) -> list[str]:
        """Return what is wrong; of a part that was put in the icons are drawn a moment later, when their file is there."""
        until = time.monotonic() + DRAWN_SECONDS
        while True:
            found: list[str] = self.engine.js(FAULTS % width)
            if not any(NOT_DRAWN in one for one in found) or time.monotonic() > until:
                return found
            time.sleep(0.1)

    def keep_picture(self, name: str, width: int, height: int) -> None:
        if os.environ.get("PICTURES"):
            whole = int(self.engine.js("Math.max(document.documentElement.scrollHeight, innerHeight)"))
            self.engine.resize(width, min(whole, 6000))
            self.engine.picture(SCREENS / f"{name}.png")
            self.engine.resize(width, height)


@pytest.fixture(scope="session")
def programs() -> dict[int, Path]:
    return engines.bring()


@pytest.fixture(params=[engine.major for engine in engines.ENGINES])
def program(request: pytest.FixtureRequest, programs: dict[int, Path]) -> Path:
    return programs[request.param]


@pytest.fixture
def old_phone(program: Path, server: Server, app: Flask, locale: str) -> Iterator[OldPhone]:
    phone = OldPhone(program, server, app, locale)
    yield phone
    phone.engine.close()


@pytest.fixture
def poll(app, village) -> int:
    with app.app_context():
        return a_poll(village, body="VA_house")


@pytest.fixture
def secret_poll(app, village) -> int:
    with app.app_context():
        return a_poll(village, key="secret", secret=True)


@pytest.fixture
def matter(app, village) -> int:
    with app.app_context():
        return a_matter(village)


@pytest.fixture
def meeting(app, village) -> int:
    with app.app_context():
        made, _ = a_called_meeting(village)
        return made


def vote(phone: OldPhone, config, village, poll: int) -> None:
    """Sign in by a code on the way to the ballot, and vote in three taps."""
    with phone.app.app_context():
        village.ah_fong.row().language = phone.locale
        db.session.commit()
    page = phone.open(f"/rongxi/polls/{poll}")
    phone.look("old-poll-stranger")
    page.tap("#ballot a.button")
    page.until_there("#phone")
    phone.look("old-sign-in")
    page.fill("#phone", "138 0000 0001")
    page.tap("form.sheet button")
    page.until_there("#code")
    phone.look("old-sign-in-code")
    page.fill("#code", code_from_outbox(config))
    page.tap("form.sheet button")
    page.until_there("#ballot .stones button")
    phone.look("old-poll")
    page.tap("#ballot .stones button")
    page.until_there("#confirm form button")
    phone.look("old-confirm")
    page.tap("#confirm form button")
    page.until_there(".receipt .code li")
    phone.look("old-receipt")


def keep_the_code(phone: OldPhone, poll: int) -> None:
    """Vote in secret and make the picture of the code."""
    page = phone.open(f"/rongxi/polls/{poll}")
    page.tap("#ballot .stones button")
    page.until_there("#confirm form button")
    page.tap("#confirm form button")
    page.until_there("#keep-picture:not([hidden]) button")
    page.tap("#keep-picture button")
    page.until("(document.querySelector('#keep-picture img') || {}).naturalWidth === 720")
    phone.look("old-secret-receipt")


def speak(phone: OldPhone, matter: int) -> None:
    """Comment: refused without a stance, the words stay; then said."""
    page = phone.open(f"/rongxi/consultations/{matter}")
    phone.look("old-matter")
    page.fill("#text", WORDS)
    page.tap("#form .row button")
    page.until_there("#stance-mistake")
    phone.look("old-comment-refused")
    assert page.js("document.getElementById('text').value") == WORDS
    page.tap("label[for=stance-concern]")
    page.tap("#form .row button")
    page.until_there("#comments .voices > li")
    assert WORDS in page.text("#comments") and page.js("document.getElementById('text').value") == ""
    phone.look("old-matter-comment")


def bring_a_case(phone: OldPhone) -> None:
    """The six pages from the list of cases to the one that says it has arrived."""
    page = phone.open("/rongxi/cases/")
    phone.look("old-cases")
    page.tap(".headline a.button")
    page.until_there("a[href$='/cases/new/kind']")
    phone.look("old-case-safety")
    page.tap("a[href$='/cases/new/kind']")
    page.until_there("button[value=neighbours]")
    phone.look("old-case-kind")
    page.tap("button[value=neighbours]")
    page.until_there("#story")
    page.fill("#other", "陈伯坚")
    page.tap(SEND)
    page.until_there("#story-mistake")
    assert page.js("document.getElementById('other').value") == "陈伯坚"
    phone.look("old-case-story")
    page.fill("#story", STORY)
    page.tap(SEND)
    page.until("location.pathname.slice(-8) === '/contact' && !!document.querySelector('#phone')")
    phone.look("old-case-contact")
    page.fill("#phone", "13800000001")
    page.tap(SEND)
    page.until("location.pathname.slice(-9) === '/received' && document.readyState === 'complete'")
    phone.look("old-case-received")


def test_a_villager_signs_in_votes_speaks_and_brings_a_case(
    old_phone: OldPhone, app, config, village, poll, secret_poll, matter
):
    page = old_phone.open("/rongxi/")
    old_phone.look("old-home-stranger")
    vote(old_phone, config, village, poll)
    keep_the_code(old_phone, secret_poll)
    speak(old_phone, matter)
    bring_a_case(old_phone)
    for name, path in {"home": "", "mine": "me", "board": "notices/", "receipts": "polls/mine"}.items():
        page = old_phone.open(f"/rongxi/{path}")
        old_phone.look(f"old-{name}")
    page.tap(".big-type button")
    page.until_there("html.elder")
    with app.app_context():
        assert [db.session.query(one).count() for one in (BallotEvent, Comment, MediationCase)] == [1, 1, 1]
        db.session.remove()


def test_the_page_of_a_meeting_follows_it_without_being_loaded_again(old_phone: OldPhone, app, village, meeting):
    old_phone.sign_in(village.ah_fong)
    page = old_phone.open(f"/rongxi/meetings/{meeting}")
    old_phone.look("old-meeting-called")
    page.js("window.same = true")
    with app.app_context():
        seat(village, meeting, *everybody(village)[:6])
        open_it(village, meeting)
        db.session.remove()
    page.until("!!document.querySelector('#live .quorum b, #live [aria-current]')")
    assert page.js("window.same === true"), "the page was loaded anew"
    old_phone.look("old-meeting-open")
    old_phone.sign_in(village.old_chan)
    page = old_phone.open(f"/rongxi/meetings/{meeting}/console")
    assert page.text("#status .figure") == "6"
    page.js("window.same = true")
    with app.app_context():
        seat(village, meeting, everybody(village)[6])
        db.session.remove()
    page.until("document.querySelector('#status .figure').textContent.trim() === '7'")
    assert page.js("window.same === true"), "the console was loaded anew"
    old_phone.look("old-console")
    page = old_phone.open(f"/rongxi/meetings/{meeting}/projector")
    old_phone.engine.resize(1280, 800)
    page.until("!!document.querySelector('#screen .quorum b')")
    old_phone.keep_picture(f"old-projector-{old_phone.locale}-{old_phone.name}", 1280, 800)
    assert page.js("document.documentElement.scrollWidth") <= 1280


@pytest.mark.one_language
def test_without_a_line_the_page_says_so_and_the_words_go_out_once_it_is_back(
    program: Path, server, app, locale, village, matter
):
    line = Line(server.url)
    phone = OldPhone(program, server, app, locale, line.url)
    try:
        phone.sign_in(village.ah_fong)
        page = phone.open(f"/rongxi/consultations/{matter}")
        page.js(
            "navigator.serviceWorker.ready.then(function () { return new Promise(function (d) { setTimeout(d, 400); }); })"
        )
        page.tap("label[for=stance-concern]")
        page.fill("#text", WORDS)
        line.set("cut")
        page.tap("#form .row button")
        page.until_there("html[data-said=words]")
        phone.look("old-offline")
        line.set("up")
        page = phone.open(f"/rongxi/consultations/{matter}")
        assert page.js("document.getElementById('text').value") == WORDS
        page.tap("label[for=stance-concern]")
        page.tap("#form .row button")
        page.until_there("#comments .voices > li")
        assert WORDS not in page.js("JSON.stringify(localStorage)")
        page = phone.open("/rongxi/cases/new/story?kind=neighbours")
        page.until_there("html[data-kept-ready]")
        page.fill("#other", "陈伯坚")
        page.fill("#story", STORY)
        line.set("cut")
        page.tap(SEND)
        page.until_there("html[data-said=sealed]")
        line.set("up")
        page.tap("[data-again]")
        page.until("location.pathname.slice(-8) === '/contact' && !!document.querySelector('#phone')")
    finally:
        phone.engine.close()
        line.close()


PAGES = (
    "/",
    "/rongxi/",
    "/rongxi/votes",
    "/rongxi/polls/1",
    "/rongxi/meetings/",
    "/rongxi/meetings/1",
    "/rongxi/tasks/1",
    "/rongxi/notices/",
    "/rongxi/notices/11",
    "/about",
)


@pytest.mark.one_language
@pytest.mark.usefixtures("demo_village")
def test_no_page_of_the_demo_village_is_wider_than_the_screen(old_phone: OldPhone, app):
    for path in PAGES:
        old_phone.open(path)
        old_phone.look("old-demo" + path.replace("/", "-"))


@pytest.mark.parametrize("came", [b"", b"something else"], ids=["nothing", "something-else"])
def test_an_engine_that_cannot_be_had_fails_the_test_and_says_what_to_type(came, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    if came:
        engines.kept_in().mkdir()
        engines.ENGINES[0].archive.write_bytes(came)
    with pytest.raises(pytest.fail.Exception, match=r"Please type: cd .* && npm pack chrome-aws-lambda@1\.1\.0"):
        engines.bring()
    assert not engines.ENGINES[0].archive.exists() and not engines.ENGINES[0].program.exists()
