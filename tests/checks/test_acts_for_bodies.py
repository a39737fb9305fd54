"""Each act of an office stands in the table of docs/rights.md: in whose name it is done, by whom, and what it stands on."""

import re

from consult.config import ROOT

PAGE = ROOT / "docs" / "rights.md"
SECTION = "## Who speaks for a body"
NAMED = re.compile(r"`([a-z_]+\.[a-z_]+)`")


def named(text: str) -> list[str]:
    """Return the acts that the section names."""
    begins = text.index(SECTION)
    section = text[begins : text.index("\n## ", begins + 1)]
    return NAMED.findall(section)


def acts(app) -> set[str]:
    """Return the endpoints of forms that only offices may send."""
    return {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and isinstance(app.view_functions[rule.endpoint].access, tuple)
    }


def test_each_act_of_an_office_is_named_once_and_no_other(app):
    found = named(PAGE.read_text(encoding="utf-8"))
    assert sorted(set(found)) == sorted(found), "an act stands in one line"
    assert not acts(app) - set(found), "say in docs/rights.md in whose name it is done and what it stands on"
    assert not set(found) - acts(app), "these are no acts any more"


def test_the_check_sees_an_act_that_is_not_named(app):
    text = PAGE.read_text(encoding="utf-8").replace("`steerings.answer`", "the answer")
    assert acts(app) - set(named(text)) == {"steerings.answer"}
