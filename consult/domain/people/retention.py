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
    wipes: str = ""
    """The column that is emptied instead, where the row itself stays."""

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


@lru_cache(maxsize=1)
def _table() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "retention.toml").read_text(encoding="utf-8"))


def periods() -> dict[str, Period]:
    """Return the periods by the name of their table."""
    return {row["name"]: Period(**{"table": row["name"]} | _without_name(row)) for row in _table()["table"]}


def _without_name(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != "name"}


def of_departed() -> OfDeparted:
    """Return the rule for people who left."""
    return OfDeparted(**_table()["departed"])


def answer_due_on(asked_on: date) -> date:
    """Return the last day on which a request about one's own data is answered."""
    return after_working_days(asked_on, _table()["requests"]["working_days"])
