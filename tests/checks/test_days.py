"""A calendar day is taken from an instant in one module, by the village's clock."""

import ast

from tests.checks.sources import PACKAGE, each, files, short, tree

CODE = [
    p for p in files(".py", below=PACKAGE) if "versions" not in p.parts and short(p) != "consult/domain/instants.py"
]


def days_by_hand(parsed: ast.AST) -> list[int]:
    """Lines with `.date()` or `.replace(hour=…)`: both take the day of whatever zone the instant happens to be in."""
    calls = [n for n in ast.walk(parsed) if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)]
    return [
        call.lineno
        for call in calls
        if isinstance(call.func, ast.Attribute)
        and (
            (call.func.attr == "date" and not call.args and not call.keywords)
            or (call.func.attr == "replace" and any(word.arg == "hour" for word in call.keywords))
        )
    ]


@each(CODE)
def test_the_day_of_an_instant_is_taken_by_the_villages_clock_only(path):
    assert not days_by_hand(tree(path)), "use domain.instants: local_day, local_midnight, at_local, days_anywhere"


def test_the_check_sees_a_day_taken_by_hand():
    assert days_by_hand(ast.parse("a = now.date()\nb = now.replace(hour=0, minute=0)\nc = day.replace(day=1)")) == [
        1,
        2,
    ]
