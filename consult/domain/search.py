"""Search Chinese without a dictionary: a text is indexed by its pairs of neighbouring characters.

Traditional and simplified characters, full-width and half-width forms, capitals and small letters are the same here.
"""

import re
import unicodedata
from enum import StrEnum
from functools import lru_cache
from importlib import resources

SHORTEST = 2
LONGEST_QUERY = 40


class SearchKind(StrEnum):
    """The records whose texts are indexed."""

    PROPOSAL = "proposal"
    COMMENT = "comment"
    NOTICE = "notice"


def plain(text: str) -> str:
    """Return a text as it is searched: one form of each character, single spaces between words, no punctuation."""
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_simplified())
    return " ".join(re.findall(r"\w+", folded.replace("_", " ")))


def pairs(text: str) -> set[str]:
    """Return the pairs of characters of a plain text. A word of one character gives none."""
    return {word[i : i + 2] for word in text.split(" ") for i in range(len(word) - 1)}


def terms(query: str) -> list[str]:
    """Return the words of a query, all of which a text must contain. Empty for a query that is too short.

    One character is a word in Chinese; one letter or figure is none.
    """
    words = plain(query[:LONGEST_QUERY]).split(" ")
    return [word for word in words if len(word) >= SHORTEST or (word and not word.isascii())]


def excerpt(text: str, query: str, *, around: int = 24) -> tuple[str, str, str]:
    """Return the text before, at and after the first place of a term, cut short; its beginning where there is none."""
    places, folded = _folded(text)
    for term in terms(query):
        found = folded.find(term)
        if found >= 0:
            start, end = places[found], places[found + len(term) - 1] + 1
            before, after = text[max(0, start - around) : start], text[end : end + around]
            return (
                ("…" if start > around else "") + before,
                text[start:end],
                after + ("…" if end + around < len(text) else ""),
            )
    return text[: 2 * around], "", "…" if len(text) > 2 * around else ""


def _folded(text: str) -> tuple[list[int], str]:
    """Return the plain characters of a text, and for each of them the place it has in the text as it was written."""
    places: list[int] = []
    folded: list[str] = []
    for place, character in enumerate(text):
        for letter in _plain_character(character):
            places.append(place)
            folded.append(letter)
    return places, "".join(folded)


@lru_cache(maxsize=8192)
def _plain_character(character: str) -> str:
    """Return `plain` of one character. A page of results folds many thousands of them, of few kinds."""
    return plain(character)


@lru_cache(maxsize=1)
def _simplified() -> dict[int, str]:
    """Map each traditional character to its simplified one. A test compares the file with OpenCC."""
    table = resources.files("consult").joinpath("data/simplified.txt").read_text(encoding="utf-8").replace("\n", "")
    return {ord(table[i]): table[i + 1] for i in range(0, len(table), 2)}
