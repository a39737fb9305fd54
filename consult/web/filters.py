"""Formats of days, times and money, through Babel, one for each kind."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time
from babel.numbers import format_decimal
from flask import Flask, g
from flask_babel import gettext, ngettext
from markupsafe import Markup

from consult.domain import citations
from consult.domain.instants import local_day
from consult.domain.law import bodies
from consult.domain.law.bodies import Share
from consult.domain.people.codes import grouped
from consult.web import i18n
from consult.web.words import code_words, refusal_words
from consult.web.words.lunar import lunar_day


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(
        day=day,
        short_day=short_day,
        long_day=long_day,
        clock_time=clock_time,
        moment=moment,
        time_left=time_left,
        yuan=yuan,
        number=number,
        share=share,
        role_name=refusal_words.role,
        body_name=code_words.body,
        takes_letters=bodies.takes_letters,
        outcome_name=code_words.outcome,
        channel_name=code_words.channel,
        standing_sentence=code_words.standing,
        notice_name=code_words.notice,
        change_name=code_words.change,
        answer_name=code_words.answer,
        share_words=share_words,
        cited=citations.shown,
        code_groups=grouped,
        yuan_short=yuan_short,
        lunar=lunar,
        leaf=leaf,
        village_day=village_day,
        minutes_since=minutes_since,
    )


def village_day(value: datetime) -> date:
    """Return the calendar day of an instant in the village, for comparing with other days."""
    return _local(value)


def day(value: date | datetime) -> str:
    """Format a day with its weekday: 7月13日 周一."""
    return _date(_local(value), i18n.language().day, i18n.language().babel)


def lunar(value: date | datetime) -> str:
    """Return the lunar date: 十月十五. Empty in English."""
    return lunar_day(_local(value), i18n.language().lunar)


def leaf(value: datetime) -> dict[str, str]:
    """Return the parts of a calendar leaf: month, day, weekday, lunar day."""
    local, language = _local(value), i18n.language()
    return {
        "month": _date(local, language.month, language.babel),
        "day": str(local.day),
        "weekday": _date(local, language.weekday, language.babel),
        "lunar": lunar(value),
    }


def minutes_since(then: datetime, now: datetime) -> int:
    return max(0, int((now - then).total_seconds() // 60))


def short_day(value: date | datetime) -> str:
    """Format a day under a leaf of the phases: 3.18."""
    local = _local(value)
    return f"{local.month}.{local.day}"


def long_day(value: date | datetime) -> str:
    """Format a day with its year: 2026年7月13日."""
    return _date(_local(value), i18n.language().long_day, i18n.language().babel)


def clock_time(value: datetime) -> str:
    """Format a time of day: 晚上7:30."""
    return _time(_in_village(value), i18n.language().clock, i18n.language().babel)


def moment(value: datetime) -> Markup:
    """Format a day and an hour, marked up so that machines can read it."""
    text = f"{day(value)} {clock_time(value)}"
    return Markup('<time datetime="{}">{}</time>').format(_in_village(value).isoformat(timespec="minutes"), text)


def day_mark(value: datetime) -> Markup:
    """Return the day of an instant, marked up so that machines can read it."""
    return Markup('<time datetime="{}">{}</time>').format(_local(value).isoformat(), day(value))


def time_left(until: datetime, now: datetime) -> str:
    """Format the time until an instant, rounded down: 2天, 5小時."""
    return _left(max(until - now, timedelta(minutes=1)))


def yuan(fen: int) -> str:
    """Format an amount of fen in full: 128,600 元, with fen only where there are any."""
    pattern = "#,##0.00" if fen % 100 else "#,##0"
    return str(format_decimal(fen / 100 if fen % 100 else fen // 100, pattern, locale=i18n.language().babel))


def number(value: int) -> str:
    return str(format_decimal(value, locale=i18n.language().babel))


def share(part: int, whole: int) -> str:
    """Return a percentage with one decimal place, in whole-number arithmetic, rounded down. No whole: 0.0."""
    if whole <= 0:
        return "0.0"
    tenths = part * 1000 // whole
    return f"{tenths // 10}.{tenths % 10}"


def yuan_short(fen: int) -> str:
    """Format an amount of fen for a headline: 12.86 in ten-thousands where the language says so, else in full."""
    if fen >= 10_000_00 and i18n.language().in_ten_thousands and fen % 100_00 == 0:
        tens = f"{fen // 1_000_000}.{fen // 10_000 % 100:02d}".rstrip("0").rstrip(".")
        return str(gettext("%(amount)s ten thousand", amount=tens))
    return f"{yuan(fen)} "


def share_words(share: Share | Mapping[str, object]) -> str:
    """Say a required share in words: more than half, two thirds or more. Takes that of a frozen document too."""
    facts = share.as_facts() if isinstance(share, Share) else share
    of, strict = str(facts["of"]), bool(facts["strict"])
    words: dict[tuple[str, bool], str] = {
        ("1/2", True): gettext("more than half"),
        ("2/3", False): gettext("two thirds or more"),
        ("3/4", False): gettext("three quarters or more"),
    }
    if (of, strict) in words:
        return words[of, strict]
    return str(gettext("more than %(share)s", share=of) if strict else gettext("%(share)s or more", share=of))


def _zone() -> ZoneInfo:
    village = g.get("village")
    return ZoneInfo(village.timezone if village is not None else "Asia/Shanghai")


def _in_village(value: datetime) -> datetime:
    return value.astimezone(_zone())


def _local(value: date | datetime) -> date:
    return local_day(_zone(), value) if isinstance(value, datetime) else value


@lru_cache(maxsize=2048)
def _date(value: date, pattern: str, locale: str) -> str:
    return str(format_date(value, pattern, locale=locale))


@lru_cache(maxsize=2048)
def _time(value: datetime, pattern: str, locale: str) -> str:
    return str(format_time(value, pattern, locale=locale))


def _left(gap: timedelta) -> str:
    """Return our own words: Babel's Cantonese says 天 and 小時 where people say 日 and 個鐘."""
    if gap >= timedelta(days=1):
        return str(ngettext("%(n)s day", "%(n)s days", gap.days, n=gap.days))
    hours, minutes = gap.seconds // 3600, gap.seconds // 60
    if hours:
        return str(ngettext("%(n)s hour", "%(n)s hours", hours, n=hours))
    return str(ngettext("%(n)s minute", "%(n)s minutes", minutes, n=minutes))
