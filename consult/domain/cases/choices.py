"""Read what can be chosen in forms of cases from choices.toml."""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class RefusalGround:
    """The grounds on which the committee does not take a case; each names whose it is."""

    name: str
    goes_to: str
    source: str


@lru_cache(maxsize=1)
def _table() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "choices.toml").read_text(encoding="utf-8"))


def choices(of: str) -> tuple[str, ...]:
    """Return the codes of one table of choices.toml, in their order."""
    return tuple(grounds()) if of == "decline" else tuple(_table()[of])


@lru_cache(maxsize=1)
def grounds() -> dict[str, RefusalGround]:
    """Return the grounds on which a case is declined, by their code."""
    return {row["name"]: RefusalGround(row["name"], row["goes_to"], row["source"]) for row in _table()["ground"]}


def topics() -> dict[str, str]:
    """Return the topics of the first page, each with the category it proposes."""
    table: dict[str, str] = _table()["topic"]
    return table


def may_be_confirmed(kind: str, tag: str) -> bool:
    """Tell whether a court takes the agreement for confirmation (SPC11 4); of a family case the tag must be known."""
    excluded = _table()["confirmation_excluded"]
    return tag not in excluded["tag"] and (kind not in excluded["kind_without_tag"] or bool(tag))
