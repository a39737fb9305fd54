"""Each sentence of a fault that the program finds is told in Chinese too, and no words stand there without a sentence."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from consult.cli.shared import fault_words
from consult.config import ROOT

SITE = ROOT / "consult" / "services" / "site"
FILES = (
    *sorted((ROOT / "consult" / "services").rglob("*verification.py")),
    SITE / "evidence.py",
    SITE / "written_words.py",
    SITE / "watching" / "opened_things.py",
)
NO_FAULTS = {"missing_files"}
"""Functions that name files, which others say sentences of."""
CLI = sorted((ROOT / "consult" / "cli").rglob("*.py"))


def form_of(node: ast.expr) -> str | None:
    """Return a text as it stands in the code, with {} for what is put in; None for anything else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(one.value) if isinstance(one, ast.Constant) else "{}" for one in node.values)
    return None


def texts_of(node: ast.expr | None) -> Iterator[str]:
    """Yield the texts that an expression gives: itself, one of two, or each of a list."""
    if node is None:
        return
    if isinstance(node, ast.IfExp):
        yield from texts_of(node.body)
        yield from texts_of(node.orelse)
    elif isinstance(node, ast.GeneratorExp | ast.ListComp):
        yield from texts_of(node.elt)
    elif isinstance(node, ast.List | ast.Tuple):
        for one in node.elts:
            yield from texts_of(one)
    elif (form := form_of(node)) is not None:
        yield form


def yielded(tree: ast.AST) -> Iterator[str]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef) and node.name in NO_FAULTS:
            continue
        if isinstance(node, ast.Yield | ast.YieldFrom):
            yield from texts_of(node.value)
        yield from yielded(node)


def told(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "fault_words.told":
            yield from texts_of(node.args[0])


def faults() -> set[str]:
    """Return all sentences of faults, without their subject. One that is put behind a subject is a sentence itself."""
    found = {one for file in FILES for one in yielded(ast.parse(file.read_text(encoding="utf-8")))}
    found |= {one for file in CLI for one in told(file)}
    return {fault_words.parted(one)[1] for one in found} - {"{}"}


def test_each_fault_has_words_and_no_words_are_without_a_fault():
    found, known = faults(), set(fault_words.WORDS)
    assert len(found) > 80
    assert sorted(found - known) == [], "no words in consult/cli/shared/fault_words.py"
    assert sorted(known - found) == [], "no such sentence in the code any more"


@pytest.mark.parametrize("sentence", sorted(fault_words.WORDS))
def test_the_words_take_what_the_sentence_takes_and_are_found_by_it(sentence):
    words = fault_words.WORDS[sentence]
    assert words.count("{}") == sentence.count("{}") and re.search("[㐀-鿿]", words)
    fault = f"poll 12: {sentence.replace('{}', '7')}"
    chinese, _, english = fault_words.told(fault).partition(" / ")
    assert english == fault and chinese.endswith(words.replace("{}", "7"))


def test_the_records_that_a_sentence_names_have_names():
    tree = ast.parse((ROOT / "consult/services/law/deliberation_verification.py").read_text(encoding="utf-8"))
    calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and ast.unparse(n.func) == "_compared"]
    named = {form_of(call.args[2]) for call in calls}
    assert named == set(fault_words.NAMES)
