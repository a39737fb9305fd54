"""What can be chosen, from choices.toml."""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class RefusalGround:
    """Why the committee does not take a case, and whose it is."""

    name: str
    goes_to: str
    source: str


@lru_cache(maxsize=1)
def _table() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "choices.toml").read_text(encoding="utf-8"))


def choices(of: str) -> tuple[str, ...]:
    """The codes of one table, in their order."""
    return tuple(grounds()) if of == "decline" else tuple(_table()[of])


@lru_cache(maxsize=1)
def grounds() -> dict[str, RefusalGround]:
    return {row["name"]: RefusalGround(row["name"], row["goes_to"], row["source"]) for row in _table()["ground"]}


def topics() -> dict[str, str]:
    """Each stone of the first page, and the category it proposes."""
    table: dict[str, str] = _table()["stone"]
    return table


def may_be_confirmed(kind: str, tag: str) -> bool:
    """Whether a court takes the agreement for confirmation. Of a family it must be said what exactly it is about."""
    excluded = _table()["confirmation_excluded"]
    return tag not in excluded["tag"] and (kind not in excluded["kind_without_tag"] or bool(tag))
