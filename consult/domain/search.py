"""Search Chinese without a dictionary: a text is indexed by its pairs of neighbouring characters.

Traditional and simplified characters, full-width and half-width forms, capitals and small letters are the same here.
"""

import re
import unicodedata
from collections.abc import Sequence
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
    """Return the words of a query, all of which a text must contain. Empty for a query that is too short."""
    return [word for word in plain(query[:LONGEST_QUERY]).split(" ") if len(word) >= SHORTEST]


def excerpt(text: str, query: str, *, around: int = 24) -> tuple[str, str, str]:
    """Return the text before, at and after the first place of a term, cut short; its beginning where there is none."""
    letters = [(i, folded) for i, c in enumerate(text) for folded in _folded(c)]  # once, however many terms there are
    plainly = "".join(c for _, c in letters)
    for term in terms(query):
        at = _place(letters, plainly, term)
        if at is not None:
            start, end = at
            before, after = text[max(0, start - around) : start], text[end : end + around]
            return (
                ("…" if start > around else "") + before,
                text[start:end],
                after + ("…" if end + around < len(text) else ""),
            )
    return text[: 2 * around], "", "…" if len(text) > 2 * around else ""


@lru_cache(maxsize=8192)
def _folded(character: str) -> str:
    """Return one character as it is searched; kept, since a page of results looks at hundreds of thousands."""
    return plain(character)


def _place(letters: Sequence[tuple[int, str]], plainly: str, term: str) -> tuple[int, int] | None:
    """Return the bounds of a plain term in a text as it was written; None if it is not there.

    `letters`: each plain character of the text with the place it comes from; `plainly`: the same as one text.
    """
    found = plainly.find(term)
    return None if found < 0 else (letters[found][0], letters[found + len(term) - 1][0] + 1)


@lru_cache(maxsize=1)
def _simplified() -> dict[int, str]:
    """Map each traditional character to its simplified one. A test compares the file with OpenCC."""
    table = resources.files("consult").joinpath("data/simplified.txt").read_text(encoding="utf-8").replace("\n", "")
    return {ord(table[i]): table[i + 1] for i in range(0, len(table), 2)}
