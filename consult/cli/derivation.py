"""Derive a catalogue from another language's: OpenCC, and the words that differ between the two places."""

import csv
from functools import lru_cache

from opencc import OpenCC

from consult.config import ROOT
from consult.domain.languages import Derivation


@lru_cache(maxsize=4)
def _converter(name: str) -> OpenCC:
    return OpenCC(name)


@lru_cache(maxsize=4)
def words(name: str) -> dict[str, str]:
    """Return the words of the source language and those that stand for them; the first two columns of the file."""
    with open(ROOT / "translations" / name, encoding="utf-8") as file:
        rows = csv.reader(file)
        next(rows)
        return {row[0]: row[1] for row in rows}


def derived(text: str, how: Derivation) -> str:
    """Return a sentence of the source language in the derived one, with as many characters as OpenCC was given."""
    for here, there in words(how.words).items():
        text = text.replace(here, there)
    converter = _converter(how.opencc)
    whole: str = converter.convert(text)
    if len(whole) != len(text):  # a phrase changed its length: character by character instead
        whole = "".join(str(converter.convert(c)) for c in text)
    return "".join(old if old in how.kept else new for old, new in zip(text, whole, strict=True))
