"""Read dates of birth in the forms that rolls have."""

import re
from datetime import date, datetime, timedelta
from typing import Any

from consult.domain.people.roll_headers import plain

EXCEL_DAY_ZERO = date(1899, 12, 30)
EARLIEST = date(1900, 1, 1)
FORMS = (
    r"(?P<y>\d{4})\s*[-./年]\s*(?P<m>\d{1,2})\s*[-./月]\s*(?P<d>\d{1,2})\s*[日号]?(\s.*)?",
    r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})",
    r"(?P<y>\d{4})\s*[-./年]\s*(?P<m>\d{1,2})\s*月?",
    r"(?P<y>\d{4})(?P<m>\d{2})",
)


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
    if re.fullmatch(r"\d{4}\.\d", text):  # 2008.1 typed as a number may have been 2008.10: no day and no sure month
        return None
    for form in FORMS:
        if found := re.fullmatch(form, text):
            return _date(found.groupdict())
    return None


def _date(parts: dict[str, str]) -> tuple[date, bool] | None:
    try:
        return date(int(parts["y"]), int(parts["m"]), int(parts.get("d") or 1)), "d" in parts
    except ValueError:
        return None
