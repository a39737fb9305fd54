"""The periods that are reported: month, quarter, half-year and year, each with the office's own closing day."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

FORM = re.compile(r"([0-9]{4})(?:-(?:([0-9]{2})|Q([1-4])|H([12])))?")
"""In digits of ASCII alone: a name in others would be a second name of the same period."""
CLOSING_DAYS = range(20, 29)
"""Days of the month on which offices close their figures, if not on the last."""


@dataclass(frozen=True)
class Period:
    """A period by its name, such as 2026-11, 2026-Q4, 2026-H2 or 2026; both ends included."""

    name: str
    first: date
    last: date
    begins: str
    """The month with which it begins, as 2026-11."""


@dataclass(frozen=True)
class Span:
    """The year that a name means, and a month, quarter or half of it; 0: not that."""

    year: int
    month: int = 0
    quarter: int = 0
    half: int = 0


def span(name: str) -> Span | None:
    """Return what the name of a period says; None for what is none."""
    found = FORM.fullmatch(name)
    if found is None:
        return None
    said = Span(*(int(one) if one else 0 for one in found.groups()))
    if not 2000 <= said.year <= 2200 or (found[2] and not 1 <= said.month <= 12):
        return None
    return said


def length(name: str) -> int:
    """Return how many months a period has. Raises ValueError for what is no period."""
    said = span(name)
    if said is None:
        raise ValueError(f"{name} is no period")
    return 1 if said.month else 3 if said.quarter else 6 if said.half else 12


def read(name: str, closing_day: int | None) -> Period | None:
    """Return the period of a name; None for what is none."""
    said = span(name)
    if said is None:
        return None
    year, months = said.year, length(name)
    begins = said.month or (said.quarter or said.half or 1) * months - months + 1
    before = closes(year - 1, 12, closing_day) if begins == 1 else closes(year, begins - 1, closing_day)
    last = closes(year, begins + months - 1, closing_day)
    return Period(name, before + timedelta(1), last, f"{year}-{begins:02d}")


def closes(year: int, month: int, closing_day: int | None) -> date:
    """Return the day on which the figures of a month close."""
    end = monthrange(year, month)[1]
    return date(year, month, min(closing_day or end, end))


def month_of(day: date, closing_day: int | None) -> str:
    """Return the name of the month to which a day is counted."""
    after = day > closes(day.year, day.month, closing_day)
    number = day.year * 12 + day.month - 1 + after
    return f"{number // 12}-{number % 12 + 1:02d}"


def month_before(name: str) -> str:
    """Return the name of the month before one."""
    number = int(name[:4]) * 12 + int(name[5:]) - 2
    return f"{number // 12}-{number % 12 + 1:02d}"


def offered(today: date, closing_day: int | None) -> list[str]:
    """Return the months, quarters, half-years and years to choose from, the newest of each first."""
    this = month_of(today, closing_day)
    months = [this]
    while len(months) < 12:
        months.append(month_before(months[-1]))
    quarters = list(dict.fromkeys(f"{one[:4]}-Q{(int(one[5:]) + 2) // 3}" for one in months))
    halves = list(dict.fromkeys(f"{one[:4]}-H{1 if int(one[5:]) < 7 else 2}" for one in months))
    return [*months, *quarters, *halves, *dict.fromkeys(one[:4] for one in months)]
