"""Each line of docs/threat-model.md names a test that there is."""

import ast
import re

import pytest

from consult.config import ROOT
from tests.checks.sources import nodes, tree

PAGE = ROOT / "docs" / "threat-model.md"
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
ITEMS = re.compile(r"^\| (\d+) \|", re.MULTILINE)


def named() -> list[tuple[str, str]]:
    return NAMED.findall(PAGE.read_text(encoding="utf-8"))


@pytest.mark.parametrize(("file", "name"), named())
def test_the_test_of_a_threat_is_there(file, name):
    assert name in {node.name for node in nodes(tree(ROOT / file), ast.FunctionDef)}


def test_every_item_of_the_checklist_is_answered_once():
    assert [int(number) for number in ITEMS.findall(PAGE.read_text(encoding="utf-8"))] == list(range(1, 55))
