"""Common ground: what most people in every opinion group agree on. Whole numbers only, and never who."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Any

STATEMENT_LENGTH = 140
LEAST_REACTIONS = 7
"""Whoever reacted to fewer statements cannot be placed in a group."""
LEAST_GROUP = 5
"""A smaller group, or a smaller number in one, could point at people."""
MORE_REACTIONS, LONGEST_WAIT = 5, timedelta(days=1)
"""A finding is made anew only after so many more reactions: two that differ by one would tell that one."""


class Position(IntEnum):
    AGREE = 1
    DISAGREE = -1
    PASS = 0


@dataclass(frozen=True)
class Cell:
    """What one group thinks of one statement: of `seen` people `agree` agree and `disagree` disagree."""

    seen: int
    agree: int
    disagree: int

    @property
    def shown(self) -> bool:
        return self.seen >= LEAST_GROUP

    @property
    def agree_tenths(self) -> int:
        """Of ten people so many agree, rounded down: coarse on purpose."""
        return self.agree * 10 // self.seen

    @property
    def disagree_tenths(self) -> int:
        return self.disagree * 10 // self.seen

    @property
    def mostly_agrees(self) -> bool:
        return 2 * self.agree > self.seen

    @property
    def mostly_disagrees(self) -> bool:
        return 2 * self.disagree > self.seen


@dataclass(frozen=True)
class Finding:
    """Sizes of the opinion groups, and what each thinks of each statement (None: too few to say)."""

    people: int
    sizes: tuple[int, ...]
    cells: Mapping[int, tuple[Cell | None, ...]]

    def as_facts(self) -> dict[str, Any]:
        """For storage: a list of [statement, [[seen, agree, disagree] or null, …]]."""
        rows = [
            [statement, [[c.seen, c.agree, c.disagree] if c else None for c in row]]
            for statement, row in sorted(self.cells.items())
        ]
        return {"people": self.people, "sizes": list(self.sizes), "cells": rows}

    @staticmethod
    def from_facts(facts: Mapping[str, Any]) -> "Finding":
        cells = {int(s): tuple(Cell(*c) if c else None for c in row) for s, row in facts["cells"]}
        return Finding(int(facts["people"]), tuple(facts["sizes"]), cells)


Reactions = Mapping[int, Mapping[int, int]]
"""Person → statement → position. Lives only while a finding is computed."""


def finding(reactions: Reactions, groups: Sequence[Iterable[int]]) -> Finding:
    """What the groups (of people) have in common. Groups that are too small are left out, not shown."""
    kept = sorted((g for g in map(set, groups) if len(g) >= LEAST_GROUP), key=len, reverse=True)
    statements = sorted({s for mine in reactions.values() for s in mine})
    cells = {s: tuple(_cell(reactions, group, s) for group in kept) for s in statements}
    return Finding(len(reactions), tuple(map(len, kept)), cells)


def _cell(reactions: Reactions, group: set[int], statement: int) -> Cell | None:
    said = [reactions[person][statement] for person in group if statement in reactions[person]]
    cell = Cell(len(said), said.count(Position.AGREE), said.count(Position.DISAGREE))
    return cell if cell.shown else None


def common(found: Finding) -> list[int]:
    """Statements on which more than half of every group agree, those with the strongest weakest group first."""
    agreed = [
        (min(c.agree_tenths for c in row if c), statement)
        for statement, row in found.cells.items()
        if row and all(c is not None and c.mostly_agrees for c in row)
    ]
    return [statement for _, statement in sorted(agreed, key=lambda pair: (-pair[0], pair[1]))]


def dividing(found: Finding) -> list[int]:
    """Statements that most of one group agree with and most of another disagree with."""
    return [
        statement
        for statement, row in sorted(found.cells.items())
        if any(c and c.mostly_agrees for c in row) and any(c and c.mostly_disagrees for c in row)
    ]


def due(*, reactions: int, counted: int, computed_at: datetime | None, now: datetime) -> bool:
    """Whether a finding from `counted` reactions should be made anew now that there are `reactions`."""
    if computed_at is None:
        return reactions > 0
    more = reactions - counted
    return more >= MORE_REACTIONS or (more > 0 and now - computed_at >= LONGEST_WAIT and more >= 2)
