"""No page is asked for with a secret in its address: addresses are kept in logs and in the history of phones."""

import re

import pytest

from consult.config import ROOT
from consult.web.guards.carried_codes import TAKEN

SECRET = r"code|pin|token|receipt|secret|phone|number|key|password"
VIEWS = sorted((ROOT / "consult").rglob("*.py"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
NO_SECRET = {
    "views/people/cards.py": "the code of a household, which its roll shows",
    "views/people/persons.py": "the code of a household",
    "views/polls/assisted_voting.py": "a number of the roll, typed by an officer",
    "templates/people/cards/household.html": "the code of a household",
    "templates/polls/assisted_voting/new.html": "a number of the roll, typed by an officer",
}
"""Files in which such a field of an address is none, and what it is."""
TAKES = "web/guards/carried_codes.py"
"""The one place that reads a code from an address, to take it out."""


def found(text: str, pattern: str) -> list[str]:
    return [match[0] for match in re.finditer(pattern, text)]


def is_excepted(place: str) -> bool:
    return any(place.endswith(one) for one in [*NO_SECRET, TAKES])


def test_no_view_reads_a_secret_from_an_address():
    read = rf"""request\.args(?:\.get\(|\[)["'](?:{SECRET})["']"""
    wrong = {str(one): hits for one in VIEWS if (hits := found(one.read_text(), read)) and not is_excepted(str(one))}
    assert not wrong, "let it come in a form (POST), or take it out in web/guards/carried_codes.py"


def test_no_form_sends_a_secret_in_an_address():
    wrong = {}
    for one in TEMPLATES:
        for form in re.findall(r'<form[^>]*method="get".*?</form>', one.read_text(), re.DOTALL):
            named = found(form, rf"""(?:name="(?:{SECRET})"|field\("(?:{SECRET})")""")
            if named and not is_excepted(str(one)):
                wrong[str(one)] = named
    assert not wrong


def test_no_address_is_written_with_a_secret():
    written = rf"url_for\([^)]*\b(?:{SECRET})=(?:code|typed|card|token|receipt)\b"
    there = {str(one): hits for one in [*VIEWS, *TEMPLATES] if (hits := found(one.read_text(), written))}
    door = {one: hits for one, hits in there.items() if one.endswith("self_check_in.py")}
    assert len(door) == 1, "the QR on the screen, whose code is taken out at once"
    assert {one for one in there if not is_excepted(one)} == set(door)


@pytest.mark.parametrize("endpoint", sorted(TAKEN))
def test_each_page_that_is_asked_for_with_a_code_is_there(app, endpoint):
    assert endpoint in app.view_functions
    rule = next(one for one in app.url_map.iter_rules() if one.endpoint == endpoint and "GET" in one.methods)
    _, rest = TAKEN[endpoint]
    assert any(one.rule == rule.rule + rest and "GET" in one.methods for one in app.url_map.iter_rules())


@pytest.mark.parametrize("exception", sorted(NO_SECRET))
def test_each_exception_is_needed(exception):
    root = ROOT if exception.startswith("templates") else ROOT / "consult"
    assert re.search(rf"""["'](?:{SECRET})["']""", (root / exception).read_text())
