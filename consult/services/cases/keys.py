"""The keys of a case. One root; from it a key for the shared record, one for the desk, one for each party's private talk.

Mediators, the head and the office above hold the root; a party holds the shared key and its own. What each holds is
wrapped under the reader's own key (vault.seal_for), which the data key outside the database makes.
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
    """What one reader can open."""

    root: str = ""
    parts: Mapping[str, str] = field(default_factory=dict)
    """Audience and key, for whoever has no root."""

    def opens(self, audience: str) -> bool:
        return bool(self.root) or audience in self.parts

    def seal(self, audience: str, value: Any) -> str:
        """Raises KeyError for an audience one does not belong to."""
        return self._fernet(audience).encrypt(json.dumps(value, ensure_ascii=False).encode()).decode()

    def unseal(self, audience: str, cipher: str) -> Any:
        return json.loads(self._fernet(audience).decrypt(cipher.encode()))

    def seal_bytes(self, audience: str, data: bytes) -> bytes:
        return self._fernet(audience).encrypt(data)

    def unseal_bytes(self, audience: str, data: bytes) -> bytes:
        return self._fernet(audience).decrypt(data)

    def of_party(self, number: int) -> "Keyring":
        """What a party is given: the shared record and its own talk."""
        return Keyring(parts={audience: self._key(audience) for audience in (Audience.ALL.value, own(number))})

    def of_reporter(self) -> "Keyring":
        """Whoever brought it for somebody sees where it stands, which is in the clear, and opens nothing."""
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
    return Keyring(root=secrets.token_urlsafe(32))


def wrap(reader: str, keyring: Keyring) -> str:
    """A keyring as it is stored for one reader."""
    return crypto.seal_for(f"case:{reader}", json.dumps({"root": keyring.root, "parts": dict(keyring.parts)}))


def unwrap(reader: str, wrapped: str) -> Keyring:
    held = json.loads(crypto.unseal_for(f"case:{reader}", wrapped))
    return Keyring(held["root"], held["parts"])


def of_person(person_id: int) -> str:
    """A reader: somebody themselves."""
    return f"person:{person_id}"


def of_head(village_id: int) -> str:
    """A reader: whoever is head of mediation, or stands in for one."""
    return f"head:{village_id}"


def of_justice_office(village_id: int) -> str:
    """A reader: the office above, of what was handed up to it."""
    return f"justice_office:{village_id}"


def mark(reader: str) -> str:
    """How a reader stands in the database."""
    return crypto.mark("case-reader", reader)


def mark_of_name(village_id: int, name: str) -> str:
    return crypto.mark("case-name", f"{village_id}:{name}")


def mark_of_household(household_id: int) -> str:
    """Whoever holds an office and lives with a party reads nothing by that office."""
    return crypto.mark("case-household", str(household_id))


def mark_of_consultation(consultation_id: int) -> str:
    return crypto.mark("case-consultation", str(consultation_id))
