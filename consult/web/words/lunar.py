"""The lunar day, which is how many elders know a date: 十月十五."""

from datetime import date
from functools import lru_cache

from lunardate import LunarDate

from consult.domain.languages import Lunar

ONES, TENS = "一二三四五六七八九十", ("初", "十", "廿")
ROUND = {10: "初十", 20: "二十", 30: "三十"}


@lru_cache(maxsize=512)
def lunar_day(value: date, words: Lunar | None) -> str:
    """Return month and day; empty for a language without words for them, and for years the tables do not know."""
    if words is None:
        return ""
    try:
        lunar = LunarDate.from_solar_date(value.year, value.month, value.day)
    except ValueError:
        return ""
    leap = words.leap if lunar.is_leap_month else ""
    day = ROUND.get(lunar.day) or TENS[lunar.day // 10] + ONES[lunar.day % 10 - 1]
    return f"{leap}{words.months[lunar.month - 1]}月{day}"
