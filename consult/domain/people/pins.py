"""Limits on wrong PINs and wrong second proofs: by browser, by card, by village and by server, in a day.

Somebody with a photo of a card can try its PIN. What they use up is the part of strangers; a browser that has used the
card before, and a sign-in that is alive, have a lane of their own that nobody else can use up.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction

from consult.domain.people import codes
from consult.domain.people.codes import Cap
from consult.domain.people.sign_ins import PIN_LENGTH, is_pin, wait_for

TRIES_OF_BROWSER = ((5, timedelta(minutes=15)), (10, codes.DAY))
"""So many wrong ones in so much time, for one browser session, or in one lane of a known browser."""


class Guessed(StrEnum):
    """A secret that is typed and can be guessed, as the alarm names it."""

    PIN = "pins"
    PROOF = "proofs"


@dataclass(frozen=True)
class PinLimits:
    """The most wrong ones in a day, of all browsers that have not used the card before. None: no limit."""

    of_one: int
    """Of one card, or of one holder of a second proof."""
    village: int | None = None
    server: int | None = None


LIMITS = {Guessed.PIN: PinLimits(of_one=10, village=20, server=40), Guessed.PROOF: PinLimits(of_one=10)}
"""Who is asked for a second proof has given the first one: that bounds them for the village and the server."""
OLD_PINS = 3
"""The same as `of_one` for a card whose PIN may be shorter than PIN_LENGTH: claimed before 0.8.0, not used since."""


@dataclass(frozen=True)
class WrongOnes:
    """Wrong ones of the last day."""

    of_browser: Sequence[datetime] = ()
    """Of this session, or of this lane: when each was typed."""
    of_one: int = 0
    village: int = 0
    server: int = 0


def wait_of_browser(wrong: WrongOnes, now: datetime) -> timedelta | None:
    """Return how long this browser waits before its next try; None: it need not."""
    return wait_for(wrong.of_browser, TRIES_OF_BROWSER, now)


def cap_reached(wrong: WrongOnes, limits: PinLimits) -> str | None:
    """Return the name of the limit that keeps strange browsers from another try, the widest one; None where none does."""
    if limits.server is not None and wrong.server >= limits.server:
        return Cap.SERVER
    if limits.village is not None and wrong.village >= limits.village:
        return Cap.VILLAGE
    return Cap.CARD if wrong.of_one >= limits.of_one else None


def limits_of(guessed: Guessed, *, old_pin: bool = False) -> PinLimits:
    """Return the limits for strange browsers."""
    limits = LIMITS[guessed]
    return PinLimits(OLD_PINS, limits.village, limits.server) if old_pin else limits


def possible_pins() -> int:
    """Return how many PINs can be chosen: all of their length without those that are refused as easy to guess."""
    runs = ("0123456789"[n : n + PIN_LENGTH] for n in range(11 - PIN_LENGTH))
    easy = {str(n) * PIN_LENGTH for n in range(10)} | {run[::step] for run in runs for step in (1, -1)}
    return int(10**PIN_LENGTH) - sum(not is_pin(one) for one in easy)


def chance_of_any_account() -> Fraction:
    """Return the largest chance that somebody who only guesses opens any account of a server in a day.

    Codes by phone at their limits, PINs of cards whose codes are in wrong hands at the limit of the server, the PIN on
    one phone that was found, and the codes of cards themselves.
    """
    most_pins = LIMITS[Guessed.PIN].server or 0
    on_found_phone = max(most for most, _ in TRIES_OF_BROWSER)
    pins = Fraction(most_pins + on_found_phone, possible_pins())
    return codes.chance_of_any_number(codes.STRANGERS, codes.KNOWN) + pins + codes.chance_of_any_card()
