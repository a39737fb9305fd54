"""Terms of offices and the ways to them: rows of office_terms.toml."""

import tomllib
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from consult.domain import citations
from consult.domain.audit import canonical, sha256
from consult.domain.people.roles import Role


class OfficeSource(StrEnum):
    """The way by which somebody came to an office."""

    ELECTED = "elected"
    BY_ELECTION = "by_election"
    """Chosen for a seat that fell vacant (补选), until the term of the others ends."""
    APPOINTED = "appointed"


@dataclass(frozen=True)
class Origin:
    """The origin of an office: the way, the day, and which meeting elected or who appointed by which paper."""

    source: OfficeSource | None = None
    """None: nobody said it, as where a roll names the office."""
    on: date | None = None
    words: str = ""


@dataclass(frozen=True)
class OfficeRule:
    """The term of an office, and the ways to it that the law knows."""

    years: int
    ways: frozenset[OfficeSource]
    law: str
    """The articles, as people write them."""


@dataclass(frozen=True)
class Term:
    """Scope and term of an office: first and last day, both included, group and title, and where it comes from."""

    since: date
    until: date | None = None
    group_id: int | None = None
    title: str = ""
    origin: Origin = field(default_factory=Origin)

    def digest(self) -> str:
        """Return the SHA-256 that stands in the log for all of it, so that no day of an office is moved unseen."""
        days = [day.isoformat() if day else None for day in (self.since, self.until, self.origin.on)]
        way = self.origin.source.value if self.origin.source else None
        return sha256(canonical([self.group_id, self.title, *days, way, self.origin.words]))


WORDS_LENGTH = 80
"""So many characters say which meeting elected, or who appointed by which paper."""


@lru_cache(maxsize=1)
def rules() -> dict[Role, OfficeRule]:
    """Return the rows of office_terms.toml by office."""
    rows = tomllib.loads((Path(__file__).parent / "office_terms.toml").read_text(encoding="utf-8"))["office"]
    return {
        Role(office): OfficeRule(row["years"], frozenset(map(OfficeSource, row["ways"])), citations.text(row["source"]))
        for row in rows
        for office in row["offices"]
    }


def may_come_by(role: Role, source: OfficeSource) -> bool:
    """Tell whether the law knows a way to an office; an office without a row takes any."""
    rule = rules().get(role)
    return rule is None or source in rule.ways


def last_day(role: Role, since: date) -> date | None:
    """Return the last day of a whole term that began on a day; None: the law names no term."""
    rule = rules().get(role)
    if rule is None:
        return None
    day_of_month = 28 if (since.month, since.day) == (2, 29) else since.day
    return since.replace(year=since.year + rule.years, day=day_of_month) - timedelta(days=1)


def is_too_long(role: Role, since: date, until: date | None) -> bool:
    """Tell whether a last day lies beyond the term that the law names."""
    longest = last_day(role, since)
    return longest is not None and until is not None and until > longest


def is_over(role: Role, since: date, *, on: date) -> bool:
    """Tell whether the term that the law names is over on a day, so that an election is due."""
    longest = last_day(role, since)
    return longest is not None and on > longest
