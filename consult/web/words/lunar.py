"""The lunar day, which is how many elders know a date: 十月十五."""

from datetime import date
from functools import lru_cache

from lunardate import LunarDate

MONTHS = {
    "zh_Hans": "正二三四五六七八九十冬腊",
    "yue_Hant": "正二三四五六七八九十冬臘",
    "yue_Hans": "正二三四五六七八九十冬腊",
}
LEAP = {"zh_Hans": "闰", "yue_Hant": "閏", "yue_Hans": "闰"}
ONES, TENS = "一二三四五六七八九十", ("初", "十", "廿")
ROUND = {10: "初十", 20: "二十", 30: "三十"}


@lru_cache(maxsize=512)
def lunar_day(value: date, locale: str) -> str:
    """Month and day; empty in English, and for years the tables do not know."""
    if locale not in MONTHS:
        return ""
    try:
        lunar = LunarDate.from_solar_date(value.year, value.month, value.day)
    except ValueError:
        return ""
    leap = LEAP[locale] if lunar.is_leap_month else ""
    day = ROUND.get(lunar.day) or TENS[lunar.day // 10] + ONES[lunar.day % 10 - 1]
    return f"{leap}{MONTHS[locale][lunar.month - 1]}月{day}"
