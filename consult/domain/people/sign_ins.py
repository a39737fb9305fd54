"""Limits on codes and PINs, counted per phone and per card, never per address.

Villagers share one address behind the carrier; a limit by address would lock out a whole village.
"""

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise


class SignInWay(StrEnum):
    """The means by which a person proved who they are."""

    CODE = "code"
    """By a code sent to their phone."""
    CARD = "card"
    """By their household's card and their PIN."""
    DEMO = "demo"


CODE_LENGTH = 6
CODE_LIFETIME = timedelta(minutes=10)
CODE_TRIES = 5
CODES_ALLOWED = ((1, timedelta(seconds=60)), (5, timedelta(hours=1)), (10, timedelta(days=1)))
"""So many codes in so much time, for one number."""
PIN_TRIES = ((5, timedelta(minutes=15)), (15, timedelta(days=1)))
"""So many wrong PINs in so much time, for one card."""
CHOOSING_TIME = timedelta(minutes=10)
"""How long after a right code one may say who of the people on that number is acting."""


def wait_for(tries: Sequence[datetime], limits: Sequence[tuple[int, timedelta]], now: datetime) -> timedelta | None:
    """Return how long until another try is allowed; None: now. `tries` are past instants in any order."""
    longest: timedelta | None = None
    for most, span in limits:
        recent = sorted(t for t in tries if now - t < span)
        if len(recent) >= most:
            wait = recent[-most] + span - now
            longest = wait if longest is None else max(longest, wait)
    return longest


def minutes_of(wait: timedelta) -> int:
    """Return a wait in whole minutes, rounded up, at least one."""
    return max(1, -(-int(wait.total_seconds()) // 60))


def digits(text: str) -> str:
    """Normalise a typed code or PIN: half-width digits without spaces and hyphens."""
    return re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", text))


def is_short_code(text: str) -> bool:
    """Tell whether only the last digits of a code are missing."""
    return re.fullmatch(r"[0-9]*", text) is not None and len(text) < CODE_LENGTH


def is_weak_pin(pin: str) -> bool:
    """Tell whether a PIN is one digit repeated, or a run up or down."""
    steps = {int(b) - int(a) for a, b in pairwise(pin)}
    return len(steps) == 1 and steps <= {0, 1, -1}


def is_pin(text: str) -> bool:
    """Tell whether a text is a PIN of four to six digits that is not weak."""
    return re.fullmatch(r"[0-9]{4,6}", text) is not None and not is_weak_pin(text)
