"""Leave at once, and Back: nothing of a quarrel comes back, in a real Chromium that keeps pages alive, with scripts and without."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page

from consult.domain.cases.acts import CaseAct
from consult.domain.cases.states import CaseState
from consult.models import db
from tests.browser import SCREEN
from tests.cases import a_case, act, opened
from tests.journeys.test_shared_phone import NOTE_WHEN_KEPT, be, came_back

pytestmark = pytest.mark.xdist_group("kept pages")
WORDS = "他喝了酒就打我，上个月打断了我两条肋骨"
QUARREL = ("打我", "肋骨", "屋檐", "陈伯坚", "家里人", "保密")


@pytest.fixture(params=[True, False], ids=["scripts", "no scripts"])
def her_phone(request, keeping_browser, server, app, village) -> Iterator[BrowserContext]:
    """A phone with a back-forward cache, on which Ah Fong is signed in."""
    context = keeping_browser.new_context(viewport=SCREEN, locale="zh-CN", java_script_enabled=request.param)
    context.set_default_timeout(10_000)
    be(context, app, server, village.ah_fong)
    if request.param:
        context.add_init_script(NOTE_WHEN_KEPT)
    yield context
    context.close()


def go(page: Page, server, *paths: str) -> None:
    for path in paths:
        page.goto(f"{server.url}/rongxi/{path}", wait_until="load")


def leave(page: Page) -> None:
    page.locator("form[action$='/cases/leaving'] button").first.click()
    page.wait_for_url("**/rongxi/")


def nothing_comes_back(page: Page, server, times: int) -> None:
    for n in range(times):
        page.go_back(wait_until="load")
        page.wait_for_timeout(300)
        if page.url == "about:blank":
            return
        seen = page.locator("main").inner_text() + page.title()
        flash = came_back(page)
        assert [word for word in QUARREL if word in seen + flash] == [], f"Back {n + 1} leads to {page.url}"


def a_page_of(app, village, make: Callable[[str], None] | None = None) -> str:
    with app.app_context():
        address = a_case(village, CaseState.ASSIGNED)
        if make is not None:
            make(address)
        db.session.commit()
        db.session.remove()
    return address


def test_what_was_being_told_is_gone_from_back_and_there_again_for_whoever_comes_back(her_phone, server):
    page = her_phone.new_page()
    go(page, server, "cases/", "cases/new", "cases/new/kind", "cases/new/story?kind=family")
    page.fill("#other", "我丈夫")
    page.fill("#story", WORDS)
    leave(page)
    nothing_comes_back(page, server, 4)
    go(page, server, "cases/new/story?kind=family")
    assert page.url == f"{server.url}/rongxi/"
    go(page, server, "cases/")
    page.locator("form[action$='/cases/coming-back'] button").click()
    go(page, server, "cases/new/kind")
    assert "/cases/new/kind" in page.url


@pytest.mark.parametrize("last", ["", "/statement", "/looks", "/entries/{n}/correct"])
def test_every_page_of_a_case_is_left_and_none_comes_back(her_phone, server, app, village, last):
    def tell(address: str) -> None:
        act(village, address, village.ah_fong, CaseAct.STATEMENT, {"words": WORDS})

    address = a_page_of(app, village, tell)
    with app.app_context():
        entries = opened(village, village.ah_fong, address).written
        own = next(one.number for one in reversed(entries) if one.act is CaseAct.STATEMENT)
        db.session.remove()
    page = her_phone.new_page()
    go(page, server, "cases/", "cases/calendar", f"cases/{address}", f"cases/{address}{last.format(n=own)}")
    leave(page)
    nothing_comes_back(page, server, 4)


def test_until_the_desk_has_asked_no_list_of_hers_shows_a_word_of_her_story(her_phone, server):
    page = her_phone.new_page()
    go(page, server, "cases/new/story?kind=family")
    page.fill("#story", WORDS)
    page.locator("form[data-private] button:not([type=button])").click()
    page.wait_for_url("**/contact")
    go(page, server, "cases/")
    assert "打我" not in page.locator("main").inner_text(), "a draft is called by what was tapped"
    page.locator("a[href$='/story']").click()
    page.locator("form[data-private] button:not([type=button])").click()
    page.wait_for_url("**/contact")
    page.locator("label[for=way-2]").click()
    page.fill("#when", "白天，他上班")
    page.locator("form[data-private] button:not([type=button])").click()
    page.wait_for_url("**/received")
    go(page, server, "cases/", "cases/calendar", "cases/")
    assert "打我" not in page.locator("main").inner_text()
