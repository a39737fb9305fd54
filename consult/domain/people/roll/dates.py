"""Read dates of birth in the forms that rolls have, and take one out of an identity number."""

import re
from datetime import date, datetime, timedelta
from typing import Any

from consult.domain.people.roll.headers import plain

EXCEL_DAY_ZERO = date(1899, 12, 30)
EARLIEST = date(1900, 1, 1)
OLDEST_BY_TWO_FIGURES = 115
"""Somebody older was born in this century, where only two figures of the year are written."""
DAY = r"(?P<m>\d{1,2})\s*[-./月]\s*(?P<d>\d{1,2})\s*[日号]?(\s.*)?"
FORMS = (
    rf"(?P<y>\d{{4}})\s*[-./年]\s*{DAY}",
    r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})",
    r"(?P<y>\d{4})\s*[-./年]\s*(?P<m>\d{1,2})\s*月?",
    r"(?P<y>\d{4})(?P<m>\d{2})",
)
SHORT_FORMS = (
    rf"(?P<y>\d{{2}})\s*[-./年]\s*{DAY}",
    r"(?P<y>\d{2})\s*[-./年]\s*(?P<m>\d{1,2})\s*月?",
)
UNSURE = r"(\d{4}|\d{2})\.1"
"""2008.1 typed as a number may have been 2008.10: no day and no sure month."""
IDENTITY_BIRTH = re.compile(r"\d{6}(?P<long>\d{8})\d{3}[\dXx]|\d{6}(?P<short>\d{6})\d{3}")


def birth_date(value: Any) -> tuple[date, bool] | None:
    """Return a date and whether its day was written; a month alone counts as its first day. None for no date.

    2008-01-02, 2008.1.2, 2008/1/2, 2008年1月2日, 20080102, 2008年1月, 200801, dates, and Excel's day numbers.
    """
    if isinstance(value, datetime):
        return date(value.year, value.month, value.day), True
    if isinstance(value, date):
        return value, True
    text = plain(value)
    if re.fullmatch(r"\d{4,5}", text) and 3000 < int(text) < 60000:
        return EXCEL_DAY_ZERO + timedelta(days=int(text)), True
    if re.fullmatch(UNSURE, text):
        return None
    for form in FORMS:
        if found := re.fullmatch(form, text):
            return _date(found.groupdict())
    return None


def births(value: Any, *, today: date) -> list[tuple[date, bool]]:
    """Return the dates that a cell may mean, each as `birth_date` does: two where only 26年 is written, none for no date.

    62年3月, 62.3.5: the year is in the past, and nobody is older than OLDEST_BY_TWO_FIGURES.
    """
    found = birth_date(value)
    if found is not None:
        return [found]
    text = plain(value)
    if re.fullmatch(UNSURE, text):
        return []
    for form in SHORT_FORMS:
        if short := re.fullmatch(form, text):
            return _of_two_figures(short.groupdict(), today)
    return []


def _of_two_figures(parts: dict[str, str], today: date) -> list[tuple[date, bool]]:
    dates = [_date(parts | {"y": f"{century}{parts['y']}"}) for century in (19, 20)]
    possible = [one for one in dates if one is not None and EARLIEST <= one[0] <= today]
    likely = [one for one in possible if today.year - one[0].year <= OLDEST_BY_TWO_FIGURES]
    return likely or possible


def birth_in_identity(value: Any) -> date | None:
    """Return the date of birth inside an identity number. The number goes no further than here."""
    found = IDENTITY_BIRTH.fullmatch(re.sub(r"[\s\-']", "", plain(value)))
    if found is None:
        return None
    digits = found["long"] or f"19{found['short']}"
    read = _date({"y": digits[:4], "m": digits[4:6], "d": digits[6:]})
    return read[0] if read else None


def _date(parts: dict[str, str]) -> tuple[date, bool] | None:
    try:
        return date(int(parts["y"]), int(parts["m"]), int(parts.get("d") or 1)), "d" in parts
    except ValueError:
        return None
