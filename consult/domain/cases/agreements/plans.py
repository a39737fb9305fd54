"""Instalment plans: one sum in equal parts on days that follow each other."""

import calendar
from datetime import date, timedelta

MONTHS = {"month": 1, "two_months": 2, "quarter": 3, "half_year": 6, "year": 12}
DAYS = {"week": 7, "two_weeks": 14}


def instalments(total_fen: int | None, count: int, first: date, every: str) -> list[tuple[int | None, date]]:
    """Return amount and day of each part. The last part takes the remainder: 100.00 by three is 33.33, 33.33, 33.34."""
    days = [day_of(first, n, every) for n in range(count)]
    if total_fen is None:
        return [(None, day) for day in days]
    part = total_fen // count
    amounts = [part] * (count - 1) + [total_fen - part * (count - 1)]
    return list(zip(amounts, days, strict=True))


def day_of(first: date, n: int, every: str) -> date:
    """Return the day of the part after `n` others. In a month without that day it is the last of the month."""
    if every in DAYS:
        return first + timedelta(DAYS[every] * n)
    months = first.month - 1 + MONTHS[every] * n
    year, month = first.year + months // 12, months % 12 + 1
    return date(year, month, min(first.day, calendar.monthrange(year, month)[1]))
