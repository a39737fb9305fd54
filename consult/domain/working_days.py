"""Days off and working days: weekends, the statutory days of every year, and the arrangement of a year (holidays.toml)."""

import math
import tomllib
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache
from pathlib import Path
from typing import Any

from consult.domain.instants import local_day

CHINA = timezone(timedelta(hours=8))
ALARM_MONTH = 12
"""The arrangement of a year is published in November of the year before: from this month on it is missed."""


def after_working_days(start: date, days: int) -> date:
    """Return the last day of a period of working days counted from the day after."""
    end = start
    while days:
        end += timedelta(1)
        days -= not is_day_off(end)
    return end


def is_day_off(day: date) -> bool:
    """Tell whether a day is a weekend, a statutory holiday, or off by the arrangement of its year."""
    off, work = _arranged().get(day.year, (frozenset(), frozenset()))
    return day in off or day in statutory(day.year) or (day.weekday() >= 5 and day not in work)


def is_arranged(year: int) -> bool:
    """Tell whether the arrangement of a year is known: which days are bridged, which weekend days are worked."""
    return year in _arranged()


def missing_year(today: date) -> int | None:
    """Return the year whose arrangement is missing and should be here by now; None for none."""
    if not is_arranged(today.year):
        return today.year
    coming = today.year + 1
    return coming if today.month >= ALARM_MONTH and not is_arranged(coming) else None


@lru_cache(maxsize=256)
def statutory(year: int) -> frozenset[date]:
    """Return the days on which everybody is off by the regulation in force that year (全国年节及纪念日放假办法 2)."""
    rule = max((row for row in _table()["statutory"] if row["since"] <= year), key=_since, default=None)
    if rule is None:
        return frozenset()
    found = {_day(year, text) for text in rule["fixed"]}
    for row in rule["lunar"]:
        text = _lunar()[row["name"]].get(str(year))
        span = range(-row["before"], row["after"] + 1) if text else ()
        found.update(_day(year, text) + timedelta(n) for n in span)
    return frozenset(found | {qingming(year)} if rule["qingming"] else found)


def _since(row: dict[str, Any]) -> int:
    return int(row["since"])


def qingming(year: int) -> date:
    """Return the day of 清明 in China: when the sun's apparent longitude passes 15 degrees."""
    low, high = (datetime(year, 4, day, tzinfo=UTC) for day in (1, 9))
    while high - low > timedelta(minutes=1):
        middle = low + (high - low) / 2
        low, high = (low, middle) if _sun(middle) >= 15 else (middle, high)
    return local_day(CHINA, high)


def _sun(instant: datetime) -> float:
    """Return the apparent longitude of the sun in degrees, within 0.01 (Meeus, Astronomical Algorithms, 25)."""
    t = (instant - datetime(2000, 1, 1, 12, tzinfo=UTC)) / timedelta(days=36525)
    mean = 280.46646 + 36000.76983 * t + 0.0003032 * t * t
    anomaly = math.radians(357.52911 + 35999.05029 * t - 0.0001537 * t * t)
    centre = (
        (1.914602 - 0.004817 * t) * math.sin(anomaly)
        + (0.019993 - 0.000101 * t) * math.sin(2 * anomaly)
        + 0.000289 * math.sin(3 * anomaly)
    )
    node = math.radians(125.04 - 1934.136 * t)
    return (mean + centre - 0.00569 - 0.00478 * math.sin(node)) % 360


def _day(year: int, text: str) -> date:
    return date.fromisoformat(f"{year}-{text}")


@lru_cache(maxsize=1)
def _table() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "holidays.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def _lunar() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "lunar_days.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def _arranged() -> dict[int, tuple[frozenset[date], frozenset[date]]]:
    rows = _table()["year"]
    return {row["year"]: (_days(row["year"], row["off"]), _days(row["year"], row["work"])) for row in rows}


def _days(year: int, spans: list[str]) -> frozenset[date]:
    found: set[date] = set()
    for span in spans:
        first, _, last = span.partition("/")
        day, end = _day(year, first), _day(year, last or first)
        found.update(day + timedelta(n) for n in range((end - day).days + 1))
    return frozenset(found)
