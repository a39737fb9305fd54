"""The project's own files, for checks that read them."""

import ast
from collections.abc import Callable, Iterator, Sequence
from functools import cache, wraps
from pathlib import Path

from consult.config import ROOT

PACKAGE = ROOT / "consult"
TEMPLATES = ROOT / "templates"
NOT_OURS = {".git", ".venv", "instance", "artefacts", "node_modules", "__pycache__"}


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
