"""Cantonese in simplified characters: OpenCC, and the words the mainland says differently."""

import csv
from functools import lru_cache

from opencc import OpenCC

from consult.config import ROOT

KEPT = "\u55f0\u558e"
"""Two Cantonese characters whose simplified forms lie where most phones have no glyph."""


@lru_cache(maxsize=1)
def _converter() -> OpenCC:
    return OpenCC("t2s")


@lru_cache(maxsize=1)
def _mainland_words() -> dict[str, str]:
    """Hong Kong words and the mainland words for them."""
    with open(ROOT / "translations" / "mainland_words.csv", encoding="utf-8") as file:
        return {row["hong_kong"]: row["mainland"] for row in csv.DictReader(file)}


def simplified(text: str) -> str:
    """Cantonese for mainland readers, from Cantonese in traditional characters."""
    for here, there in _mainland_words().items():
        text = text.replace(here, there)
    whole: str = _converter().convert(text)
    if len(whole) != len(text):  # a phrase changed its length: character by character instead
        whole = "".join(str(_converter().convert(c)) for c in text)
    return "".join(old if old in KEPT else new for old, new in zip(text, whole, strict=True))
