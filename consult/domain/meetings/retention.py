"""The times for which the papers of a meeting are kept: retention.toml, read and typed."""

import tomllib
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

from consult.domain import citations


class Retention(StrEnum):
    """For how long the papers of a meeting are kept."""

    PERMANENT = "permanent"
    THIRTY_YEARS = "thirty_years"
    TEN_YEARS = "ten_years"


@lru_cache(maxsize=1)
def _table() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "retention.toml").read_text(encoding="utf-8"))


def of_body(body: str) -> Retention:
    """Return the rule of a body. Raises KeyError for a body that the table does not name."""
    classes = {code: Retention(name) for name in list(Retention) for code in _table()[name]}
    return classes[body]


def source() -> str:
    """Return the source of law of the periods."""
    return citations.text(_table()["source"])
