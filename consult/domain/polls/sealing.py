"""The content of a sealed secret ballot, and the words its seal is bound to; services/polls/sealing encrypts."""

import json
import re
from dataclasses import dataclass

from consult.domain.audit import canonical

SUITE = "hpke-x25519-hkdf-sha256-chacha20poly1305"
"""RFC 9180, base mode. It stands in the frozen rules beside the public key of the poll."""
KEY_LENGTH = 64


@dataclass(frozen=True)
class OpenedBallot:
    """The content of a box: the key that is listed after the count, and the choice as canonical JSON."""

    key: str
    choice: str


def packed(ballot: OpenedBallot, *, options: int) -> bytes:
    """Return the bytes to be sealed: as many for every choice of a poll, so that the length of a box tells nothing."""
    longest = KEY_LENGTH + len(canonical(list(range(1, options + 1))))
    return f"{ballot.key}{ballot.choice}".ljust(longest).encode()


def unpacked(content: bytes) -> OpenedBallot:
    """Return the ballot of an opened box. Raises ValueError for what `packed` does not make."""
    text = content.decode("ascii").rstrip(" ")
    ballot = OpenedBallot(text[:KEY_LENGTH], text[KEY_LENGTH:])
    numbers = json.loads(ballot.choice)
    if not re.fullmatch("[0-9a-f]{64}", ballot.key) or not isinstance(numbers, list):
        raise ValueError("this is no ballot")
    if not all(type(n) is int for n in numbers) or canonical(sorted(set(numbers))) != ballot.choice:
        raise ValueError("this is no choice")
    return ballot


def bound_to(village_id: int, poll_id: int, slot: str) -> bytes:
    """Return what a box is bound to: moved into another row or poll it does not open."""
    return canonical(["consult-ballot/1", village_id, poll_id, slot]).encode()
