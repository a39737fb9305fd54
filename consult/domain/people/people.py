"""Phone numbers, ages, and the masking of names and numbers."""

import re
import unicodedata
from datetime import date
from enum import StrEnum

MOBILE = re.compile(r"1[3-9]\d{9}")
HONG_KONG = re.compile(r"\+852[2-9]\d{7}")
MACAU = re.compile(r"\+853[268]\d{7}")
TAKES_MESSAGES = re.compile(r"1[3-9]\d{9}|\+852[4-9]\d{7}|\+8536\d{7}")
"""Mobile numbers of the mainland, Hong Kong and Macau: codes go nowhere else, where a message may cost a lot."""
HEAD_OF_HOUSEHOLD = "户主"  # as every roll writes it
WOMAN = "女"  # as every roll writes it
ADULT_AGE = 18  # VCL26 25: villagers of 18 and over


class DepartureKind(StrEnum):
    """The reasons for which a person no longer stands on the roll."""

    MOVED = "moved"
    DECEASED = "deceased"
    AWAITED = "awaited"
    """New on the roll of a village that runs: does not count before a second person confirmed it."""


LEFT = frozenset({DepartureKind.MOVED, DepartureKind.DECEASED})
"""What an officer may note of somebody."""


def phone_number(text: str) -> str | None:
    """Return a phone number in its one stored form (13812345678, +85291234567), or None if it is none.

    Takes what people and spreadsheets write: full-width digits, spaces, hyphens, dots, +86, 0086, a trailing .0.
    """
    text = unicodedata.normalize("NFKC", text).strip().removesuffix(".0")
    plain = re.sub(r"[\s\-–—.()·_]", "", text)
    plain = re.sub(r"^(\+86|0086|86(?=1\d{10}$))", "", plain)
    if MOBILE.fullmatch(plain) or HONG_KONG.fullmatch(plain) or MACAU.fullmatch(plain):
        return plain
    return None


def takes_messages(phone: str) -> bool:
    """Tell whether a number in its stored form is a mobile one to which codes are sent."""
    return TAKES_MESSAGES.fullmatch(phone) is not None


def bare_code(text: str) -> tuple[str, ...]:
    """Return the parts of a household's code without leading zeros: 6-4, ６－４ and 06-004 are the same."""
    parts = re.split(r"[\W_]+", unicodedata.normalize("NFKC", text).upper())
    return tuple(part.lstrip("0") or "0" for part in parts if part)


def masked_phone(phone: str) -> str:
    """Mask the middle of a phone number: 138****5678."""
    return f"{phone[:3]}****{phone[-4:]}"


def masked_name(name: str) -> str:
    """Mask a name for public pages: 张*明, 李*."""
    if len(name) <= 1:
        return name
    return name[0] + "*" * max(1, len(name) - 2) + (name[-1] if len(name) > 2 else "")


def age_on(born: date, day: date) -> int:
    """Return completed years. A person born on 29 February is a year older on 1 March of common years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def is_adult(born: date, day: date) -> bool:
    """Tell whether a person is ADULT_AGE or older on a day."""
    return age_on(born, day) >= ADULT_AGE
