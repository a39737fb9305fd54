"""Codes that people copy by hand, without signs that look alike, and the limits on codes by phone."""

import re
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without 0 O 1 I L."""


def new_code(length: int) -> str:
    """Return a random code of this length, from a secure source."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def grouped(code: str, size: int = 4) -> list[str]:
    """Split a code into groups of `size` characters for printing."""
    return [code[i : i + size] for i in range(0, len(code), size)]


def as_typed(text: str) -> str:
    """Normalise a typed code: half-width capitals without spaces and hyphens, as it is stored."""
    text = unicodedata.normalize("NFKC", text).upper()
    return "".join(c for c in text if c.isalnum())


DAY = timedelta(days=1)
CODE_LIFETIME = timedelta(minutes=10)
CODES_ALLOWED = ((1, timedelta(seconds=60)), (5, timedelta(hours=1)), (10, DAY))
"""So many codes in so much time, for one number."""
CODES_OF_SESSION = ((10, timedelta(hours=1)), (20, DAY))
"""For one browser session: a family, or somebody who helps several people on one phone."""
CODES_OF_SERVER = 20_000
"""So many codes in a day, for all villages of a server."""
SHARE_OF_STRANGERS = Fraction(4, 5)
"""Of a village's codes of a day. The rest is for browsers that have signed in with the same number before."""
CODE_TRIES = 5
"""So many wrong tries kill a code."""
SHORT, LONG = 6, 8
"""Digits of a code: usually, and while many wrong codes are typed."""


@dataclass(frozen=True)
class TryLimits:
    """The most wrong codes in a day. Asking for a new code gives no new tries."""

    number: int
    """Of one phone number. Beyond it no new code is sent to it; one that was sent before can still be used."""
    session: int
    """Of one browser session."""
    village_short: int
    """Of a village with short codes. Beyond it codes are long, and a short one must be asked for anew."""
    village: int
    """Of a village with long codes. Beyond it there are no codes until the day is over."""
    server_short: int
    server: int


STRANGERS = TryLimits(number=10, session=20, village_short=20, village=400, server_short=50, server=2000)
"""For browsers that have not signed in with the number before."""
KNOWN = TryLimits(number=10, session=20, village_short=10, village=200, server_short=15, server=1000)
"""For browsers that have: counted apart, so that nobody who types wrong codes elsewhere keeps an owner out."""


def chance_of_any_account(*limits: TryLimits) -> Fraction:
    """Return the largest chance that somebody who only guesses opens any account of a server in a day.

    A guess is right with one chance in all codes of its length, whatever number it is for; the chances add up.
    """
    chances = (Fraction(one.server_short, 10**SHORT) + Fraction(one.server, 10**LONG) for one in limits)
    return sum(chances, Fraction(0))


@dataclass(frozen=True)
class WrongTries:
    """Wrong codes of the last day, counted as the limits are."""

    number: int = 0
    session: int = 0
    village_short: int = 0
    village: int = 0
    server_short: int = 0
    server: int = 0


def length_now(tries: WrongTries, limits: TryLimits) -> int:
    """Return how many digits a code has that is asked for now."""
    many = tries.village_short >= limits.village_short or tries.server_short >= limits.server_short
    return LONG if many else SHORT


class Cap:
    """The names of the limits, as the log has them."""

    NUMBER = "number"
    SESSION = "session"
    VILLAGE = "village"
    SERVER = "server"


def cap_reached(tries: WrongTries, limits: TryLimits, *, asking: bool) -> str | None:
    """Return the name of the limit that forbids another code, or another try, the widest one; None where none does.

    Tries of others at the same number forbid no try: nobody makes the code in another's hand worthless.
    """
    if tries.server >= limits.server:
        return Cap.SERVER
    if tries.village >= limits.village:
        return Cap.VILLAGE
    if tries.session >= limits.session:
        return Cap.SESSION
    return Cap.NUMBER if asking and tries.number >= limits.number else None


def is_short_code(text: str, length: int = SHORT) -> bool:
    """Tell whether only the last digits of a code are missing."""
    return re.fullmatch(r"[0-9]*", text) is not None and len(text) < length
