"""Days off and working days, by the arrangement of each year in holidays.toml."""

import tomllib
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path


def after_working_days(start: date, days: int) -> date:
    """Return the last day of a period of working days counted from the day after."""
    end = start
    while days:
        end += timedelta(1)
        days -= not is_day_off(end)
    return end


def is_day_off(day: date) -> bool:
    """Tell whether a day is a weekend or a holiday, by the arrangement of its year in holidays.toml."""
    off, work = _arranged().get(day.year, (frozenset(), frozenset()))
    return day in off or (day.weekday() >= 5 and day not in work)


@lru_cache(maxsize=1)
def _arranged() -> dict[int, tuple[frozenset[date], frozenset[date]]]:
    rows = tomllib.loads((Path(__file__).parent / "holidays.toml").read_text(encoding="utf-8"))["year"]
    return {row["year"]: (_days(row["year"], row["off"]), _days(row["year"], row["work"])) for row in rows}


def _days(year: int, spans: list[str]) -> frozenset[date]:
    found: set[date] = set()
    for span in spans:
        first, _, last = span.partition("/")
        day, end = date.fromisoformat(f"{year}-{first}"), date.fromisoformat(f"{year}-{last or first}")
        found.update(day + timedelta(n) for n in range((end - day).days + 1))
    return frozenset(found)
