"""Mark up words of which no language was kept, as those of a mediation case: a screen reader takes the right voice.

The language is told from the characters. Words that may well be in the reader's own are left as they are: so a list of choices
may go through here whether its words are ours or a villager's.
"""

import re
from functools import lru_cache

from flask_babel.speaklater import LazyString
from markupsafe import Markup, escape

from consult.domain import languages
from consult.domain.languages import Language
from consult.web import i18n

CANTONESE = re.compile("[嘅咗喺唔冇嗰啲哋嚟攞揾搵撳揿佢乜噉嘢]")
MANDARIN = re.compile("(?<!目)的(?![确確])|(?<![但凡於于])是(?![否但])|(?<!其)他|[这這們们没她它]")
"""Characters of Mandarin, without the compounds that people who speak Cantonese say too (目的, 是否, 其他)."""
HAN = re.compile("[\u3400-\u9fff]")
IN_BOTH = frozenset("着佢冇咁噉")
"""Characters of one of the two standards below that are written in texts of either kind."""
SPOKEN_IN_THE_SOUTH = frozenset({languages.CANTONESE.code, languages.SIMPLIFIED_CANTONESE.code})


def tagged(words: str | LazyString) -> Markup:
    """Return words that somebody typed, with their language around them where it is not the reader's."""
    tag = _tag(words)
    return Markup('<span lang="{}">{}</span>').format(tag, words) if tag else escape(words)


def lang_of(words: str | LazyString) -> Markup:
    """Return the attribute of an element that holds nothing else than such words, as an option does; or nothing."""
    tag = _tag(words)
    return Markup(' lang="{}"').format(tag) if tag else Markup("")


def lang_of_title(title: str) -> Markup:
    """Return the attribute of the title of a page, which has one language: that of its first words."""
    tag = other_language(str(title).split("\N{NO-BREAK SPACE}· ", 1)[0], i18n.language())
    return Markup(' lang="{}"').format(tag) if tag else Markup("")


def _tag(words: str | LazyString) -> str:
    """Return the tag for words that may be ours: a sentence of a catalogue is the reader's, and markup has its own."""
    typed = isinstance(words, str) and not isinstance(words, Markup)
    return other_language(words, i18n.language()) if typed else ""


def other_language(words: str, reader: Language) -> str:
    """Return the tag of words that are in another language or in other characters than the reader's; empty if not."""
    if not HAN.search(words):
        return ""
    cantonese, mandarin = bool(CANTONESE.search(words)), bool(MANDARIN.search(words))
    simplified, traditional = is_simplified(words), is_traditional(words)
    if reader.print_language == "zh":
        same_speech = cantonese if reader.code in SPOKEN_IN_THE_SOUTH else not cantonese
        same_speech = same_speech or not (cantonese or mandarin)
        if same_speech and not (simplified if reader.is_traditional else traditional):
            return ""
    if cantonese:
        return (languages.CANTONESE if traditional and not simplified else languages.SIMPLIFIED_CANTONESE).tag
    return languages.OFFICIAL.tag if not traditional or simplified else languages.CANTONESE.tag


def is_simplified(words: str) -> bool:
    """Tell whether words hold a character that the standard of the mainland has and that of Taiwan has not."""
    return any(_within(one, "gb2312") and not _within(one, "big5") for one in _characters(words))


def is_traditional(words: str) -> bool:
    """Tell whether words hold a character that the standard of Taiwan has and that of the mainland has not."""
    return any(_within(one, "big5") and not _within(one, "gb2312") for one in _characters(words))


def _characters(words: str) -> list[str]:
    """Return the Chinese characters that tell: a mark such as “·” stands in only one of the standards, and tells nothing."""
    return [one for one in HAN.findall(words) if one not in IN_BOTH]


@lru_cache(maxsize=4096)
def _within(character: str, standard: str) -> bool:
    return bool(character.encode(standard, "ignore"))


GLOBALS = {"tagged": tagged, "lang_of": lang_of, "lang_of_title": lang_of_title}
