"""Codes that people copy by hand, without signs that look alike, and the limits on codes by phone."""

import re
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from consult.domain.messages.outbox import CODE_HOLDS

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
CODE_LIFETIME = CODE_HOLDS
CODES_ALLOWED = ((1, timedelta(seconds=60)), (5, timedelta(hours=1)), (10, DAY))
"""So many codes in so much time, for one number."""
CODES_OF_SESSION = ((10, timedelta(hours=1)), (20, DAY))
"""For one browser session: a family, or somebody who helps several people on one phone."""
CODES_OF_SERVER = 20_000
"""So many codes in a day, for all villages of a server. Only codes that were sent count, here and for a village."""
UNSENT_OF_SERVER = 200_000
"""So many codes for numbers on no roll are noted in a day. They look the same to who asks."""
RESERVED = 2
"""So many codes of a day each number has for itself: whatever others ask for, the limits of village and server let them go."""
SHARE_OF_STRANGERS = Fraction(4, 5)
"""Of a village's codes of a day. The rest is for browsers that have signed in with the same number before."""
CODE_TRIES = 5
"""So many wrong tries kill a code."""
SHORT, LONG, LONGEST = 6, 8, 12
"""Digits of a code: usually, while many wrong codes are typed, and while very many are."""


def seconds_until_another(asked_at: datetime, *, now: datetime) -> int:
    """Return how many seconds are left until another code may be asked for; at most those of the rule."""
    wait = CODES_ALLOWED[0][1]
    left = asked_at + wait - now
    return max(0, min(int(left.total_seconds()), int(wait.total_seconds())))


@dataclass(frozen=True)
class TryLimits:
    """The most wrong codes in a day. Asking for a new code gives no new tries.

    Wrong codes for numbers that stand on no roll open nothing. They count for the browser, and towards longer codes as the
    others do, so that no length tells who is on the roll; towards the longest codes they do not count.
    """

    number: int
    """Of one phone number. Beyond it no new code is sent to it; one that was sent before can still be used."""
    session: int
    """Of one browser session."""
    village_short: int
    """Of a village with short codes. Beyond it codes are long, and a short one must be asked for anew."""
    village: int
    """Of a village with long codes. Beyond it they have LONGEST digits: nobody is kept out by what others type."""
    server_short: int
    server: int


STRANGERS = TryLimits(number=10, session=20, village_short=10, village=300, server_short=20, server=1000)
"""For browsers that have not signed in with the number before."""
KNOWN = TryLimits(number=10, session=20, village_short=5, village=150, server_short=6, server=400)
"""For browsers that have: counted apart, so that nobody who types wrong codes elsewhere keeps an owner out."""
PEOPLE_OF_SERVER = 100_000
"""So many numbers on all rolls of a server, at most, for what follows."""
LOOKUPS_OF_SERVER = 3 * 10**7
"""So many codes of cards a server looks up in a day, at most: 350 each second, with nothing else to do."""
CARD_LENGTH = 12
"""Signs of the code of a household card."""


def chance_of_any_number(*limits: TryLimits) -> Fraction:
    """Return the largest chance that somebody who only guesses opens any account of a server in a day by codes.

    A guess is right with one chance in all codes of its length, whatever number it is for; the chances add up. Guesses at
    the longest codes are bounded by the limit of each number alone.
    """
    chances = (
        Fraction(one.server_short, 10**SHORT)
        + Fraction(one.server, 10**LONG)
        + Fraction((one.number + CODE_TRIES) * PEOPLE_OF_SERVER, 10**LONGEST)
        for one in limits
    )
    return sum(chances, Fraction(0))


def chance_of_any_card() -> Fraction:
    """Return the largest chance that somebody finds the code of any card in a day by looking up codes."""
    return Fraction(LOOKUPS_OF_SERVER * PEOPLE_OF_SERVER, len(ALPHABET) ** CARD_LENGTH)


@dataclass(frozen=True)
class WrongTries:
    """Wrong codes of the last day, counted as the limits are."""

    number: int = 0
    session: int = 0
    village_short: int = 0
    village: int = 0
    server_short: int = 0
    server: int = 0


class Cap:
    """The names of the limits, as the log has them."""

    NUMBER = "number"
    CARD = "card"
    SESSION = "session"
    VILLAGE = "village"
    SERVER = "server"


def length_now(tries: WrongTries, limits: TryLimits) -> int:
    """Return how many digits a code has that is asked for now."""
    if tries.village >= limits.village or tries.server >= limits.server:
        return LONGEST
    many = tries.village_short >= limits.village_short or tries.server_short >= limits.server_short
    return LONG if many else SHORT


def made_longer_by(tries: WrongTries, limits: TryLimits) -> str | None:
    """Return the name of the limit, the widest one, for which codes are longer than usual now; None: they are not."""
    if tries.server >= limits.server or tries.server_short >= limits.server_short:
        return Cap.SERVER
    return Cap.VILLAGE if length_now(tries, limits) > SHORT else None


def cap_reached(tries: WrongTries, limits: TryLimits, *, asking: bool) -> str | None:
    """Return the name of the limit that forbids another code, or another try; None where none does.

    Tries of others at the same number forbid no try: nobody makes the code in another's hand worthless.
    """
    if tries.session >= limits.session:
        return Cap.SESSION
    return Cap.NUMBER if asking and tries.number >= limits.number else None


def is_short_code(text: str, length: int = SHORT) -> bool:
    """Tell whether only the last digits of a code are missing."""
    return re.fullmatch(r"[0-9]*", text) is not None and len(text) < length
