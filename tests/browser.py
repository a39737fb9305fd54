"""A villager's phone: Chromium at 360 x 780, in two languages, before the real server.

    def test_ah_fong_votes(phone, village):
        phone.sign_in(village.ah_fong)
        phone.open("/rongxi/")
        phone.look("home")

Pages are looked at as they stand (`look`): nothing wider than the screen, no accessibility fault, no script error.
"""

import json
import os
import shutil
import signal
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial, wraps
from pathlib import Path
from typing import Any, Literal

import pytest
from flask import Flask
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    ViewportSize,
    sync_playwright,
)

from consult import clock
from consult.config import ROOT, Config
from consult.domain import languages
from consult.domain.people.sign_ins import SignInWay
from consult.models import db
from consult.services.people import sign_ins
from consult.web.access import SIGN_IN_COOKIE
from consult.web.i18n import LANGUAGE_COOKIE
from run import BIN
from tests import hours
from tests.running import children
from tests.running.postgres import free_port
from tests.running.serving import INSPECTOR
from tests.village import Who

WHOLE = ("chromium", "chromium-browser", "google-chrome")
PROGRAMS = ("chromium-headless-shell", *WHOLE)
MISSING = "Chromium is missing. Please type: apt-get install -y chromium-headless-shell  (python3 run.py test does it as root)"
MISSING_WHOLE = (
    "The whole Chromium is missing. Please type: apt-get install -y chromium  (python3 run.py test does it as root)"
)
TAGS = {language.code: language.tag for language in languages.ALL}
LOCALES = ("zh_Hans", "yue_Hant")
SCREEN: ViewportSize = {"width": 360, "height": 780}
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LOAD_INSPECTOR = """address => new Promise(done => {
    const script = Object.assign(document.createElement("script"), { src: address });
    script.onload = script.onerror = () => { script.remove(); done(); };
    document.head.append(script);
})"""
INSPECT = """options => axe.run(document, options).then(({ violations }) => violations.map(({ id, help, nodes }) => (
    { id, help, nodes: nodes.map(({ html, failureSummary }) => ({ html, failureSummary })) })))"""
"""Hands over what is wrong and no more: each rule that passed would come with an element, through two other processes."""
AXE_TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
SCREENS = ROOT / "artefacts" / "screens"
START_SECONDS = 90


def _until_parsed(act: Callable[..., None]) -> Callable[..., None]:
    """Let a click return when the page that it opened is parsed, and not already when it begins to arrive.

    What is read without waiting after it (`count`, `is_visible`, `content`) would else be read from half a page.
    """

    @wraps(act)
    def done(self: Locator | Page, *arguments: Any, **options: Any) -> None:
        act(self, *arguments, **options)
        page = self if isinstance(self, Page) else self.page
        if not page.is_closed():
            page.wait_for_load_state("domcontentloaded")

    return done


for owner in (Locator, Page):
    for name in ("click", "dblclick", "tap", "press"):
        setattr(owner, name, _until_parsed(getattr(owner, name)))


class Server:
    """The app served by granian on loopback. One process serves all tests of a worker, each on its own database."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / f"journey-{os.getpid()}.json"
        self.url = f"http://127.0.0.1:{free_port()}"
        try:
            self._start()
        except BaseException:
            self.stop()
            raise

    def serve(self, config: Config) -> None:
        """From the next request on."""
        self.config = config
        self.at(timedelta(0))

    def at(self, shift: timedelta) -> None:
        """Let the server, and this test, live at another time from now on."""
        os.environ[hours.CLOCK_SHIFT] = hours.later(shift)
        said = {"env": environment(self.config), "shift": hours.later(shift)}
        written = self.file.with_suffix(".new")
        written.write_text(json.dumps(said))
        written.rename(self.file)

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _start(self) -> None:
        port = self.url.rpartition(":")[2]
        command = [
            BIN / "granian",
            "--interface",
            "wsgi",
            "--workers",
            "1",
            "--blocking-threads",
            "4",
            "--host",
            "127.0.0.1",
            "--port",
            port,
            "--log-level",
            "warning",
            "tests.running.serving:application",
        ]
        env = os.environ | {"JOURNEY_FILE": str(self.file)}
        self.process = children.start(command, cwd=ROOT, env=env)
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            assert self.process.poll() is None, "the server ended by itself"
            assert time.monotonic() < deadline, "the server does not answer"
            time.sleep(0.05)

    def _answers(self) -> bool:
        try:
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(f"{self.url}/healthz", timeout=2):
                return True
        except OSError:
            return False


def environment(config: Config) -> dict[str, str]:
    """The variables that make this config in another process."""
    return {
        "CONSULT_MODE": config.mode,
        "DATABASE_URL": config.database_url,
        "INSTANCE_PATH": str(config.instance_path),
        "SECRET_KEY": config.secret_key,
        "DATA_KEY": config.data_key,
        "PUBLIC_URL": "",
        "SECURE_COOKIES": "0",
    }


class Phone:
    """One phone in one language. `page` is Playwright's page."""

    def __init__(self, context: BrowserContext, server: Server, app: Flask, locale: str) -> None:
        self.context, self.server, self.app, self.locale = context, server, app, locale
        self.complaints: list[str] = []
        self.page = context.new_page()
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._hear)
        self.put_cookie(LANGUAGE_COOKIE, locale)

    def open(self, path: str) -> Page:
        answer = self.page.goto(f"{self.server.url}{path}", wait_until="load")
        assert answer is not None and answer.status < 500, f"{path} answered {answer and answer.status}"
        return self.page

    def sign_in(self, who: Who) -> None:
        """Act as one of the cast, who reads this phone's language."""
        self.belongs_to(who)
        with self.app.app_context():
            token = sign_ins.begin(who.row(), SignInWay.DEMO, now=clock.now())
        self.put_cookie(SIGN_IN_COOKIE, token)

    def belongs_to(self, who: Who) -> None:
        """One of the cast reads this phone's language, signed in or not."""
        with self.app.app_context():
            who.row().language = self.locale
            db.session.commit()

    def look(self, name: str, *, lang: str = "", size: ViewportSize = SCREEN) -> None:
        read = self.page.locator("html").get_attribute("lang")
        assert read == (lang or TAGS[self.locale]), f"{name} is in {read}"
        look(self.page, f"{name}-{self.locale}", size, contrast=self.locale == LOCALES[0])
        assert not self.complaints, self.complaints

    def put_cookie(self, name: str, value: str) -> None:
        self.context.add_cookies([{"name": name, "value": value, "url": self.server.url}])

    def _hear(self, message: ConsoleMessage) -> None:
        """Faults of our scripts and what the content policy blocked; a refusal's status is no fault."""
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.complaints.append(message.text)


def look(page: Page, name: str, size: ViewportSize = SCREEN, *, contrast: bool = True) -> None:
    """Say everything that is wrong with a page. With PICTURES=1 a picture of it is kept, for eyes."""
    page.wait_for_load_state("load")
    page.evaluate("document.fonts.ready")
    if os.environ.get("PICTURES"):
        _keep_picture(page, SCREENS / f"{name}.png", size)
    wide = page.evaluate(
        """() => { const most = document.documentElement.clientWidth;
            return document.documentElement.scrollWidth <= most ? [] : [...document.querySelectorAll("body *")]
                .filter(e => e.getBoundingClientRect().right > most + 1).slice(0, 5).map(e => e.outerHTML.slice(0, 120)) }"""
    )
    assert not wide, f"{name} scrolls sideways because of: {wide}"
    found = violations(page, contrast=contrast)
    assert not found, f"{name}:\n" + "\n".join(found)


def _keep_picture(page: Page, path: Path, size: ViewportSize) -> None:
    """The whole page, as on a phone tall enough for it: what is fixed to the bottom stays at the bottom."""
    path.parent.mkdir(parents=True, exist_ok=True)
    height = page.evaluate("Math.max(document.documentElement.scrollHeight, innerHeight)")
    page.set_viewport_size({"width": size["width"], "height": min(int(height), 8000)})
    page.screenshot(path=path, animations="disabled", scale="css")
    page.set_viewport_size(size)


def violations(page: Page, *, contrast: bool = True) -> list[str]:
    """What axe finds against WCAG 2.2 AA, one line a rule with the first elements at fault.

    Contrast, half of its cost, is left out where the same page is measured in another language: no colour of the style
    sheet hangs on the language.
    """
    load_script(page, INSPECTOR, "axe")
    options = {
        "runOnly": AXE_TAGS,
        "rules": {"target-size": {"enabled": True}, "color-contrast": {"enabled": contrast}},
        "resultTypes": ["violations"],
    }
    result: list[dict[str, Any]] = page.evaluate(INSPECT, options)
    return [
        f"{v['id']}: {v['help']}: " + " | ".join(f"{n['html'][:160]} ({n['failureSummary']})" for n in v["nodes"][:3])
        for v in result
    ]


def load_script(page: Page, script: Path, name: str) -> None:
    """Have a script of `tests/vendor` on a page, which knows itself by this name."""
    missing = f"typeof {name} === 'undefined'"
    if page.evaluate(missing):  # a page is often looked at again after a part of it changed
        page.evaluate(LOAD_INSPECTOR, f"/{script.name}")
    if page.evaluate(missing):  # the line is cut, and the browser has not seen it before
        page.evaluate(script.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Callable[..., Browser]]:
    """Start a browser with options of its own. A worker has one Playwright: a second one beside it is refused."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        pytest.fail(MISSING, pytrace=False)
    with sync_playwright() as playwright:
        yield partial(playwright.chromium.launch, executable_path=program, args=SWITCHES)


@pytest.fixture(scope="session")
def keeping_browser(chromium: Callable[..., Browser]) -> Iterator[Browser]:
    """The whole browser with its back-forward cache, which Playwright turns off and the headless shell has not.

    Tests of kept pages run in one worker, so that it starts once, and once more for the sweeps of forms; each has a context
    of its own.
    """
    program = next(filter(None, map(shutil.which, WHOLE)), None)
    if program is None:
        pytest.fail(MISSING_WHOLE, pytrace=False)
    started = chromium(
        executable_path=program,
        args=[*SWITCHES, "--headless=new"],
        headless=False,
        ignore_default_args=["--disable-back-forward-cache"],
    )
    yield started
    started.close()


@pytest.fixture(scope="session")
def browser(chromium: Callable[..., Browser]) -> Iterator[Browser]:
    started = chromium()
    yield started
    started.close()


@pytest.fixture(scope="session")
def started_server(folder: Path) -> Iterator[Server]:
    started = Server(folder)
    yield started
    started.stop()


@pytest.fixture
def server(config: Config, app: Flask, started_server: Server) -> Iterator[Server]:
    """The real server, on the same database as the fixtures `app` and `village`."""
    started_server.serve(config)
    yield started_server
    os.environ[hours.CLOCK_SHIFT] = hours.later(timedelta(0))


@pytest.fixture
def locale() -> str:
    """The language of the phones of a test, which runs once in each (`pytest_generate_tests`)."""
    return LOCALES[0]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test with a phone in each language, and once where it looks at no page: then only the words would differ.

    Without scripts nothing can be looked at; the same way with scripts shows each page in both languages.
    """
    if "locale" not in metafunc.fixturenames:
        return
    if "plain_phone" not in metafunc.fixturenames and not metafunc.definition.get_closest_marker("one_language"):
        metafunc.parametrize("locale", LOCALES)


@pytest.fixture
def phone(request: pytest.FixtureRequest, browser: Browser, server: Server, app: Flask, locale: str) -> Iterator[Phone]:
    """Have a service worker in each language where the test cuts the `line`."""
    yield from _phone(browser, server, app, locale, worker="line" in request.fixturenames)


@pytest.fixture
def plain_phone(browser: Browser, server: Server, app: Flask, locale: str) -> Iterator[Phone]:
    """Without JavaScript. `look` needs scripts: take `page` and read it."""
    yield from _phone(browser, server, app, locale, java_script_enabled=False)


def _phone(
    browser: Browser, server: Server, app: Flask, locale: str, *, worker: bool = False, **options: Any
) -> Iterator[Phone]:
    workers: Literal["allow", "block"] = "allow" if worker or locale == LOCALES[0] else "block"
    context = browser.new_context(
        viewport=SCREEN,
        device_scale_factor=2,
        has_touch=True,
        is_mobile=True,
        locale="zh-CN",
        service_workers=workers,  # some phones have them and some do not; each first visit pays for one
        **options,
    )
    context.set_default_timeout(10_000)
    yield Phone(context, server, app, locale)
    context.close()
    with app.app_context():
        db.session.remove()
