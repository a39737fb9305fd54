"""Old WebViews drop what they cannot read: the sheet and the scripts hold what Chromium 66 reads, or that first.

What it cannot read stands in tests/data/old_engines.toml. That the pages work and look right in old engines is tried with
them: tests/journeys/test_old_phones.py.
"""

import re
import tomllib

import pytest

from consult.config import ROOT

DATA = tomllib.loads((ROOT / "tests" / "data" / "old_engines.toml").read_text(encoding="utf-8"))
COMMENT = re.compile(r"/\*.*?\*/", re.S)
SHEET = "".join(one.read_text(encoding="utf-8") for one in sorted((ROOT / "consult" / "static").glob("*.css")))
SCRIPTS = sorted([*(ROOT / "consult" / "static").glob("*.js"), *(ROOT / "templates").rglob("*.js")])
OLD_ROWS = "@supports not (inset:0)"
SUPPORTS = re.compile(r"@supports[^{]*\{(?:[^{}]*\{[^{}]*\})*\s*\}")
RULE = re.compile(r"([^{};]*)\{([^{}]*)\}")


def words(kind: str, group: str) -> list[re.Pattern[str]]:
    return [re.compile(row["word"]) for row in DATA[kind][group]]


def never(kind: str, text: str) -> list[str]:
    """Return what the oldest engine cannot read, and has an older word for."""
    text = re.sub(r"@supports[^{]*", "", COMMENT.sub("", text))
    return [found.group().strip() for word in words(kind, "never") for found in word.finditer(text)]


def unread(sheet: str) -> list[str]:
    """Return the declarations that are dropped before which none of the same property stands in their rule.

    With var() in it a declaration is taken, and voids what stands before: it belongs into @supports.
    """
    found = []
    for _, rule in RULE.findall(SUPPORTS.sub("", COMMENT.sub("", sheet))):
        read: set[str] = set()
        for declaration in filter(None, map(str.strip, rule.split(";"))):
            name, _, value = declaration.partition(":")
            if not any(word.search(value) for word in words("css", "after")):
                read.add(name)
            elif name not in read or name.startswith("--") or "var(" in value:
                found.append(declaration)
    return found


def voided(sheet: str) -> list[str]:
    """Return the lists of selectors that are dropped whole for one of them."""
    found = []
    for selectors, _ in RULE.findall(COMMENT.sub("", sheet)):
        new = [any(word.search(one) for word in words("css", "apart")) for one in re.split(r",(?![^()]*\))", selectors)]
        found += [selectors.strip()] if any(new) and not all(new) else []
    return found


def rows_without_margins(sheet: str) -> list[str]:
    """Return the flex rows with a gap, which came at 84, that the block for old engines forgets."""
    sheet = COMMENT.sub("", sheet)
    old = next((block for block in SUPPORTS.findall(sheet) if block.startswith(OLD_ROWS)), "")
    named = {one.strip() for selectors, rule in RULE.findall(old) if "gap:0" in rule for one in selectors.split(",")}
    rows = [
        one.strip()
        for selectors, rule in RULE.findall(SUPPORTS.sub("", sheet))
        if re.search(r"display:(?:inline-)?flex", rule) and re.search(r"(?<![\w-])gap:", rule)
        for one in selectors.split(",")
    ]
    return [row for row in rows if row not in named]


def unbroken(sheet: str) -> list[str]:
    """Return the selectors whose words nothing breaks in engines before Chromium 80, however narrow the screen is.

    `overflow-wrap:anywhere` breaks a kept word that has no room; before it `word-break:break-word` of the whole page does,
    which `keep-all` takes away. What scrolls by itself has room.
    """
    return [
        selectors.strip()
        for selectors, rule in RULE.findall(SUPPORTS.sub("", COMMENT.sub("", sheet)))
        if "word-break:keep-all" in rule and "overflow-x:auto" not in rule
    ]


def test_the_sheet_has_no_word_that_old_engines_drop():
    assert never("css", SHEET) == []


def test_each_newer_value_has_a_declaration_before_it_that_old_engines_read():
    assert unread(SHEET) == []


def test_no_list_of_selectors_is_dropped_for_one_of_them():
    assert voided(SHEET) == []


def test_each_flex_row_with_a_gap_has_margins_for_old_engines():
    assert rows_without_margins(SHEET) == []


def test_no_word_is_kept_whole_where_nothing_can_break_it():
    assert unbroken(SHEET) == []


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_no_script_has_a_word_that_old_engines_cannot_read(path):
    assert never("js", path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("check", "text", "faults"),
    [
        (unread, "a{width:5em;width:min(100%,8em)}", 0),
        (unread, "a{width:min(100%,8em);width:5em}", 1),
        (unread, "a{width:var(--w);width:min(100%,var(--w))}", 1),
        (unread, "a{--w:4vw;--w:clamp(1px,4vw,9px)}", 1),
        (unread, "@supports (width:min(1px,2px)){a{--w:min(1px,2vw)}}", 0),
        (unread, "a{grid-template-columns:repeat(2,minmax(1em,1fr))}", 0),
        (unread, "html{overflow-wrap:anywhere}", 1),
        (voided, ":focus-visible,:focus-visible+a{color:red}", 0),
        (voided, ".skip:focus,.skip:focus-visible{color:red}", 1),
        (voided, "a:not(.b,.c),a{color:red}", 1),
        (rows_without_margins, ".a{display:flex;gap:1em}", 1),
        (rows_without_margins, ".a{display:flex;gap:1em}@supports not (inset:0){.b,.a{gap:0}}", 0),
        (rows_without_margins, ".a{display:grid;gap:1em}", 0),
        (unbroken, "a{word-break:keep-all}", 1),
        (unbroken, "a{overflow-x:auto;word-break:keep-all}", 0),
        (unbroken, "@supports (overflow-wrap:anywhere){a{word-break:keep-all}}", 0),
    ],
)
def test_the_check_of_sheets_itself(check, text, faults):
    assert len(check(text)) == faults


@pytest.mark.parametrize(
    ("kind", "text", "faults"),
    [
        ("css", "a{margin-inline:1em;inset:0;margin-left:auto}", 2),
        ("css", "a{box-shadow:inset 0 0;inline-size:1em}", 0),
        ("css", "@media (width >= 20em){a{color:red}}", 1),
        ("js", "var a = b?.c, d = e ? .5 : 1;", 1),
        ("js", "a ?? b; c.replaceAll('a', 'b'); d.at(-1);", 3),
        ("js", "/* a ?? b */ x.replace(/a/g, 'b');", 0),
    ],
)
def test_the_check_of_words_itself(kind, text, faults):
    assert len(never(kind, text)) == faults
