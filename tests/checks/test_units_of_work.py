"""Slow work is done before a unit of work takes the write lock: on SQLite nobody else can write meanwhile."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.checks.sources import PACKAGE, dotted, each, files, nodes, tree

SLOW = {"Image.open", "check_password_hash", "generate_password_hash", "hashlib.scrypt", "scrypt"}
"""Decoding a picture and hashing a password; and anything of subprocess."""
Function = ast.FunctionDef | ast.AsyncFunctionDef


def is_atomic(function: Function) -> bool:
    return any(dotted(decorator).split(".")[-1] == "atomic" for decorator in function.decorator_list)


def calls(node: ast.AST) -> Iterator[str]:
    """The dotted names of what is called within a node."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Call):
            yield dotted(inner.func)


def units(module: ast.Module) -> list[ast.AST]:
    """Atomic functions, and blocks of `with transactions.writing()`."""
    found: list[ast.AST] = []
    for kind in (ast.FunctionDef, ast.AsyncFunctionDef):
        found += [node for node in nodes(module, kind) if is_atomic(node)]
    for node in nodes(module, ast.With):
        found += [node] if any("writing" in ast.unparse(item.context_expr) for item in node.items) else []
    return found


def slow_calls(module: ast.Module) -> set[str]:
    """Slow calls in a module's units of work, and in functions of the same module which these call."""
    functions = {node.name: node for node in module.body if isinstance(node, Function)}
    waiting, seen, slow = units(module), set[str](), set[str]()
    while waiting:
        for name in calls(waiting.pop()):
            if name in SLOW or name.startswith("subprocess."):
                slow.add(name)
            elif name in functions and name not in seen:
                seen.add(name)
                waiting.append(functions[name])
    return slow


@each([p for p in files(".py", below=PACKAGE) if "versions" not in p.parts])
def test_nothing_slow_is_done_under_the_write_lock(path: Path) -> None:
    assert slow_calls(tree(path)) == set()


@pytest.mark.parametrize(
    ("source", "named"),
    [
        ("@atomic\ndef act():\n    Image.open('a')", "Image.open"),
        (
            "@transactions.atomic\ndef act():\n    _a()\ndef _a():\n    _b()\ndef _b():\n    subprocess.run([])",
            "subprocess.run",
        ),
        ("def act():\n    with transactions.writing():\n        check_password_hash(a, b)", "check_password_hash"),
    ],
)
def test_the_check_sees_slow_work_in_a_unit_of_work(source: str, named: str) -> None:
    assert slow_calls(ast.parse(source)) == {named}


def test_the_check_lets_slow_work_before_a_unit_of_work_pass() -> None:
    source = "def view():\n    Image.open('a')\n    act()\n@atomic\ndef act():\n    pass"
    assert slow_calls(ast.parse(source)) == set()
