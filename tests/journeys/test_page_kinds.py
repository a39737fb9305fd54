"""Every kind of page in a real Chromium: targets for thumbs, nothing sideways, no error of HTML_CodeSniffer, refusals that lose nothing.

The pages of a villager and of a stranger are read in Cantonese, those of somebody with all offices in Mandarin.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Page

from consult.web.access import SIGN_IN_COOKIE
from tests import page_kinds, page_measures
from tests.browser import SCREEN, Phone

pytestmark = pytest.mark.usefixtures("demo_village")
READERS = {"zh_Hans": page_kinds.officer, "yue_Hant": page_kinds.villager_and_stranger}
LEAST_PAGES = {"zh_Hans": 75, "yue_Hant": 35}
SEEKS = {"case_searches.search"}
"""What is sought is answered with what was found, however long it is."""
HEAVY = re.compile(r"/projector$|/help/\w+/\d+$")
"""No first visits of a phone: the screen on the wall, which draws a code, and the pages of the guides with their pictures."""
LEAST_FORMS = {"zh_Hans": 18, "yue_Hant": 10}


@pytest.fixture
def config(config):
    return replace(config, mode="demo")


def opened(phone: Phone) -> Iterator[tuple[str, Page]]:
    """Open a page of each kind as somebody who may, and give its name for what is said about it."""
    with phone.app.app_context():
        people = READERS[phone.locale](phone.locale)
    pages = page_kinds.of_all_kinds(phone.app, people)
    assert len(pages) >= LEAST_PAGES[phone.locale]
    reader: page_kinds.Reader | None = None
    for one in pages:
        if one.reader != reader:
            reader = one.reader
            phone.context.clear_cookies(name=SIGN_IN_COOKIE)
            if token := page_kinds.token_of(phone.app, reader):
                phone.put_cookie(SIGN_IN_COOKIE, token)
        phone.page.set_viewport_size(SCREEN)
        yield f"{reader.name}: {one.path}", phone.open(one.path)


def test_every_page_fits_thumbs_and_screens_and_every_refused_form_keeps_its_words_and_names_the_limit(phone: Phone):
    """Both are asked on one way through the pages: to find them takes as long as to look at them."""
    wrong: list[str] = []
    sent: set[str] = set()
    for name, page in opened(phone):
        if not HEAVY.search(page.url):
            wrong += [f"{name}: {fault}" for fault in page_measures.too_heavy(page)]
        found = [
            f"{one['code']}: {one['said']} {one['element']}" for one in page_measures.sniffed(page) if one["error"]
        ]
        wrong += [f"{name}: {fault}" for fault in found + page_measures.misfits(page)]
        here, kept = page.url, len(sent)
        for place, action in page_measures.forms_to_fill(page):
            if (view := page_kinds.endpoint_of(phone.app, action)) in sent | SEEKS:
                continue
            if len(sent) > kept:
                page.goto(here)
            sent.add(view)
            page.set_viewport_size(SCREEN)
            wrong += [f"{name}: {action}: {fault}" for fault in page_measures.refused(page, place)]
    assert not wrong, "\n".join(wrong)
    assert len(sent) >= LEAST_FORMS[phone.locale]
