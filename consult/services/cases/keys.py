"""Keys of a case: one root; from it a key for the shared record, one for the desk, one for each party's private talk.

Mediators and the head hold the root; a party holds the shared key and its own; the office above holds copies of the
entries that were handed up, and the root only where it stands in for officers whom the village lacks. What each holds is
wrapped under the reader's own key (crypto.seal_for), which the data key outside the database makes.
"""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet

from consult.domain.cases.states import Audience, own
from consult.services.core import crypto


@dataclass(frozen=True, repr=False)
class Keyring:
    """The keys of one reader."""

    root: str = ""
    parts: Mapping[str, str] = field(default_factory=dict)
    """Keys by audience, for a reader without the root."""
    shared: Mapping[str, Any] | None = None
    """Copies of single entries by number, and the line of lists: all that the office above reads of a hand-up."""

    def opens(self, audience: str) -> bool:
        """Tell whether there is a key for an audience."""
        return bool(self.root) or audience in self.parts

    def seal(self, audience: str, value: Any) -> str:
        """Return a value as sealed JSON. Raises KeyError for an audience without a key."""
        return self._fernet(audience).encrypt(json.dumps(value, ensure_ascii=False).encode()).decode()

    def unseal(self, audience: str, cipher: str) -> Any:
        """Return a sealed value. Raises KeyError for an audience without a key."""
        return json.loads(self._fernet(audience).decrypt(cipher.encode()))

    def seal_bytes(self, audience: str, data: bytes) -> bytes:
        """Return bytes sealed. Raises KeyError for an audience without a key."""
        return self._fernet(audience).encrypt(data)

    def unseal_bytes(self, audience: str, data: bytes) -> bytes:
        """Return sealed bytes. Raises KeyError for an audience without a key."""
        return self._fernet(audience).decrypt(data)

    def of_party(self, number: int) -> "Keyring":
        """Return the keys of a party: of the shared record and of its own talk."""
        return Keyring(parts={audience: self._key(audience) for audience in (Audience.ALL.value, own(number))})

    def of_reporter(self) -> "Keyring":
        """Return no keys: a reporter sees only where the case stands, which is in the clear."""
        return Keyring()

    def _key(self, audience: str) -> str:
        if not self.root:
            return self.parts[audience]
        return base64.urlsafe_b64encode(
            hmac.new(self.root.encode(), f"audience:{audience}".encode(), hashlib.sha256).digest()
        ).decode()

    def _fernet(self, audience: str) -> Fernet:
        return _made(self._key(audience))


@lru_cache(maxsize=512)
def _made(key: str) -> Fernet:
    return Fernet(key.encode())


def new_keyring() -> Keyring:
    """Return the keys of a new case."""
    return Keyring(root=secrets.token_urlsafe(32))


def wrap(reader: str, keyring: Keyring) -> str:
    """Return a keyring as it is stored for one reader."""
    held: dict[str, Any] = {"root": keyring.root, "parts": dict(keyring.parts)}
    if keyring.shared is not None:
        held["shared"] = keyring.shared
    return crypto.seal_for(sealed_for(reader), json.dumps(held, ensure_ascii=False))


def unwrap(reader: str, wrapped: str) -> Keyring:
    """Return the keyring that was wrapped for a reader."""
    return unwrap_sealed(sealed_for(reader), wrapped)


def unwrap_sealed(name: str, wrapped: str) -> Keyring:
    """Return the keyring that was sealed by a name of `sealed_for`. Raises InvalidToken where it does not open."""
    held = json.loads(crypto.unseal_for(name, wrapped))
    return Keyring(held["root"], held["parts"], held.get("shared"))


def sealed_for(reader: str) -> str:
    """Return the name by which what is wrapped for a reader is sealed."""
    return f"case:{reader}"


def of_person(person_id: int) -> str:
    """Return the reader that a person is themselves."""
    return f"person:{person_id}"


def of_head(village_id: int) -> str:
    """Return the reader that the head of mediation is, or a mediator who stands in."""
    return f"head:{village_id}"


def of_justice_office(village_id: int) -> str:
    """Return the reader that the justice office of the town is."""
    return f"justice_office:{village_id}"


def mark(reader: str) -> str:
    """Return the keyed mark by which a reader stands in the database."""
    return crypto.mark("case-reader", reader)


def mark_of_name(village_id: int, name: str) -> str:
    """Return the keyed mark of a name in a village."""
    return crypto.mark("case-name", f"{village_id}:{name}")


def mark_of_day(what: str) -> str:
    """Return the keyed mark by which a day of a case stands in a calendar."""
    return crypto.mark("case-day", what)


def mark_of_household(household_id: int | None) -> str:
    """Return the keyed mark of a household: officers who live with a party read nothing by their office.

    An officer off the roll lives with no party; the mark is that of no household.
    """
    return crypto.mark("case-household", str(household_id))


def mark_of_consultation(consultation_id: int) -> str:
    """Return the keyed mark by which a case is linked to a consultation."""
    return crypto.mark("case-consultation", str(consultation_id))
