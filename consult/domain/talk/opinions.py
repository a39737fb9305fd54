"""Opinions by group and stance, with small numbers suppressed."""

from collections.abc import Iterable
from dataclasses import dataclass

from consult.domain.talk.comments import Stance

LEAST_IN_CELL = 5
"""A smaller number is suppressed: it could identify a household."""


@dataclass(frozen=True)
class OpinionRow:
    """A group and how many of its people commented with each stance; None: suppressed."""

    group: str
    cells: tuple[int | None, ...]


@dataclass(frozen=True)
class OpinionTable:
    """Numbers by group and stance (in the order of Stance), and those of the whole village."""

    rows: tuple[OpinionRow, ...]
    whole: tuple[int | None, ...]


def table(counted: Iterable[tuple[Stance, str, int]]) -> OpinionTable:
    """Return the table of (stance, group, people), without numbers under LEAST_IN_CELL or that follow from the others."""
    numbers: dict[str, dict[Stance, int]] = {}
    for stance, group, people in counted:
        numbers.setdefault(group, {})[stance] = people
    columns = [_guarded([cells.get(stance, 0) for cells in numbers.values()]) for stance in Stance]
    rows = tuple(OpinionRow(group, tuple(shown[n] for shown, _ in columns)) for n, group in enumerate(numbers))
    return OpinionTable(rows, tuple(total for _, total in columns))


def _guarded(column: list[int]) -> tuple[list[int | None], int | None]:
    """Suppress small numbers of one stance over all groups. Return its cells and its total.

    Where the suppressed cells together would follow from the total, the next smallest is suppressed too.
    """
    hidden = {n for n, people in enumerate(column) if people < LEAST_IN_CELL}
    visible = sorted((people, n) for n, people in enumerate(column) if n not in hidden)
    given_away = sum(column[n] for n in hidden)
    if 0 < given_away < LEAST_IN_CELL and visible:
        hidden.add(visible[0][1])
    total = sum(column)
    return [None if n in hidden else people for n, people in enumerate(column)], (
        total if total >= LEAST_IN_CELL else None
    )
