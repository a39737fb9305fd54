"""The project's own files, for checks that read them."""

import ast
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import cache, wraps
from pathlib import Path
from typing import TypeVar

from consult.config import ROOT

PACKAGE = ROOT / "consult"
TEMPLATES = ROOT / "templates"
TESTS = ROOT / "tests"
NOT_OURS = {".git", ".venv", ".hypothesis", "instance", "artefacts", "node_modules", "__pycache__"}


def files(*suffixes: str, below: Path = ROOT) -> list[Path]:
    """Every file of the project, or those with one of these suffixes; no caches and nothing installed."""
    return sorted(p for p in _walk(below) if not suffixes or p.suffix in suffixes)


def _walk(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.is_dir() and path.name not in NOT_OURS and not path.name.endswith("_cache"):
            yield from _walk(path)
        elif path.is_file():
            yield path


def short(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    """Return the syntax tree of a file. Many checks read it; none changes it."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


Node = TypeVar("Node", bound=ast.AST)


def nodes(parsed: ast.AST, kind: type[Node]) -> Sequence[Node]:
    """Return the nodes of one kind in a tree, in the order of ast.walk. Each tree is walked once for all checks."""
    return _by_kind(parsed).get(kind, ())  # type: ignore[return-value]


@cache
def _by_kind(parsed: ast.AST) -> dict[type[ast.AST], list[ast.AST]]:
    found: dict[type[ast.AST], list[ast.AST]] = defaultdict(list)
    for node in ast.walk(parsed):
        found[type(node)].append(node)
    return found


def dotted(node: ast.AST) -> str:
    """Return an expression as ast.unparse writes it: names with dots, which most are, in a tenth of its time."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return ast.unparse(node)


def each(paths: Sequence[Path]) -> Callable[[Callable[[Path], None]], Callable[[], None]]:
    """One test that looks at every file and names all that fail: thousands of cases would take longer to list than to run."""

    def over_all(check: Callable[[Path], None]) -> Callable[[], None]:
        @wraps(check)
        def test() -> None:
            wrong = []
            for path in paths:
                try:
                    check(path)
                except AssertionError as failure:
                    wrong.append(f"{short(path)}: {failure}")
            assert not wrong, "\n".join(wrong)

        del test.__wrapped__  # pytest would look for a fixture named path
        return test

    assert paths, "there is nothing to look at"
    return over_all
