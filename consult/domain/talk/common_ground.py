"""Common ground: what most people in every opinion group agree on. Holds whole numbers only, and no person."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Any

STATEMENT_LENGTH = 140
LEAST_REACTIONS = 7
"""A person with fewer reactions is placed in no group."""
LEAST_GROUP = 5
"""A smaller group, or a smaller number in one, could point at people."""
MORE_REACTIONS, LONGEST_WAIT = 5, timedelta(days=1)
"""A finding is computed again only after so many more reactions: two findings one reaction apart would disclose it."""


class Position(IntEnum):
    """A reaction to a statement, as a number for the computation."""

    AGREE = 1
    DISAGREE = -1
    PASS = 0


@dataclass(frozen=True)
class Cell:
    """What one group thinks of one statement: `seen` people reacted, `agree` agree, `disagree` disagree, others pass."""

    seen: int
    agree: int
    disagree: int

    @property
    def shown(self) -> bool:
        """Enough people to show it."""
        return self.seen >= LEAST_GROUP

    @property
    def agree_tenths(self) -> int:
        """How many of ten agree, rounded down: coarse, so that no single person can be inferred."""
        return self.agree * 10 // self.seen

    @property
    def disagree_tenths(self) -> int:
        """How many of ten disagree, rounded down."""
        return self.disagree * 10 // self.seen

    @property
    def mostly_agrees(self) -> bool:
        """More than half agree."""
        return 2 * self.agree > self.seen

    @property
    def mostly_disagrees(self) -> bool:
        """More than half disagree."""
        return 2 * self.disagree > self.seen


@dataclass(frozen=True)
class Finding:
    """How many people reacted, the sizes of their opinion groups, and a cell for each statement and group.

    A cell is None where fewer than LEAST_GROUP of the group reacted.
    """

    people: int
    sizes: tuple[int, ...]
    cells: Mapping[int, tuple[Cell | None, ...]]

    def as_facts(self) -> dict[str, Any]:
        """Return it for storage as JSON: cells as [statement, [[seen, agree, disagree] or null, …]]."""
        rows = [
            [statement, [[c.seen, c.agree, c.disagree] if c else None for c in row]]
            for statement, row in sorted(self.cells.items())
        ]
        return {"people": self.people, "sizes": list(self.sizes), "cells": rows}

    @staticmethod
    def from_facts(facts: Mapping[str, Any]) -> "Finding":
        """Return the finding that `as_facts` stored."""
        cells = {int(s): tuple(Cell(*c) if c else None for c in row) for s, row in facts["cells"]}
        return Finding(int(facts["people"]), tuple(facts["sizes"]), cells)


Reactions = Mapping[int, Mapping[int, int]]
"""Person → statement → position. Lives only while a finding is computed."""


def finding(reactions: Reactions, groups: Sequence[Iterable[int]]) -> Finding:
    """Return what the groups of people think of each statement, without groups under LEAST_GROUP."""
    kept = sorted((g for g in map(set, groups) if len(g) >= LEAST_GROUP), key=len, reverse=True)
    statements = sorted({s for mine in reactions.values() for s in mine})
    cells = {s: tuple(_cell(reactions, group, s) for group in kept) for s in statements}
    return Finding(len(reactions), tuple(map(len, kept)), cells)


def _cell(reactions: Reactions, group: set[int], statement: int) -> Cell | None:
    said = [reactions[person][statement] for person in group if statement in reactions[person]]
    cell = Cell(len(said), said.count(Position.AGREE), said.count(Position.DISAGREE))
    return cell if cell.shown else None


def common(finding: Finding) -> list[int]:
    """Return statements on which more than half of every group agree, by the lowest share of any group, highest first."""
    agreed = [
        (min(c.agree_tenths for c in row if c), statement)
        for statement, row in finding.cells.items()
        if row and all(c is not None and c.mostly_agrees for c in row)
    ]
    return [statement for _, statement in sorted(agreed, key=lambda pair: (-pair[0], pair[1]))]


def dividing(finding: Finding) -> list[int]:
    """Return statements with which most of one group agree and most of another disagree."""
    return [
        statement
        for statement, row in sorted(finding.cells.items())
        if any(c and c.mostly_agrees for c in row) and any(c and c.mostly_disagrees for c in row)
    ]


def due(*, reactions: int, counted: int, computed_at: datetime | None, now: datetime) -> bool:
    """Tell whether to compute a finding again: `counted` reactions went into the last, there are `reactions` now."""
    if computed_at is None:
        return reactions > 0
    more = reactions - counted
    return more >= MORE_REACTIONS or (more > 0 and now - computed_at >= LONGEST_WAIT and more >= 2)
