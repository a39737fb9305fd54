"""Old WebViews drop a declaration that they cannot read: one that they can stands before it."""

import re

import pytest

from consult.config import ROOT

SHEET = re.sub(r"/\*.*?\*/", "", (ROOT / "consult" / "static" / "style.css").read_text(encoding="utf-8"), flags=re.S)
SINCE_79 = re.compile(r"(?<![\w-])(?:min|max|clamp)\(")
"""Functions of Chromium 79; minmax() is older."""
NEVER = ("inset:", "inset-block:", "inset-inline:", "aspect-ratio:", ":is(", ":where(")
"""What Chromium has since 87 and 88, for which the sheet uses older words."""


def unread(sheet: str) -> list[str]:
    """Return the declarations with a function of Chromium 79 before which none of the same property stands in their rule."""
    supported = re.sub(r"@supports[^{]*\{(?:[^{}]*\{[^{}]*\})*\s*\}", "", sheet)
    found = []
    for rule in re.findall(r"\{([^{}]*)\}", supported):
        read: set[str] = set()
        for declaration in filter(None, map(str.strip, rule.split(";"))):
            name, _, value = declaration.partition(":")
            if not SINCE_79.search(value):
                read.add(name)
            elif name not in read or name.startswith("--"):
                found.append(declaration)
    return found


def test_each_min_max_and_clamp_has_a_declaration_before_it_that_old_engines_read():
    assert unread(SHEET) == []


@pytest.mark.parametrize("word", NEVER)
def test_the_sheet_has_no_word_that_old_engines_drop(word):
    assert not re.search(rf"(?<![\w-]){re.escape(word)}", SHEET)


@pytest.mark.parametrize(
    ("sheet", "faults"),
    [
        ("a{width:5em;width:min(100%,8em)}", 0),
        ("a{width:min(100%,8em);width:5em}", 1),
        ("a{--w:4vw;--w:clamp(1px,4vw,9px)}", 1),
        ("@supports (width:min(1px,2px)){a{--w:min(1px,2vw)}}", 0),
        ("a{grid-template-columns:repeat(2,minmax(1em,1fr))}", 0),
    ],
)
def test_the_check_itself(sheet, faults):
    assert len(unread(sheet)) == faults
