"""The browser that asks for a code or tries a PIN: its session, and what it has opened before."""

import hmac
import secrets
from dataclasses import dataclass

from consult.services.core import crypto

LANE_LENGTH = 8


@dataclass(frozen=True)
class Asker:
    """The browser session that asks for a code. Nobody else can use the code or try at it."""

    session: str = ""
    """A secret of its own."""
    numbers: frozenset[str] = frozenset()
    """Marks of the numbers, cards and second proofs that this browser has signed in with before."""
    sign_in: str = ""
    """The sign-in that is alive in it and belongs to the person who is asked for: a lane of its own."""

    @property
    def mark(self) -> str:
        """Keyed hash under which the session is kept."""
        return crypto.mark("asker", self.session)

    def knows(self, phone_mark: str) -> bool:
        """Tell whether this browser has signed in with a number before."""
        return known_number(phone_mark) in self.numbers

    def lane_of(self, mark: str) -> str:
        """Return the keyed hash of this browser's own lane at a card or a second proof; empty for a strange browser."""
        if self.sign_in:
            return crypto.mark("lane", f"{mark}:sign-in:{self.sign_in}")[:32]
        for one in self.numbers:
            if hmac.compare_digest(one.encode(), _lane(mark, one[:LANE_LENGTH]).encode()):
                return crypto.mark("lane", one)[:32]
        return ""


def known_number(phone_mark: str) -> str:
    """Return what a browser keeps of a number that it has signed in with; no other browser can make it up."""
    return crypto.mark("known", phone_mark)[:24]


def number_of(phone: str) -> str:
    """Return what a browser keeps of the number it signs in with now."""
    return known_number(crypto.mark("phone", phone))


def new_lane(mark: str) -> str:
    """Return what one browser keeps of a card or a second proof that it has just opened: another text in each browser."""
    return _lane(mark, secrets.token_hex(LANE_LENGTH // 2))


def _lane(mark: str, drawn: str) -> str:
    return drawn + crypto.mark("known-lane", f"{mark}:{drawn}")[:24]
