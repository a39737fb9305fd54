"""Duties that come again and again: duties.toml, and which of them are near the end of their time."""

import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from consult.domain import citations
from consult.domain.law.bodies import is_of_a_collective
from consult.domain.people.roles import HeldOffice, Role


class Every(StrEnum):
    """The time within which something must be done again, by the calendar."""

    QUARTER = "quarter"
    YEAR = "year"


class DoneBy(StrEnum):
    """The record that shows that it was done."""

    MEETING = "meeting"
    NOTICE = "notice"
    VOTE = "vote"


@dataclass(frozen=True)
class Duty:
    """One row of duties.toml."""

    code: str
    of: frozenset[Role]
    every: Every
    remind_days: int
    done_by: DoneBy
    bodies: tuple[str, ...]
    matters: tuple[str, ...]
    notices: tuple[str, ...]
    source: str
    valid_from: date

    def period(self, on: date) -> tuple[date, date]:
        """Return the first and the last day of the quarter, or of the year, in which a day lies."""
        first = on.month - (on.month - 1) % 3 if self.every is Every.QUARTER else 1
        after = first + (3 if self.every is Every.QUARTER else 12)
        following = date(on.year + 1, 1, 1) if after > 12 else date(on.year, after, 1)
        return date(on.year, first, 1), following - timedelta(days=1)

    @property
    def of_a_collective(self) -> bool:
        """Tell whether it is a duty of a collective organisation."""
        return bool(self.bodies) and all(map(is_of_a_collective, self.bodies))

    def is_near(self, on: date) -> bool:
        """Tell whether its time ends so soon that its officers are reminded."""
        return self.valid_from <= on and self.period(on)[1] - on <= timedelta(days=self.remind_days)


@lru_cache(maxsize=1)
def all_rows() -> tuple[Duty, ...]:
    """Return the rows of duties.toml."""
    rows = tomllib.loads((Path(__file__).parent / "duties.toml").read_text(encoding="utf-8"))["duty"]
    return tuple(
        Duty(
            code=row["code"],
            of=frozenset(map(Role, row["of"])),
            every=Every(row["every"]),
            remind_days=row["remind_days"],
            done_by=DoneBy(row["done_by"]),
            bodies=tuple(row.get("bodies", ())),
            matters=tuple(row.get("matters", ())),
            notices=tuple(row.get("notices", ())),
            source=citations.text(row["source"]),
            valid_from=row["valid_from"],
        )
        for row in rows
    )


def to_remind(held: Collection[HeldOffice], *, on: date, is_township: bool = False) -> list[tuple[Duty, int | None]]:
    """Return the duties of which a holder of these offices is reminded on a day, each with the group it is for.

    `is_township`: it is the collective of a township, which has no villagers' bodies and no villagers' affairs.
    A director is reminded of the organisation whose director they are.
    """
    found: list[tuple[Duty, int | None]] = []
    for duty in all_rows():
        groups = {
            one.group_id if duty.of == {Role.COLLECTIVE_DIRECTOR} else None for one in held if one.role in duty.of
        }
        if duty.is_near(on) and (duty.of_a_collective or not is_township):
            found += [(duty, group) for group in sorted(groups, key=lambda group: group or 0)]
    return found
