"""Comparing the words of two proposals: what a second vote must have changed, and a new matter that asks the same."""

import tomllib
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from consult.domain.search import plain

TEXTS = ("title", "summary", "place", "text")


@lru_cache(maxsize=1)
def _numbers() -> dict[str, float]:
    table = tomllib.loads((Path(__file__).parent / "repeat_grounds.toml").read_text(encoding="utf-8"))
    return {name: float(number) for name, number in table["same_words"].items()}


def in_one_form(words: Mapping[str, Any]) -> str:
    """Return the texts of a revision without blanks and punctuation, one form of each character."""
    return "".join(_one_form(words.get(name)) for name in TEXTS)


def is_changed(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Tell whether two revisions differ in more than punctuation, blanks, forms of characters and the order of sources."""
    return _said(old) != _said(new)


def _said(words: Mapping[str, Any]) -> tuple[object, ...]:
    """Return what a revision says: its texts in one form, what it costs, and how much each source gives, in no order."""
    sources: Counter[str] = Counter()
    for name, amount in words.get("funding") or ():
        sources[_one_form(name)] += amount
    return *(_one_form(words.get(name)) for name in TEXTS), words.get("cost_fen"), sources


def _one_form(text: object) -> str:
    return plain(str(text or "")).replace(" ", "")


def asks_nearly_the_same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Tell whether two revisions say the same, or one of them nearly all that the other says. It takes as long as they are."""
    pairs = [_pairs(in_one_form(words)) for words in (one, other)]
    common = (pairs[0] & pairs[1]).total()
    fewer, more = sorted(part.total() for part in pairs)
    return common >= _numbers()["alike"] * max(1, more if fewer < _numbers()["fewest"] else fewer)


def _pairs(text: str) -> Counter[str]:
    return Counter(text[n : n + 2] for n in range(len(text) - 1))
