"""The periods for which data about people is kept: retention.toml, read and typed."""

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from consult.domain.working_days import after_working_days


@dataclass(frozen=True)
class Period:
    """The rows of one table are deleted so many days after the instant in their column `since`."""

    table: str
    since: str
    days: int
    source: str
    wipes: tuple[str, ...] = ()
    """The columns that are emptied instead, where the row itself stays."""

    @property
    def kept_for(self) -> timedelta:
        """Return the period as a span of time."""
        return timedelta(self.days)


@dataclass(frozen=True)
class OfDeparted:
    """After so many days the roll forgets who somebody was that moved away or died; `name` stands in the records then."""

    days: int
    name: str
    source: str

    @property
    def kept_for(self) -> timedelta:
        """Return the period as a span of time."""
        return timedelta(self.days)


@dataclass(frozen=True)
class Elsewhere:
    """The rows of one table are deleted by a job of their own."""

    name: str
    days: int
    job: str
    """Where the job stands, as module and function."""
    source: str


@dataclass(frozen=True)
class Kept:
    """Tables that the village keeps, for one reason."""

    why: str
    tables: tuple[str, ...]
    source: str


@lru_cache(maxsize=1)
def _table() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "retention.toml").read_text(encoding="utf-8"))


def periods() -> dict[str, Period]:
    """Return the periods by the name of their table."""
    found = {}
    for row in _table()["table"]:
        rest = {key: value for key, value in row.items() if key not in ("name", "wipes")}
        found[row["name"]] = Period(table=row["name"], wipes=tuple(row.get("wipes", ())), **rest)
    return found


def elsewhere() -> dict[str, Elsewhere]:
    """Return, by the name of their table, the periods that other jobs keep."""
    return {row["name"]: Elsewhere(**row) for row in _table()["elsewhere"]}


def kept() -> list[Kept]:
    """Return what the village keeps, by reason."""
    return [Kept(row["why"], tuple(row["tables"]), row["source"]) for row in _table()["kept"]]


def of_nobody() -> frozenset[str]:
    """Return the tables with nothing about a person."""
    return frozenset(_table()["nobody"]["tables"])


def of_departed() -> OfDeparted:
    """Return the rule for people who left."""
    return OfDeparted(**_table()["departed"])


def answer_due_on(asked_on: date) -> date:
    """Return the last day on which a request about one's own data is answered."""
    return after_working_days(asked_on, _table()["requests"]["working_days"])
