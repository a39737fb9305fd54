"""Words that are read one after another are joined in one place, which knows the mark of the reader's language."""

import ast
import re

import pytest

from consult.web import i18n
from consult.web.words import lists
from tests.checks.sources import PACKAGE, TEMPLATES, each, files, nodes, short, tree

MARKS = re.compile(r"\s*[,;、，；]\s*")
FOR_MACHINES_AND_OPERATORS = {
    "consult/config.py": "the fault that stops a start",
    "consult/cli": "what the operator's commands print",
    "consult/data/verify.py": "a program of its own, without the catalogues",
    "consult/domain/audit_facts.py": "a fault of our own code",
    "consult/domain/citations.py": "laws, cited in Chinese on every page and paper",
    "consult/domain/people/roll/": "names of sheets, headings, groups and heads, as the Chinese workbook has them",
    "consult/migrations": "SQL",
    "consult/models/base.py": "SQL",
    "consult/models/people/account_triggers.py": "SQL",
    "consult/services/messages/provider": "faults that stop a start, and signatures of requests",
    "consult/services/people/roll/rolls.py": "the column 职务 of a roll, which is read in again",
    "consult/web/words/spoken_words.py": "a numbered list that is read out; its marks are pauses",
}
CODE = [p for p in files(".py", below=PACKAGE) if not short(p).startswith(tuple(FOR_MACHINES_AND_OPERATORS))]
PAGES = files(".html", ".typ", ".txt", below=TEMPLATES)
ON_PAPER_AND_IN_CALENDARS = (
    "consult/views/meetings/calendars.py",
    "consult/views/meetings/print",
    "consult/web/words/cases/case_papers.py",
)
ON_PAGES = [
    p
    for p in CODE
    if short(p).startswith(("consult/web/", "consult/views/")) and not short(p).startswith(ON_PAPER_AND_IN_CALENDARS)
]
IN_A_PAGE = re.compile(
    r"""join\(\s*["']\s*[,;、，；]\s*["']|(?:loop\.(?:last|first)[^%{}]*%}\s*[,;、，；])|["']\s*[,;、，；]\s*["']\s+if\s+not\s+loop"""
)
GLUED = re.compile(r"""[%}]\}[,:;!?](?=[\s<{])""")


def joined_by_hand(parsed: ast.AST) -> list[int]:
    """Return the lines that join with a mark of one language: `", ".join(…)`."""
    called = [call.func for call in nodes(parsed, ast.Call)]
    joins = [n for n in called if isinstance(n, ast.Attribute) and n.attr == "join"]
    marks = [(n.lineno, n.value.value) for n in joins if isinstance(n.value, ast.Constant)]
    return [line for line, mark in marks if isinstance(mark, str) and MARKS.fullmatch(mark)]


@each(CODE)
def test_no_list_is_joined_by_a_mark_of_one_language(path):
    assert not joined_by_hand(tree(path))


def loose_dots(parsed: ast.AST) -> list[int]:
    """Return the lines that part facts with a dot that may begin a line: `f"{a} · {b}"`."""
    return [n.lineno for n in nodes(parsed, ast.Constant) if isinstance(n.value, str) and " · " in n.value]


@each(ON_PAGES)
def test_no_words_of_pages_have_a_dot_that_may_begin_a_line(path):
    """`lists.dotted` keeps it with the fact before; the compiler of templates does so on pages (`i18n.dots_kept_back`)."""
    assert path.name == "i18n.py" or not loose_dots(tree(path))


def test_the_check_sees_a_loose_dot():
    assert loose_dots(ast.parse('f"{a} · {b}"')) and loose_dots(ast.parse('" · ".join(a)'))
    assert not loose_dots(ast.parse("dotted((a, b))"))


@each(PAGES)
def test_no_page_joins_a_list_by_a_mark_of_one_language(path):
    assert not IN_A_PAGE.findall(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("source", "wrong"),
    [
        ('", ".join(names)', True),
        ('"、".join(names)', True),
        ('"; ".join(x)', True),
        ('" · ".join(x)', False),
        ('"".join(x)', False),
    ],
)
def test_the_check_sees_what_it_is_for(source, wrong):
    assert bool(joined_by_hand(ast.parse(source))) is wrong


@pytest.mark.parametrize(
    ("source", "wrong"),
    [
        ('{{ names|join(", ") }}', True),
        ("{% if not loop.last %}, {% endif %}", True),
        ("{{ ', ' if not loop.last }}", True),
        ("{{ listed(names) }}", False),
        ("{% if not loop.last %} · {% endif %}", False),
    ],
)
def test_the_check_of_pages_sees_what_it_is_for(source, wrong):
    assert bool(IN_A_PAGE.search(source)) is wrong


@each(PAGES)
def test_no_page_puts_a_mark_of_ascii_after_what_is_said(path):
    """What stands before it may be Chinese: `_("%(name)s:", name=...)` has the mark of each language, and `gap` its space."""
    assert not GLUED.findall(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("source", "wrong"),
    [
        ('{{ ngettext("%(n)s voter", "%(n)s voters", n) }}{% if n %}: {{ listed(names) }}{% endif %}', True),
        ("<dt>{{ name }}:</dt>", True),
        ("{{ name }}, {{ day }}", True),
        ('{{ _("%(name)s:", name=name) }}{{ gap }}{{ day }}', False),
        ("{{ name }} · {{ day }}", False),
    ],
)
def test_the_check_sees_a_mark_of_ascii(source, wrong):
    assert bool(GLUED.search(source)) is wrong


@pytest.mark.parametrize(
    ("language", "said"), [("zh_Hans", "甲、乙、丙"), ("yue_Hant", "甲、乙、丙"), ("en", "甲, 乙, 丙")]
)
def test_a_list_is_read_with_the_mark_of_the_readers_language(app, language, said):
    with app.test_request_context(headers={"Cookie": f"{i18n.LANGUAGE_COOKIE}={language}"}):
        assert lists.listed(["甲", "乙", "丙"]) == said
        assert lists.listed([7]) == "7" and lists.listed([]) == ""
