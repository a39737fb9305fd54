"""Find what may be the same, written in two ways: names of groups, names of people, codes, characters nobody sees."""

import re
import unicodedata

from consult.domain import search
from consult.domain.characters import STRAY

UNSEEN = re.compile("[\u180b-\u180f\u200b-\u200f\u2060-\u2064\ufe00-\ufe0f\U000e0100-\U000e01ef\u115f\u1160\u3164]")
"""Joiners, fillers and selectors of glyphs, beside those that are dropped from every text."""
ENDS_OF_GROUPS = re.compile(r"(村民小组|小组|组|经济合作社|经济社|合作社|社|生产队|小队|队|自然村|村|屯)$")
DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}


def without_unseen(text: str) -> str:
    """Return a text without characters that nobody sees."""
    return UNSEEN.sub("", STRAY.sub("", text))


def has_unseen(text: str) -> bool:
    """Tell whether a text holds characters that nobody sees, which make two equal names differ."""
    return without_unseen(text) != text


def has_private(text: str) -> bool:
    """Tell whether a text holds a character of somebody's own font, which other machines show as something else."""
    return any(unicodedata.category(character) == "Co" for character in text)


def name_key(name: str) -> str:
    """Return one form of names that look alike: simplified, without dots between the parts."""
    return search.plain(without_unseen(name)).replace(" ", "") or name


def group_key(name: str) -> str:
    """Return one form of a group's name: 坑尾 and 坑尾组; 1组, 一组, 第一组 and 01 are the same each."""
    plain = search.plain(without_unseen(name)).replace(" ", "")
    core = plain
    while (shorter := ENDS_OF_GROUPS.sub("", core)) != core and shorter:
        core = shorter
    number = _number(core.removeprefix("第"))
    return str(number) if number is not None else core or name


def _number(text: str) -> int | None:
    """Return what figures say, Chinese ones up to 99; None for anything else."""
    if re.fullmatch(r"\d{1,3}", text):
        return int(text)
    found = re.fullmatch(r"([一二两三四五六七八九])?(十)?([一二三四五六七八九])?", text)
    if found is None or not text:
        return DIGITS.get(text)
    tens, ten, ones = found.groups()
    if ten:
        return 10 * (DIGITS[tens] if tens else 1) + (DIGITS[ones] if ones else 0)
    return DIGITS[text] if len(text) == 1 else None
