"""People: their ages, the codes of their households, and the masking of names."""

import re
import unicodedata
from datetime import date
from enum import StrEnum

HEAD_OF_HOUSEHOLD = "户主"  # as every roll writes it
MAN, WOMAN = "男", "女"  # as every roll writes them
ADULT_AGE = 18  # VCL26 25: villagers of 18 and over
CHARACTER = re.compile(r"[^\ufe00-\ufe0f\U000e0100-\U000e01ef][\ufe00-\ufe0f\U000e0100-\U000e01ef]*")
"""A character with the variation selectors that choose its shape."""


class DepartureKind(StrEnum):
    """The reasons for which a person no longer stands on the roll."""

    MOVED = "moved"
    DECEASED = "deceased"
    AWAITED = "awaited"
    """New on the roll of a village that runs: does not count before a second person confirmed it."""


LEFT = frozenset({DepartureKind.MOVED, DepartureKind.DECEASED})
"""What an officer may note of somebody."""


def bare_code(text: str) -> tuple[str, ...]:
    """Return the parts of a household's code without leading zeros: 6-4, ６－４ and 06-004 are the same."""
    parts = re.split(r"[\W_]+", unicodedata.normalize("NFKC", text).upper())
    return tuple(part.lstrip("0") or "0" for part in parts if part)


def masked_name(name: str) -> str:
    """Mask a name for public pages: 张*明, 李*. A character is counted with the marks that follow it; one alone is masked."""
    shown: list[str] = CHARACTER.findall(name)
    if len(shown) <= 1:
        return "*" if shown else ""
    return shown[0] + "*" * max(1, len(shown) - 2) + (shown[-1] if len(shown) > 2 else "")


def age_on(born: date, day: date) -> int:
    """Return completed years. A person born on 29 February is a year older on 1 March of common years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def is_adult(born: date | None, day: date) -> bool:
    """Tell whether a person is ADULT_AGE or older on a day. Of somebody off the roll no day of birth is kept: no."""
    return born is not None and age_on(born, day) >= ADULT_AGE
