"""The languages of the pages: one row each, which holds all that differs between them beside the sentences.

A new language is one row in `ALL` and one catalogue in translations/; docs/languages.md says how.
"""

from collections.abc import Sequence
from dataclasses import dataclass


def N_(sentence: str) -> str:
    """Mark an English sentence for the catalogues where it stands; it is translated where it is used."""
    return sentence


@dataclass(frozen=True)
class Derivation:
    """The derivation of a catalogue from that of another language, character by character.

    `opencc`: name of the OpenCC conversion. `words`: file in translations/ with the words that are replaced first.
    `kept`: characters that stay as they are.
    """

    source: str
    opencc: str
    words: str
    kept: str = ""


@dataclass(frozen=True)
class Lunar:
    """Words of the lunar calendar: the twelve months, and what stands before a leap month."""

    months: Sequence[str]
    leap: str


@dataclass(frozen=True)
class Speech:
    """The form in which a language is read out over the loudspeaker.

    `label` names it above its text, in English for the catalogues. `day` is a date pattern, `lunar` what is said before
    the lunar day. `hour`, `half`, `minute`, `two` and `zero` are the words of a time: 七点半, 两点零五分. Without `hour` a
    time is read as it is written.
    """

    label: str
    day: str
    lunar: str = ""
    hour: str = ""
    half: str = ""
    minute: str = ""
    two: str = ""
    zero: str = ""


@dataclass(frozen=True)
class Language:
    """One language of the pages.

    `code` names its folder in translations/ and is kept with a person's choice. `tag` is its BCP 47 tag, for the
    attribute `lang` and kept with each text that a person writes. `babel` is the locale that Babel formats dates and
    numbers with: a near relative for a language that Babel does not know. Date patterns are CLDR patterns.

    `machine_voice` is the tongue (domain.spoken.tongues) in which the server reads it aloud, for phones without a voice;
    empty: it does not.

    `browser_tags` are the tags of browsers that it answers to, in small letters; see `for_browser`. `voices` are the
    beginnings of names of voices that can read it aloud, best first. `print_language` and `print_region` choose the
    forms of characters in PDF files. `fallback` is the language whose sentences stand in for missing ones; without
    one it is English. `in_ten_thousands`: large sums are given in units of ten thousand. `gap` stands between two
    sentences and after a colon. `hours` are the parts of a day as people say them, each with the hour it begins with;
    without them those of Babel are taken.
    """

    code: str
    tag: str
    name: str
    babel: str
    browser_tags: tuple[str, ...]
    voices: tuple[str, ...]
    day: str
    long_day: str
    month: str
    weekday: str
    clock: str
    print_language: str
    print_region: str
    in_ten_thousands: bool = True
    gap: str = ""
    hours: tuple[tuple[int, str], ...] = ()
    lunar: Lunar | None = None
    speech: Speech | None = None
    machine_voice: str = ""
    fallback: str | None = None
    derived: Derivation | None = None

    @property
    def is_traditional(self) -> bool:
        """Tell whether its pages are written in traditional characters."""
        return "-Hant" in self.tag


MONTHS = ("正", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")
"""The lunar months as people in the south say them."""

MANDARIN = Language(
    code="zh_Hans",
    tag="zh-Hans-CN",
    name="普通话",
    babel="zh_Hans",
    browser_tags=("zh", "zh-hans"),
    voices=("zh-cn", "zh_cn", "cmn", "zh-hans"),
    day="M月d日 EEE",
    long_day="y年M月d日",
    month="M月",
    weekday="EEE",
    clock="Bh:mm",
    print_language="zh",
    print_region="CN",
    lunar=Lunar(months=MONTHS, leap="闰"),
    hours=((0, "凌晨"), (5, "早上"), (8, "上午"), (12, "中午"), (13, "下午"), (18, "晚上")),
    speech=Speech(
        label=N_("In Mandarin"),
        day="M月d日，EEEE",
        lunar="农历",
        hour="点",
        half="半",
        minute="分",
        two="两",
        zero="零",
    ),
    machine_voice="cmn",
)
CANTONESE = Language(
    code="yue_Hant",
    tag="yue-Hant-HK",
    name="廣州話",
    babel="yue_Hant",
    # Readers of zh-HK and zh-TW get Cantonese before simplified Mandarin.
    browser_tags=("yue", "zh-yue", "zh-hant", "zh-hk", "zh-mo", "zh-tw"),
    voices=("yue", "zh-hk", "zh_hk"),
    day="M月d號 EEEE",
    long_day="y年M月d日",
    month="M月",
    weekday="EEEE",
    clock="Bh:mm",
    print_language="zh",
    print_region="HK",
    lunar=Lunar(months=MONTHS, leap="閏"),
    hours=((0, "凌晨"), (5, "朝早"), (12, "中午"), (13, "下晝"), (18, "夜晚")),
    machine_voice="yue",
)
SIMPLIFIED_CANTONESE = Language(
    code="yue_Hans",
    tag="yue-Hans-CN",
    name="广州话",
    babel="yue_Hans",
    browser_tags=("yue-hans", "yue-cn", "zh-yue-hans", "zh-yue-cn"),
    voices=("yue", "zh-hk", "zh_hk"),
    day="M月d号 EEEE",
    long_day="y年M月d日",
    month="M月",
    weekday="EEEE",
    clock="Bh:mm",
    print_language="zh",
    print_region="CN",
    lunar=Lunar(months=MONTHS, leap="闰"),
    hours=((0, "凌晨"), (5, "朝早"), (12, "中午"), (13, "下昼"), (18, "夜晚")),
    # What is read out stands beside titles and places in simplified characters: one kind of characters for the reader.
    speech=Speech(
        label=N_("In Cantonese"),
        day="M月d号，EEEE",
        lunar="农历",
        hour="点",
        half="半",
        minute="分",
        two="两",
        zero="零",
    ),
    machine_voice="yue",
    # Two Cantonese characters keep their form: most phones have no glyph for the simplified one.
    derived=Derivation(source="yue_Hant", opencc="t2s", words="mainland_words.csv", kept="\u55f0\u558e"),
)
ENGLISH = Language(
    code="en",
    tag="en",
    name="English",
    babel="en",
    browser_tags=("en",),
    voices=("en",),
    day="EEE d MMM",
    long_day="d MMMM y",
    month="MMM",
    weekday="EEEE",
    clock="h:mm a",
    print_language="en",
    print_region="GB",
    in_ten_thousands=False,
    gap=" ",
)

ALL = (MANDARIN, CANTONESE, SIMPLIFIED_CANTONESE, ENGLISH)
"""In the order in which they are offered. The first is for readers who ask for none of them."""
OFFICIAL = MANDARIN
"""In which laws, rolls and titles of office are written."""
SOURCE = ENGLISH
"""In which the sentences stand in the code; the only one without a catalogue."""


def with_year(pattern: str) -> str:
    """Return a date pattern with the year beside its month: y年M月d日 EEE, EEE d MMM y."""
    return pattern.replace("M月", "y年M月") if "M月" in pattern else pattern.replace("MMM", "MMM y")


def translated(languages: Sequence[Language] = ALL) -> list[Language]:
    """Return the languages that have a catalogue."""
    return [language for language in languages if language.code != SOURCE.code]


def for_browser(header: str, languages: Sequence[Language] = ALL) -> Language:
    """Return the best language for an Accept-Language header: the first of its tags that any language answers to."""
    for part in header.split(","):
        if found := for_tag(part.split(";")[0].strip(), languages):
            return found
    return languages[0]


def for_tag(tag: str, languages: Sequence[Language] = ALL) -> Language | None:
    """Return the language for one browser tag, or None.

    A language answers to a tag that begins like one of its `browser_tags` and has all its parts, in any order. The
    one with the most parts wins; among equals the language that is offered first.
    """
    first, *others = tag.replace("_", "-").lower().split("-")
    best, most = None, 0
    for language in languages:
        for known in language.browser_tags:
            begins, *parts = known.split("-")
            if begins == first and set(parts) <= set(others) and len(parts) + 1 > most:
                best, most = language, len(parts) + 1
    return best
