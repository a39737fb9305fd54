"""Duties with a last day, and what happens when the day passes: owed.toml, one table for all kinds."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any


class Owed(StrEnum):
    """The kinds of duties with a last day; the codes are those of `waiting.Wait`."""

    ANSWER = "answer"
    """Of the council to a proposal that enough stand behind."""
    OBJECTION = "objection"
    """An answer to what somebody says against a notice."""
    PETITION = "petition"
    """A meeting for which enough have signed."""
    DATA_REQUEST = "data_request"
    APPEAL = "appeal"
    """A decision on words that were hidden."""
    REPORT = "report"
    """A look at words that were reported."""
    CONTEST = "contest"
    """A decision on a vote of which somebody says that it is not so."""
    LETTER = "letter"
    """A look at a letter of proxy, without which its vote does not count."""


@dataclass(frozen=True)
class OwedRule:
    """One row of owed.toml."""

    kind: Owed
    days: int | None
    """After the day on which it was asked for; None: the row says its day."""
    town: bool
    """Whether the town is told when it stays late."""


@lru_cache(maxsize=1)
def _table() -> Mapping[str, Any]:
    return tomllib.loads((Path(__file__).parent / "owed.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def rules() -> dict[Owed, OwedRule]:
    """Return the rows of owed.toml."""
    rows = [OwedRule(Owed(row["kind"]), row.get("days"), row["town"]) for row in _table()["owed"]]
    return {row.kind: row for row in rows}


def extension() -> timedelta:
    """Return by how much the day for an answer can be moved, once."""
    return timedelta(_table()["extension"]["days"])


def town_days() -> int:
    """Return for how many days something is late before the town is told, where the village has no rule of its own."""
    return int(_table()["town"]["days"])


def town_days_for(due: date, rules_set: Sequence[tuple[date, int]], *, now: int) -> int:
    """Return after how many days the town is told of what is due on a day: the fewest of the rules that held since that day.

    So nobody who owes an answer gets more days for it by a new rule once it is due. `rules_set`: the village's day and the
    number of each rule that two officers set, oldest first; `now`: the number in force. A rule of the due day itself is later.
    """
    before = [days for since, days in rules_set if since < due]
    held = before[-1] if before else town_days() if rules_set else now
    return min([held, *(days for since, days in rules_set if since >= due)])


def town_bounds() -> tuple[int, int]:
    """Return the fewest and the most days that a village may set for this."""
    row = _table()["town"]
    return int(row["fewest"]), int(row["most"])


@dataclass(frozen=True)
class AnswerRule:
    """The village's rule of answers, which two officers set together."""

    needed: int
    """So many villagers behind a proposal oblige the council to answer it."""
    days: int
    """It has so many days for that."""
    town: int = town_days()
    """When an answer is late by more than so many days, the town is told."""


def due_on(kind: Owed, asked_on: date) -> date:
    """Return the last day for a kind that counts from when it was asked for. The first day is not counted."""
    days = rules()[kind].days
    if days is None:
        raise LookupError(f"{kind} has a day of its own")
    return asked_on + timedelta(days)


def days_late(due: date | None, today: date) -> int:
    """Return how many days have passed since the last day; 0: it has not passed, or there is none."""
    return max(0, (today - due).days) if due is not None else 0


def is_for_the_town(kind: Owed, due: date, today: date, after: int) -> bool:
    """Tell whether it is so late that the town is told: more than `after` days, by the village's rule."""
    return rules()[kind].town and days_late(due, today) > after


def subject(kind: Owed, mark: int | str, due: date, *, town: bool = False) -> str:
    """Return the subject of the lines that say that it is late; a later day gives new ones."""
    return f"overdue{'_town' if town else ''}:{kind.value}:{mark}:{due.isoformat()}"


def subjects(kind: Owed, mark: int | str, due: date) -> list[str]:
    """Return the subjects of all lines that say that it is late, to be taken back when it is done."""
    return [subject(kind, mark, due, town=town) for town in (False, True)]


def may_extend(due: date, until: date, *, today: date) -> bool:
    """Tell whether the day for an answer can be moved to another: while it has not passed, and not too far."""
    return today <= due < until <= due + extension()
