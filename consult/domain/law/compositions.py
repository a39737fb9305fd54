"""The make-up of a body: compositions.toml, held against its members. Differences are warnings and stop nothing."""

import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from consult.domain import citations
from consult.domain.law.bodies import Share
from consult.domain.people.roles import Role


class Counted(StrEnum):
    """The members of a body that are counted."""

    ALL = "all"
    WOMEN = "women"
    REPRESENTATIVES = "representatives"
    WOMEN_REPRESENTATIVES = "women_representatives"


@dataclass(frozen=True)
class Member:
    """A member of a body, as the rule needs them."""

    is_woman: bool
    offices: frozenset[Role]


@dataclass(frozen=True)
class Composition:
    """One row of compositions.toml."""

    body: str
    counts: Counted
    least: int
    most: int | None
    share: Share | None
    odd: bool
    source: str
    valid_from: date

    def number_of(self, members: Collection[Member]) -> int:
        """Return how many members are counted. Who sits on the committee is no representative beside it."""
        of_women = self.counts in (Counted.WOMEN, Counted.WOMEN_REPRESENTATIVES)
        of_representatives = self.counts in (Counted.REPRESENTATIVES, Counted.WOMEN_REPRESENTATIVES)
        return sum(
            (one.is_woman or not of_women) and (not of_representatives or Role.COMMITTEE_MEMBER not in one.offices)
            for one in members
        )

    def least_of(self, whole: int) -> int:
        """Return the smallest number that is right for a body of `whole` members."""
        return max(self.least, self.share.needed(whole) if self.share else 0)

    def holds_for(self, members: Collection[Member]) -> bool:
        """Tell whether a body is made up so."""
        number = self.number_of(members)
        within = self.least_of(len(members)) <= number and (self.most is None or number <= self.most)
        return within and (not self.odd or number % 2 == 1)


@dataclass(frozen=True)
class CompositionWarning:
    """A difference from the law: the rule, the number counted, and of how many."""

    rule: Composition
    number: int
    whole: int


@lru_cache(maxsize=1)
def all_rows() -> tuple[Composition, ...]:
    """Return the rows of compositions.toml."""
    rows = tomllib.loads((Path(__file__).parent / "compositions.toml").read_text(encoding="utf-8"))["composition"]
    return tuple(
        Composition(
            body=row["body"],
            counts=Counted(row["counts"]),
            least=row.get("least", 0),
            most=row.get("most"),
            share=Share.from_facts(row["share"]) if "share" in row else None,
            odd=row.get("odd", False),
            source=citations.text(row["source"]),
            valid_from=row["valid_from"],
        )
        for row in rows
    )


def warnings(body: str, members: Collection[Member], *, on: date) -> list[CompositionWarning]:
    """Return what of a body's make-up is not as the law has it. Of a body without members nothing is said."""
    rows = [row for row in all_rows() if row.body == body and row.valid_from <= on]
    return [
        CompositionWarning(row, row.number_of(members), len(members))
        for row in rows
        if members and not row.holds_for(members)
    ]
