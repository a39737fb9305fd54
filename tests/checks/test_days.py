"""A calendar day is taken from an instant in one module, by the village's clock; in templates it is not taken at all."""

import ast
import re

import pytest

from tests.checks.sources import PACKAGE, TEMPLATES, TESTS, each, files, nodes, short, tree

CODE = [
    p for p in files(".py", below=PACKAGE) if "versions" not in p.parts and short(p) != "consult/domain/instants.py"
]


PAGES = files(".html", ".typ", ".txt", below=TEMPLATES)
IN_A_ZONE = re.compile(r"\bastimezone\(|^(local|value|first|row\.day|day|closes)$")
"""What may be written out as day or hour: an instant in a zone that stands there, something local, or a day."""
OF_NOW = re.compile(r"\bnow\b(?!.*astimezone).*\.date$|^date\.today$")
"""A day taken of the present instant, or of one counted from it, without a zone."""
IN_A_PAGE = re.compile(
    r"\.date\(\)|\.today\(|strftime|\.replace\((?!.@\d)|isoformat\([^)]*\)\s*\[|_at\.(year|month|day|hour)\b|\bnow\.(?!isoformat)(?=\w)"
)


def days_by_hand(parsed: ast.AST) -> list[int]:
    """Lines that take day or hour of whatever zone the instant happens to be in.

    `.date()`, `.replace(hour=…)`, `date.today()`, `.isoformat()[:10]`, `.strftime` and `{…:%H:%M}` of what names no zone.
    """
    return sorted(_calls(parsed) + _cut(parsed) + _written(parsed))


def _cut(parsed: ast.AST) -> list[int]:
    """Lines with `.isoformat()[:10]`."""
    cut = [n for n in nodes(parsed, ast.Subscript) if isinstance(n.slice, ast.Slice)]
    return [n.lineno for n in cut if ast.unparse(n.value).endswith(".isoformat()")]


def _written(parsed: ast.AST) -> list[int]:
    """Lines that write an instant out by a pattern."""
    found = [
        (n.lineno, n.value)
        for n in nodes(parsed, ast.FormattedValue)
        if n.format_spec is not None and "%" in ast.unparse(n.format_spec)
    ]
    for call in nodes(parsed, ast.Call):
        if isinstance(call.func, ast.Attribute) and call.func.attr == "strftime":
            found.append((call.lineno, call.func.value))
    return [line for line, value in found if not IN_A_ZONE.search(ast.unparse(value))]


def _calls(parsed: ast.AST) -> list[int]:
    return [
        call.lineno
        for call in nodes(parsed, ast.Call)
        if isinstance(call.func, ast.Attribute)
        and (
            call.func.attr in ("today", "utcnow")
            or (call.func.attr == "date" and not call.args and not call.keywords)
            or (call.func.attr == "replace" and any(word.arg == "hour" for word in call.keywords))
        )
    ]


@each(CODE)
def test_the_day_of_an_instant_is_taken_by_the_villages_clock_only(path):
    assert not days_by_hand(tree(path)), "use domain.instants: local_day, local_midnight, at_local, days_anywhere"


@each([p for p in files(".py", below=TESTS) if short(p) != "tests/hours.py"])
def test_a_test_takes_the_day_of_the_village(path):
    wrong = [c.lineno for c in nodes(tree(path), ast.Call) if OF_NOW.search(ast.unparse(c.func))]
    assert not wrong, f"lines {wrong}: until eight in the village UTC is a day behind: tests.hours.today()"


@each(PAGES)
def test_a_page_takes_no_day_of_an_instant_itself(path):
    wrong = [n for n, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1) if IN_A_PAGE.search(line)]
    assert not wrong, f"lines {wrong}: use day, long_day, clock_time, moment, village_day"


@pytest.mark.parametrize(
    "source",
    [
        "now.date()",
        "now.replace(hour=0, minute=0)",
        "date.today()",
        "datetime.utcnow()",
        "act.now.isoformat()[:10]",
        "now.strftime('%H:%M')",
        "f'{poll.closes_at:%Y-%m-%d}'",
    ],
)
def test_the_check_sees_a_day_taken_by_hand(source):
    assert days_by_hand(ast.parse(source)) == [1]


@pytest.mark.parametrize(
    "source", ["day.replace(day=1)", "now.astimezone(zone).strftime('%H:%M')", "f'{first:%Y-%m}'", "now.isoformat()"]
)
def test_the_check_leaves_days_and_what_names_its_zone(source):
    assert days_by_hand(ast.parse(source)) == []


@pytest.mark.parametrize("source", ["clock.now().date", "(clock.now() + DAY).date", "date.today"])
def test_the_check_sees_a_day_of_utc_in_a_test(source):
    assert OF_NOW.search(source) and not OF_NOW.search("clock.now().astimezone(zone).date")


@pytest.mark.parametrize(
    "line",
    [
        "{% if due_on < now.date() %}",
        "{{ poll.closes_at.strftime('%H') }}",
        "{{ at.isoformat()[:10] }}",
        "{{ one.sent_at.hour }}",
    ],
)
def test_the_check_sees_a_day_taken_in_a_page(line):
    assert IN_A_PAGE.search(line)


def test_the_check_leaves_the_marks_of_a_sentence_on_paper():
    assert not IN_A_PAGE.search('"@1 / @2".replace("@1", str(n)).replace("@2", str(all))')
    assert IN_A_PAGE.search('{{ at.isoformat().replace("T", " ") }}')
