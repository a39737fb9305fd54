"""Formats of days, times and money, through Babel, one for each kind."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from functools import cache, lru_cache
from itertools import accumulate, pairwise
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_skeleton, format_time, get_day_names
from babel.numbers import format_decimal
from flask import Flask, g
from flask_babel import gettext, ngettext
from markupsafe import Markup, escape
from opencc import OpenCC

from consult import clock
from consult.domain import citations, languages
from consult.domain.core import line_breaks
from consult.domain.instants import local_day
from consult.domain.languages import Language
from consult.domain.law import bodies
from consult.domain.law.bodies import Share
from consult.domain.people import owed
from consult.domain.people.codes import grouped
from consult.domain.talk.moderation import mask_quotes
from consult.web import i18n
from consult.web.words import code_words, refusal_words
from consult.web.words.lunar import lunar_day

HAN_WORDS = re.compile("(?:[\u3400-\u9fff]{2})+\\W*")
"""Words of two Han characters each, and the mark that may end them."""


def init_app(app: Flask) -> None:
    app.jinja_env.filters["kept_whole"] = kept_whole
    app.jinja_env.filters["as_one"] = as_one
    app.jinja_env.filters["between_words"] = between_words
    app.jinja_env.filters["by_words"] = by_words
    app.jinja_env.globals.update(
        day=day_mark,
        short_day=short_day,
        long_day=long_day_mark,
        clock_time=clock_mark,
        time_beside=beside_mark,
        typed_time=typed_time,
        moment=moment,
        time_left=time_left,
        lasting=lasting,
        yuan=yuan,
        number=number,
        number_of_year=number_of_year,
        ordinal=ordinal,
        share=share,
        role_name=refusal_words.role,
        refusal_sentence=refusal_words.refusal,
        reason_sentence=refusal_words.sentence,
        body_name=code_words.body,
        takes_letters=bodies.takes_letters,
        unit_of=bodies.unit_of,
        outcome_name=code_words.outcome,
        channel_name=code_words.channel,
        act_name=code_words.act,
        void_name=code_words.void,
        standing_sentence=code_words.standing,
        notice_name=code_words.notice,
        change_name=code_words.change,
        ruling_words=ruling_words,
        repeat_ground_name=code_words.ground,
        annuller_name=code_words.annuller,
        answer_name=code_words.answer,
        share_words=share_words,
        cited=cited,
        cited_lang=cited_lang,
        code_groups=grouped,
        yuan_short=yuan_short,
        lunar=lunar,
        leaf=leaf,
        village_day=village_day,
        minutes_since=minutes_since,
        days_late=days_late,
        mask_quotes=mask_quotes,
    )


def cited(stored: str) -> str:
    """Return a source as people write it; where the page is a reading copy in traditional characters, in these.

    What is posted, signed and frozen keeps the characters of the law.
    """
    shown = citations.shown(stored)
    return _traditional(shown) if i18n.language().is_traditional else shown


def cited_lang() -> str:
    """Return the tag of the characters in which `cited` writes."""
    return i18n.tag() if i18n.language().is_traditional else languages.OFFICIAL.tag


@lru_cache(maxsize=1)
def _converter() -> OpenCC:
    return OpenCC("s2hk")


@lru_cache(maxsize=512)
def _traditional(text: str) -> str:
    return str(_converter().convert(text))


def ruling_words(annulled_by: str, number: str, on: date | str) -> str:
    """Return by whom and by which paper a vote was annulled; a notice keeps the day as text."""
    day_of = date.fromisoformat(on) if isinstance(on, str) else on
    whom = code_words.annuller(annulled_by)
    said = gettext("By %(whom)s, paper No. %(number)s of %(day)s.", whom=whom, number=number, day=long_day(day_of))
    return str(said)


def village_day(value: datetime) -> date:
    """Return the calendar day of an instant in the village, for comparing with other days."""
    return _local(value)


def day(value: date | datetime) -> str:
    """Format a day with its weekday: 7月13日 周一; in another year than the one that runs here, with it: 2027年1月5日 周二."""
    return _day(value, i18n.language().day)


def days_late(due: date) -> int:
    """Return how many days have passed in the village since a last day; 0: it has not passed."""
    return owed.days_late(due, _today())


def lunar(value: date | datetime) -> str:
    """Return the lunar date: 十月十五. Empty in English."""
    return lunar_day(_local(value), i18n.language().lunar)


def leaf(value: datetime) -> dict[str, str]:
    """Return the parts of a calendar leaf: month, day, weekday, lunar day."""
    local, language = _local(value), i18n.language()
    return {
        "month": _day(local, language.month),
        "day": str(local.day),
        "weekday": _date(local, language.weekday, language.babel),
        "lunar": lunar(value),
    }


def minutes_since(then: datetime, now: datetime) -> int:
    return max(0, int((now - then).total_seconds() // 60))


def short_day(value: date | datetime) -> str:
    """Format a day under a leaf of the phases: 3.18; in another year than the one that runs here: 2027.3.18."""
    local = _local(value)
    return f"{local.month}.{local.day}" if _is_of_this_year(local) else f"{local.year}.{local.month}.{local.day}"


def long_day(value: date | datetime) -> str:
    """Format a day with its year: 2026年7月13日."""
    return _date(_local(value), i18n.language().long_day, i18n.language().babel)


def month_of_year(value: date) -> str:
    """Format a month with its year: 2026年7月."""
    return str(format_skeleton("yMMMM", value, locale=i18n.language().babel))


def clock_time(value: datetime) -> str:
    """Format a time of day: 晚上7:30."""
    return time_in_words(_in_village(value), i18n.language())


def clock_mark(value: datetime) -> Markup:
    """Format a time of day, marked up so that machines can read it and that it stands on one line."""
    at = _in_village(value)
    return _time_element(f"{at.hour:02d}:{at.minute:02d}", clock_time(value))


def typed_time(value: str) -> str:
    """Format a time of day that is kept as it was typed, 09:30: 上午9:30. Anything else stays as it is."""
    try:
        return time_in_words(time.fromisoformat(value), i18n.language())
    except ValueError:
        return value


def time_in_words(value: datetime | time, language: Language) -> str:
    """Format a time of day with the part of the day as people of this language say it: 晚上7:30, 朝早9:00."""
    if not language.hours:
        return str(format_time(value, language.clock, locale=language.babel))
    return f"{part_of_day(value, language)}{(value.hour - 1) % 12 + 1 if value.hour else 0}:{value.minute:02d}"


def part_of_day(value: datetime | time, language: Language) -> str:
    """Return the part of the day, 晚上; empty for a language without words for them."""
    return next((words for begins, words in reversed(language.hours) if value.hour >= begins), "")


def moment(value: datetime) -> Markup:
    """Format a day and an hour, marked up so that machines can read it."""
    text = f"{day(value)} {clock_time(value)}"
    return _time_element(_in_village(value).isoformat(timespec="minutes"), text)


def time_beside(value: datetime, beside: datetime | None) -> str:
    """Format a time of day; where it is another day in the village than `beside`, with its day: 3月2日 上午0:10."""
    if beside is None or _local(value) == _local(beside):
        return clock_time(value)
    return f"{day(value)} {clock_time(value)}"


def beside_mark(value: datetime, beside: datetime | None) -> Markup:
    """Format a time of day as `time_beside` does, marked up so that it stands on one line."""
    at = _in_village(value).isoformat(timespec="minutes")
    return _time_element(at, time_beside(value, beside))


def day_mark(value: date | datetime) -> Markup:
    """Format a day with its weekday, marked up so that machines can read it and that it stands on one line."""
    return _time_element(_local(value).isoformat(), day(value))


def long_day_mark(value: date | datetime) -> Markup:
    """Format a day with its year, marked up so that machines can read it and that it stands on one line."""
    return _time_element(_local(value).isoformat(), long_day(value))


@cache
def _days_and_numbers(language: Language) -> re.Pattern[str]:
    """Return what stands on one line: 2026-014, 01-003, 1966-07-23, 晚上7:30, 12月3日, a day's weekday, 1,200 元, “是”."""
    locale, hours = language.babel, "|".join(re.escape(words) for _, words in language.hours)
    weekdays = {name for width in ("wide", "abbreviated") for name in get_day_names(width, locale=locale).values()}
    day_of = r"\d{1,4}[^\W\d_]\d{1,2}[^\W\d_](?:\d{1,2}[^\W\d_])?"
    weekday = "|".join(sorted(map(re.escape, weekdays), key=len, reverse=True))
    number, day_named = (
        r"(?<![0-9A-Za-z-])\d{2,4}(?:-\d{2,3}){1,2}(?![0-9A-Za-z-])",
        rf"(?<!\d){day_of}(?: (?:{weekday}))?",
    )
    amount = rf"(?<![\d.,-])\d[\d,]*(?:\.\d+)? [{line_breaks.HAN}]"
    return re.compile(rf"{number}|{day_named}|{weekday}|(?:{hours})\d{{1,2}}:\d\d|{amount}|{line_breaks.QUOTED}")


def kept_whole(text: str) -> Markup:
    """Mark up the days, times, numbers, sums and quoted words of a sentence so that each stands on one line."""
    pattern, parts, end = _days_and_numbers(i18n.language()), [], 0
    for found in pattern.finditer(text):
        kept = "number" if "-" in found[0] or (" " in found[0] and "," in found[0]) else "as-one flows"
        parts += [escape(text[end : found.start()]), _span(kept, _after_year(found[0]))]
        end = found.end()
    return Markup("").join([*parts, escape(text[end:])])


def _after_year(said: str) -> Markup:
    """Let a line end after the year of a day: in large letters 2026年11月27日 is wider than a line."""
    year = re.match(r"\d{4}[^\W\d_](?=\d)", said)
    return escape(said) if year is None else Markup("<wbr>").join((year[0], said[year.end() :]))


@lru_cache(maxsize=2048)
def _time_element(machine: str, said: str) -> Markup:
    """Return a day or hour in words with the same for machines. Made once: to escape it each time cost pages a tenth."""
    return Markup('<time datetime="{}">{}</time>').format(machine, said)


@lru_cache(maxsize=2048)
def _span(kind: str, said: str) -> Markup:
    return Markup('<span class="{}">{}</span>').format(kind, said)


def between_words(title: str | Markup) -> Markup:
    """Mark up the words of a title or heading, so that a line ends only between them. Text that is no markup is escaped."""
    return _parted(escape(title))


@lru_cache(maxsize=2048)
def _parted(title: Markup) -> Markup:
    parts: list[Markup] = []
    for run in re.finditer("<[^>]*>|[^<]+", title):
        if run[0].startswith("<"):
            parts.append(title[run.start() : run.end()])
            continue
        ends = accumulate(map(len, line_breaks.between_words(run[0])), initial=run.start())
        pieces = [_amounts_kept(title[start:end]) for start, end in pairwise(ends)]
        marked = Markup('<span class="as-one flows">{}</span>').format(Markup("<wbr>").join(pieces))
        parts.append(marked if len(pieces) > 1 else pieces[0])
    return Markup("").join(parts)


def _amounts_kept(words: Markup) -> Markup:
    """Put spaces that end no line between numbers and their measures: 3.6 万元."""
    spaces = [found.start() for found in line_breaks.space_in_amount().finditer(words)]
    parts = zip([0, *(space + 1 for space in spaces)], [*spaces, len(words)], strict=True)
    return Markup("\N{NO-BREAK SPACE}").join(words[start:end] for start, end in parts)


def as_one(name: str) -> Markup:
    """Mark up a name so that it stands on one line: in a button or a title nothing else would keep it whole."""
    return _span("as-one flows", name)


def by_words(term: str) -> Markup:
    """Mark up a term of Han characters, in which each word has two, so that a line ends only between its words."""
    words = re.findall(r"\w\w\W*", term) if HAN_WORDS.fullmatch(term) else [term]
    return Markup('<span class="as-one">{}</span>').format(Markup("<wbr>").join(words))


def time_left(until: datetime, now: datetime) -> str:
    """Format the time until an instant, rounded down: 2天, 5小時."""
    return _left(max(until - now, timedelta(minutes=1)))


def lasting(since: datetime, now: datetime) -> str:
    """Format how long something has lasted: 40 minutes, 20 hours and 45 minutes, 2 days."""
    gap = max(now - since, timedelta())
    hours, minutes = gap.seconds // 3600, gap.seconds // 60 % 60
    if gap.days or not hours or not minutes:
        return _left(gap)
    return str(
        gettext(
            "%(hours)s and %(minutes)s", hours=_left(timedelta(hours=hours)), minutes=_left(timedelta(minutes=minutes))
        )
    )


def yuan(fen: int) -> str:
    """Format an amount of fen in full: 128,600 元, with fen only where there are any."""
    pattern = "#,##0.00" if fen % 100 else "#,##0"
    return str(format_decimal(fen / 100 if fen % 100 else fen // 100, pattern, locale=i18n.language().babel))


def number_of_year(year: int, number: int) -> Markup:
    """Format a number that begins anew each year, marked up so that it stands on one line: 编号 2026-03."""
    text = gettext("No. %(number)s", number=f"{year}-{number:02d}")
    return Markup('<span class="number">{}</span>').format(text)


def ordinal(value: int) -> str:
    """Return a number before a heading: 一 in Chinese, 1 in other languages."""
    return citations.in_words(value) if i18n.language().print_language == "zh" else str(value)


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
        ("1/3", False): gettext("a third or more"),
        ("1/5", False): gettext("a fifth or more"),
        ("1/10", False): gettext("a tenth or more"),
    }
    if (of, strict) in words:
        return words[of, strict]
    of = fraction(of)
    return str(gettext("more than %(share)s", share=of) if strict else gettext("%(share)s or more", share=of))


def fraction(of: str) -> str:
    """Say a fraction as people do: 1/7 is 七分之一. As it is written where the language has no such words."""
    said = citations.share_in_words(of) if i18n.language().print_language == "zh" else None
    return said or of


def _zone() -> ZoneInfo:
    village = g.get("village")
    return ZoneInfo(village.timezone if village is not None else "Asia/Shanghai")


def _in_village(value: datetime) -> datetime:
    return value.astimezone(_zone())


def _local(value: date | datetime) -> date:
    return local_day(_zone(), value) if isinstance(value, datetime) else value


def _day(value: date | datetime, pattern: str) -> str:
    """Format a day by a pattern without a year, to which the year is added where it is not the one that runs here."""
    local = _local(value)
    return _date(local, in_the_year(local, pattern), i18n.language().babel)


def in_the_year(local: date, pattern: str) -> str:
    """Return a pattern without a year for a day; in another year than the one that runs here with it: y年M月d日, d MMM y."""
    if _is_of_this_year(local):
        return pattern
    return languages.with_year(pattern)


def _is_of_this_year(local: date) -> bool:
    return local.year == _today().year


def _today() -> date:
    return _local(g.get("now") or clock.now())


@lru_cache(maxsize=2048)
def _date(value: date, pattern: str, locale: str) -> str:
    return str(format_date(value, pattern, locale=locale))


def _left(gap: timedelta) -> str:
    """Return our own words: Babel's Cantonese says 天 and 小時 where people say 日 and 個鐘."""
    if gap >= timedelta(days=1):
        return str(ngettext("%(n)s day", "%(n)s days", gap.days, n=gap.days))
    hours, minutes = gap.seconds // 3600, gap.seconds // 60
    if hours:
        return str(ngettext("%(n)s hour", "%(n)s hours", hours, n=hours))
    return str(ngettext("%(n)s minute", "%(n)s minutes", minutes, n=minutes))
