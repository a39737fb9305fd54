"""Mark up words of which no language was kept, as those of a mediation case: a screen reader takes the right voice.

The language is told from the characters. Words that may well be in the reader's own are left as they are.
"""

import re
from functools import lru_cache

from markupsafe import Markup, escape
from opencc import OpenCC

from consult.domain import languages
from consult.domain.languages import Language
from consult.web import i18n

CANTONESE = re.compile("[嘅咗喺唔冇嗰啲哋嚟攞揾搵撳揿佢乜噉嘢]")
MANDARIN = re.compile("[的是这這们們没沒他她它]")
HAN = re.compile("[\u3400-\u9fff]")
SPOKEN_IN_THE_SOUTH = frozenset({languages.CANTONESE.code, languages.SIMPLIFIED_CANTONESE.code})


def tagged(words: str) -> Markup:
    """Return words that somebody typed, with their language around them where it is not the reader's."""
    tag = other_language(words, i18n.language())
    return Markup('<span lang="{}">{}</span>').format(tag, words) if tag else escape(words)


def other_language(words: str, reader: Language) -> str:
    """Return the tag of words that are in another language or in other characters than the reader's; empty if not."""
    if not HAN.search(words):
        return ""
    cantonese, mandarin = bool(CANTONESE.search(words)), bool(MANDARIN.search(words))
    simplified, traditional = _changed_by("s2t", words), _changed_by("t2s", words)
    if reader.print_language == "zh":
        same_speech = cantonese if reader.code in SPOKEN_IN_THE_SOUTH else not cantonese
        same_speech = same_speech or not (cantonese or mandarin)
        if same_speech and not (simplified if reader.is_traditional else traditional):
            return ""
    if cantonese:
        return (languages.CANTONESE if traditional and not simplified else languages.SIMPLIFIED_CANTONESE).tag
    return languages.OFFICIAL.tag if not traditional or simplified else languages.CANTONESE.tag


def _changed_by(conversion: str, words: str) -> bool:
    return bool(_converter(conversion).convert(words) != words)


@lru_cache(maxsize=4)
def _converter(name: str) -> OpenCC:
    return OpenCC(name)


GLOBALS = {"tagged": tagged}
