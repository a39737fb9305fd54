"""What a function does stands in its docstring, in the imperative: "Return …", "Refuse …". docs/style.md has examples."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.checks.sources import PACKAGE, dotted, each, files, nodes, tree

MODULES = [path for layer in ("domain", "services") for path in files(".py", below=PACKAGE / layer)]
LAYERS = ("domain", "models", "services", "web", "views", "demo")
"""The commands are not among them: their docstrings are the help of the command line."""
ALL = [path for layer in LAYERS for path in files(".py", below=PACKAGE / layer)]

QUESTIONS = {"What", "How", "Who", "Whom", "Whose", "Where", "When", "Which", "Why", "Whether", "Whoever", "Whatever"}
PEOPLE = {"Nobody", "Somebody", "Anybody", "Everybody", "Everyone", "Nothing", "Everything", "Something"}
PREPOSITIONS = {"About", "After", "Among", "At", "Before", "Behind", "By", "For", "From", "In", "Of", "On", "Under"}
PREPOSITIONS |= {"To", "Until", "With", "Within", "Without"}
DETERMINERS = {"A", "All", "An", "Any", "Both", "Each", "Every", "It", "Its", "Many", "More", "My", "No", "None", "One"}
DETERMINERS |= {"Our", "Several", "Some", "That", "The", "Their", "There", "These", "They", "Those", "Two", "You"}
ADVERBS = {"Again", "Already", "Always", "Empty", "False", "If", "Never", "Not", "Now", "Once", "Only", "True", "Twice"}
NO_VERBS = QUESTIONS | PEOPLE | PREPOSITIONS | DETERMINERS | ADVERBS
VERBS_LIKE_OTHER_FORMS = {"Bring", "Embed", "Exceed", "Feed", "Need", "Proceed", "Ring", "Seed", "Sing"}


def public(parsed: ast.Module | ast.ClassDef) -> Iterator[ast.FunctionDef | ast.ClassDef]:
    """The functions and classes of a module and the methods of its classes. A property's name says enough."""
    for node in parsed.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            if not any(isinstance(one, ast.Name) and one.id == "property" for one in node.decorator_list):
                yield node
            if isinstance(node, ast.ClassDef):
                yield from public(node)


def is_imperative(sentence: str) -> bool:
    """Tell whether a sentence may begin with a verb in the imperative. It knows no English: it sees what is none."""
    found = re.match(r"([A-Z][a-z]+)(?:-[a-z]+)?(?=[\s,:.;]+(\S*)|$)", sentence)
    if found is None:
        return False
    first, second = found[1], found[2]
    if first in NO_VERBS or second == "of":
        return False
    return first in VERBS_LIKE_OTHER_FORMS or not re.search(r"(?<!s)s$|ing$|ed$", first)


def complaints(parsed: ast.Module, *, schemas: bool = False) -> Iterator[str]:
    """What is wrong with the docstrings of a module. `schemas`: its classes need none, their names are tags of the log."""
    if first_word(parsed) in QUESTIONS | PEOPLE:
        yield f"the module's docstring begins with {first_word(parsed)}"
    for node in public(parsed):
        text = ast.get_docstring(node)
        if text is None:
            if not (schemas and isinstance(node, ast.ClassDef)):
                yield f"{node.name} has no docstring"
        elif isinstance(node, ast.ClassDef):
            if first_word(node) in QUESTIONS | PEOPLE | {"From"}:
                yield f"{node.name}: a docstring does not begin with {first_word(node)}"
        elif not is_imperative(text):
            yield f"{node.name}: not in the imperative: {text.splitlines()[0]}"


def not_imperative(parsed: ast.Module) -> Iterator[str]:
    """Yield the functions, private ones too, whose docstring begins with no imperative. A property's names a thing."""
    for node in nodes(parsed, ast.FunctionDef):
        if not any(dotted(one) == "property" for one in node.decorator_list):
            text = ast.get_docstring(node)
            if text is not None and not is_imperative(text):
                yield f"{node.name}: {text.splitlines()[0]}"


def first_word(node: ast.Module | ast.ClassDef) -> str:
    return (ast.get_docstring(node) or "").partition(" ")[0].strip(":,.")


@each(MODULES)
def test_each_public_function_says_what_it_does_in_the_imperative(path: Path) -> None:
    found = list(complaints(tree(path), schemas=path.name in ("audit_facts.py", "entry_facts.py")))
    assert not found, "; ".join(found)


@each(ALL)
def test_a_docstring_of_any_function_is_in_the_imperative(path: Path) -> None:
    found = list(not_imperative(tree(path)))
    assert not found, "; ".join(found)


def test_the_check_of_any_function_reads_private_ones_and_no_properties():
    code = """
def _f():
    'Who may vote.'
class A:
    @property
    def b(self):
        'The name.'
def c(): pass
"""
    assert list(not_imperative(ast.parse(code))) == ["_f: Who may vote."]


@pytest.mark.parametrize(
    ("code", "complaint"),
    [
        ("def announce(): pass", "announce has no docstring"),
        ("class Poll: pass", "Poll has no docstring"),
        ("class Poll:\n '''A poll.'''\n def close(self): pass", "close has no docstring"),
        ("def f():\n '''Whoever voted last, speaks.'''", "f: not in the imperative: Whoever voted last, speaks."),
        ("def f():\n '''Returns a poll.'''", "f: not in the imperative: Returns a poll."),
        ("def f():\n '''Closing a poll.'''", "f: not in the imperative: Closing a poll."),
        ("def f():\n '''Width of a picture.'''", "f: not in the imperative: Width of a picture."),
        ("def f():\n '''138****5678: enough.'''", "f: not in the imperative: 138****5678: enough."),
        ("class Term:\n '''How long.'''", "Term: a docstring does not begin with How"),
        ("'''Who may vote.'''", "the module's docstring begins with Who"),
    ],
)
def test_the_check_sees_a_docstring_that_is_not_there_or_not_in_the_imperative(code, complaint):
    assert list(complaints(ast.parse(code))) == [complaint]


@pytest.mark.parametrize(
    "text", ["Return a poll.", "Pass it on.", "Seed the demo.", "Double-check a count.", "Refuse."]
)
def test_a_verb_in_the_imperative_passes(text):
    assert is_imperative(text)
