"""Offices, numbers, departures and cards are written in one place each: every other door leads there."""

import ast
from pathlib import Path

import pytest

from tests.checks.sources import PACKAGE, dotted, each, files, nodes, short, tree

WRITERS = {
    "RoleGrant(": {"consult/services/people/grants.py"},
    "Departure(": {"consult/services/people/departures.py"},
    "HouseholdCard(": {"consult/services/people/cards.py"},
    "RightStep(": {"consult/services/people/rights.py"},
    "FactorRequest(": {"consult/services/people/factor_changes.py"},
    "StandingChange(": {"consult/services/polls/formal_basis.py"},
    "BodyStanding(": {"consult/services/polls/formal_basis.py"},
    "household_id =": {"consult/services/people/right_effects.py", "consult/services/people/roll/roll_rights.py"},
    "group_id =": {"consult/services/people/right_effects.py"},
    "relation =": {"consult/services/people/right_effects.py", "consult/services/people/roll/persons.py"},
    "born =": {"consult/services/people/right_effects.py", "consult/services/people/retention.py"},
    "collective_member =": {"consult/services/people/right_effects.py"},
    "representative_id =": {"consult/services/people/representatives.py"},
    "second_factor_needed =": {"consult/services/people/factor_changes.py"},
    "phone_cipher =": {"consult/services/people/ways_in.py", "consult/services/people/retention.py"},
    "phone_mark =": {"consult/services/people/ways_in.py", "consult/services/people/retention.py"},
}
"""What makes a row or sets a column, and the only files that may. Retention takes numbers away and gives none.

A relation that makes nobody head of a household, and no head an ordinary member, decides nothing: one officer corrects it.
"""
CALLERS = {
    "grants.begin": {"consult/services/people/right_effects.py"},
    "grants.end": {"consult/services/people/right_effects.py"},
    "grants.give_all_first": {"consult/services/people/roll/roll_rights.py"},
    "grants.give_first": set(),
    "departures.note": {"consult/services/people/right_effects.py"},
    "departures.end": {"consult/services/people/right_effects.py"},
    "departures.await_second": {"consult/services/people/roll/roll_rights.py"},
    "cards.end": {"consult/services/people/right_effects.py", "consult/services/people/rights.py"},
    "cards.add_further": {"consult/services/people/right_effects.py"},
    "ways_in.set_number": {
        "consult/services/people/right_effects.py",
        "consult/services/people/retention.py",
        "consult/services/people/rights.py",
        "consult/services/people/roll/roll_rights.py",
    },
}
"""Acts without a second person in them, and the only files that may call them."""


def written(path: Path) -> set[str]:
    found = set()
    for call in nodes(tree(path), ast.Call):
        name = dotted(call.func)
        found |= {f"{name.split('.')[-1]}(", name}
    for node in nodes(tree(path), ast.Assign):
        found |= {f"{t.attr} =" for t in node.targets if isinstance(t, ast.Attribute)}
    return found


@each([p for p in files(".py", below=PACKAGE) if "versions" not in p.parts])
def test_nothing_reaches_an_office_or_a_way_in_past_the_second_person(path):
    there = written(path)
    for table in (WRITERS, CALLERS):
        for what, allowed in table.items():
            assert what not in there or short(path) in allowed, f"{what} stands outside {', '.join(sorted(allowed))}"


@pytest.mark.parametrize(
    "line", ["RoleGrant(role='x')", "models.Departure()", "one.phone_mark = ''", "grants.end(1, act)"]
)
def test_the_check_sees_another_door(line, tmp_path):
    planted = tmp_path / "planted.py"
    planted.write_text(line + "\n")
    assert written(planted) & (WRITERS.keys() | CALLERS.keys())
