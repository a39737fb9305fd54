"""Citations of the law: law/laws.toml, and the one way in which pages and papers print them: 《村民委员会组织法》第二十六条."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from consult.domain.numbers import read_number

DIGITS = "零一二三四五六七八九"
PARTS = ("条", "款", "项")
ARTICLE = re.compile(r"\d{1,4}(\.\d{1,2}){0,2}")


class SourceKind(StrEnum):
    """The kind of a source: a law or rule with a text, a practice, or a charter of the village's own."""

    LAW = "law"
    PRACTICE = "practice"
    CHARTER = "charter"


@dataclass(frozen=True)
class Law:
    """One entry of laws.toml."""

    key: str
    title: str
    kind: SourceKind
    number: str
    read_in: date | None
    """The date of the text that was read. None: there is no such text."""

    @property
    def name(self) -> str:
        """The title as people write it, with the number of a document that is known by it."""
        if self.kind is not SourceKind.LAW:
            return self.title
        inner = self.title.replace("《", "〈").replace("》", "〉")
        return f"《{inner}》" + (f"（{self.number}）" if self.number else "")


@dataclass(frozen=True)
class Citation:
    """Articles of one law: "26", or "28.1.4" for paragraph 1, item 4. None: the law as a whole."""

    law: Law
    articles: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return it as people write it: 《村民委员会组织法》第二十五条、第二十六条."""
        return self.law.name + _listed(self.articles)


@lru_cache(maxsize=1)
def laws() -> Mapping[str, Law]:
    """Return the entries of laws.toml by their key."""
    rows = tomllib.loads((Path(__file__).parent / "law" / "laws.toml").read_text(encoding="utf-8"))
    return {
        key: Law(key, row["title"], SourceKind(row.get("kind", "law")), row.get("number", ""), row.get("date"))
        for key, row in rows.items()
    }


def read(source: Mapping[str, Sequence[str]]) -> tuple[Citation, ...]:
    """Return the citations of a row's `source`. Raises KeyError for an unknown law, ValueError for none or a bad article."""
    if not source or not all(ARTICLE.fullmatch(one) for articles in source.values() for one in articles):
        raise ValueError(f"not a source: {source!r}")
    return tuple(Citation(laws()[key], tuple(articles)) for key, articles in source.items())


def text(source: Mapping[str, Sequence[str]]) -> str:
    """Return a row's `source` as people write it, one law after the other."""
    return "；".join(map(str, read(source)))


def article(number: str) -> str:
    """Return an article as people write it: "28.1.4" is 第二十八条第一款第四项."""
    return "".join(f"第{in_words(int(n))}{part}" for n, part in zip(number.split("."), PARTS, strict=False))


def _listed(numbers: Sequence[str]) -> str:
    """Return articles as people list them: a part shared with the one before is not said again, 第三十二条第一款、第二款."""
    return "、".join(_following(before, number) for before, number in zip(["", *numbers], numbers, strict=False))


def _following(before: str, number: str) -> str:
    last, own = before.split("."), number.split(".")
    same = [a == b for a, b in zip(last[:-1], own[:-1], strict=True)] if len(last) == len(own) else []
    shared = same.index(False) if False in same else len(same)
    return "".join(f"第{in_words(int(n))}{part}" for n, part in list(zip(own, PARTS, strict=False))[shared:])


def in_words(number: int) -> str:
    """Return a number from 0 to 9999 in Chinese: 26 is 二十六, 105 is 一百零五."""
    if number < 10:
        return DIGITS[number]
    said, pending = "", False
    for power, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // power % 10
        if digit == 0:
            pending = bool(said)
            continue
        said += ("零" if pending else "") + DIGITS[digit] + unit
        pending = False
    return said.removeprefix("一") if said.startswith("一十") else said


def share_in_words(share: str) -> str | None:
    """Return a fraction of whole numbers up to 9999 in Chinese: 1/7 is 七分之一. None for what is none."""
    above, _, below = (read_number(part, most=9999) for part in share.partition("/"))
    return None if above is None or below is None else f"{in_words(below)}分之{in_words(above)}"


OLD = re.compile(
    r"(?P<title>[^;；:：(（\d]+?)(?:\((?P<date>\d{4}-\d{2}-\d{2})\))?(?: (?P<articles>\d+(?:\(\d+\)\d*)?(?:[,、] ?\d+)*))?"
)


def shown(stored: str) -> str:
    """Return a stored source as people write it: what was frozen before 0.8 is "村民委员会组织法(2025-10-28) 25, 26".

    Words that are no such citation stay as they are; so does the village's own source of a charter.
    """
    parts = [part.strip() for part in re.split("[;；]", stored)]
    found = [OLD.fullmatch(part) for part in parts]
    if not any(match and (match["date"] or match["articles"]) for match in found):
        return stored
    return "；".join(_old(match) if match else part for match, part in zip(found, parts, strict=True))


WITH_ITEMS = re.compile("(?P<title>[^ ]+) (?P<article>[0-9]+)(?P<items>(?:（[一二三四五六七八九十]）)*)")


def of_items(source: str) -> str:
    """Return a source that names items, as choices.toml has it: "农业法 35（五）" is 《农业法》第三十五条第五项."""
    return "；".join(_of_items(part) for part in source.split("；"))


def _of_items(part: str) -> str:
    match = WITH_ITEMS.fullmatch(part)
    if match is None:
        raise ValueError(f"not a source: {part!r}")
    title = match["title"] if match["title"].endswith("号") else f"《{match['title']}》"
    items = "、".join(f"第{one}项" for one in re.findall("[一二三四五六七八九十]", match["items"]))
    return f"{title}第{in_words(int(match['article']))}条{items}"


def _old(match: re.Match[str]) -> str:
    if not match["date"] and not match["articles"]:
        return match["title"]
    numbers = [one.strip() for one in re.split("[,、]", match["articles"] or "") if one.strip()]
    plain = [re.sub(r"\((\d+)\)", r".\1.", one).strip(".") for one in numbers]
    inner = re.sub("^(海南|浙江)实施办法$", r"\1省实施〈村民委员会组织法〉办法", match["title"])
    return f"《{inner}》" + _listed(plain)
