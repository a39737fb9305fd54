"""The project's own files, for checks that read them."""

import ast
from collections.abc import Iterator
from pathlib import Path

from consult.config import HOUSE

PACKAGE = HOUSE / "consult"
TEMPLATES = HOUSE / "templates"
NOT_OURS = {".git", ".venv", "instance", "artefacts", "node_modules", "__pycache__"}


def files(*suffixes: str, below: Path = HOUSE) -> list[Path]:
    """Every file of the project, or those with one of these suffixes; no caches and nothing installed."""
    return sorted(p for p in _walk(below) if not suffixes or p.suffix in suffixes)


def _walk(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.is_dir() and path.name not in NOT_OURS and not path.name.endswith("_cache"):
            yield from _walk(path)
        elif path.is_file():
            yield path


def short(path: Path) -> str:
    return path.relative_to(HOUSE).as_posix()


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def parametrized(paths: list[Path]) -> dict[str, object]:
    """For pytest.mark.parametrize: one case a file, named by it."""
    return {"argvalues": paths, "ids": [short(p) for p in paths]}
