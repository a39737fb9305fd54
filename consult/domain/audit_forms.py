"""The two forms of a log entry: how the hash of each is made, and what of it can be shown without the rest.

The first form hashes all fields in clear, so that nobody can recompute it without knowing them all. The second hashes
the commitment to each field, so that an entry can leave the village as its body digest alone, or with chosen fields
open, and the chain is recomputed all the same. Docs: docs/bundle.md.
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from consult.domain.audit import Link, canonical, commitment, sha256

FIRST, SECOND = 1, 2
CHAIN = "consult-log/2"
"""Stands first in what the second form hashes, so that no entry of one form can be taken for one of another."""
PSEUDONYM_LENGTH = 32
NOBODY = ""
"""The pseudonym of an act of the system."""


@dataclass(frozen=True, kw_only=True)
class SealedLink:
    """One entry of the second form, with everything that goes into its hash."""

    village_id: int
    number: int
    recorded_at: datetime
    actor_id: int | None
    tag: str
    subject: str
    facts: str
    prev_hash: str
    salt: str
    """Random, of this entry alone; stays in the database."""
    by: str
    """The pseudonym of the actor in this subject."""

    def fields(self) -> dict[str, Any]:
        """Return the value of each field, by the name under which it is committed."""
        facts: dict[str, Any] = json.loads(self.facts)
        return {
            "tag": self.tag,
            "subject": self.subject,
            "actor": self.actor_id,
            "at": instant(self.recorded_at),
            "by": self.by,
            **{f"facts.{name}": value for name, value in facts.items()},
        }

    def commitments(self) -> dict[str, str]:
        """Return the commitment to each field."""
        return {name: field_commitment(field_salt(self.salt, name), name, v) for name, v in self.fields().items()}

    def body(self) -> str:
        """Return the digest of all commitments, which is what leaves the village of an entry of another matter."""
        return body_digest(self.commitments())

    def digest(self) -> str:
        """Return the hash of the entry, the hash of the entry before it included."""
        return chained(self.village_id, self.number, self.body(), self.prev_hash)

    def opened(self, names: frozenset[str]) -> dict[str, dict[str, Any]]:
        """Return the entry with the fields of these names as [salt, value] and only the commitment of the others."""
        fields, commitments = self.fields(), self.commitments()
        return {
            "open": {name: [field_salt(self.salt, name), fields[name]] for name in sorted(names & fields.keys())},
            "sealed": {name: commitments[name] for name in sorted(commitments.keys() - names)},
        }


def new_salt() -> str:
    """Return a salt of 128 bits."""
    return secrets.token_hex(16)


def new_key() -> str:
    """Return the key by which a village's log makes pseudonyms."""
    return secrets.token_hex(32)


def instant(at: datetime) -> str:
    """Return an instant with one spelling: UTC, six decimals."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def field_salt(salt: str, name: str) -> str:
    """Return the salt of one field: shown with its value, it tells nothing of the salts of the others."""
    return sha256(f"{salt}:{name}")


def field_commitment(salt: str, name: str, value: Any) -> str:
    """Return the commitment to the value of a field under the salt of that field."""
    return commitment(salt, name, canonical(value))


def body_digest(commitments: Mapping[str, str]) -> str:
    """Return the digest of the commitments of one entry."""
    return sha256(canonical(dict(commitments)))


def chained(village_id: int, number: int, body: str, prev_hash: str) -> str:
    """Return the hash of an entry of the second form."""
    return sha256(canonical([CHAIN, village_id, number, body, prev_hash]))


def pseudonym(key: str, subject: str, person_id: int | None) -> str:
    """Return what stands for a person in one subject: the same for each of that person's acts there, of no use elsewhere."""
    if person_id is None:
        return NOBODY
    return sha256(f"{key}:{subject}:{person_id}")[:PSEUDONYM_LENGTH]


def link_of(form: int, key: str, entry: Any) -> Link | SealedLink:
    """Return a stored entry in its form, ready to be hashed. `key`: of the village's log. Raises ValueError."""
    common = {
        "village_id": entry.village_id,
        "number": entry.number,
        "recorded_at": entry.recorded_at,
        "actor_id": entry.actor_id,
        "tag": entry.tag,
        "subject": entry.subject,
        "facts": entry.facts,
        "prev_hash": entry.prev_hash,
    }
    if form == FIRST:
        return Link(**common)
    if form != SECOND:
        raise ValueError(f"an entry of no known form: {form}")
    return SealedLink(**common, salt=entry.salt, by=pseudonym(key, entry.subject, entry.actor_id))
