"""The provinces by the names that rules of provinces bear. A village of an unknown one would silently have the nation's."""

import tomllib
from pathlib import Path

_DATA = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
PROVINCES: tuple[str, ...] = tuple(_DATA["names"])
_ENDINGS: tuple[str, ...] = tuple(_DATA["endings"])


def read_province(text: str) -> str | None:
    """Return the name of a province, also written with what it is; empty for none; None for an unknown one."""
    name = text.strip()
    for ending in _ENDINGS:
        if name.removesuffix(ending) in PROVINCES:
            name = name.removesuffix(ending)
    return name if not name or name in PROVINCES else None
