"""The inspection of a page in the browser names what is wrong with it, and nothing where nothing is."""

import pytest

from tests.browser import violations

PAGE = """<!doctype html><html lang="zh"><title>t</title><main><h1>榕溪村</h1><form><label for="name">名</label>
<input id="name" name="name"><button>送</button></form></main></html>"""


@pytest.fixture
def page(server, browser):
    opened = browser.new_page()
    opened.goto(f"{server.url}/healthz")
    yield opened
    opened.close()


def test_a_field_without_a_label_is_named_with_its_element(page):
    page.set_content(PAGE)
    assert violations(page, contrast=False) == []
    page.set_content(PAGE.replace("label", "span"))
    (found,) = violations(page, contrast=False)
    assert found.startswith("label: ") and '<input id="name"' in found and "Fix any" in found
