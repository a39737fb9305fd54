"""Seal and open secret ballots: HPKE (RFC 9180) to the key of the poll, and a MAC that names an exchanged row.

The box alone is not enough: the public key is public, so somebody with SQL could put another box into its place. The
MAC is made with a key that stands in the database only sealed under DATA_KEY.
"""

import hashlib
import hmac
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from consult.domain.audit import canonical
from consult.domain.polls import sealing
from consult.domain.polls.poll_faults import FaultKind
from consult.domain.polls.sealing import OpenedBallot
from consult.services.polls.counting.poll_faults import DoesNotAddUp

SUITE = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.CHACHA20_POLY1305)


class BallotChanged(DoesNotAddUp):
    """A sealed ballot was changed, exchanged or put in from outside."""

    kind = FaultKind.BALLOT_CHANGED


@dataclass(frozen=True)
class Sealed:
    """A row of sealed_ballot without its poll."""

    slot: str
    box: bytes
    mac: str


@dataclass(frozen=True)
class Caster:
    """The unit that a ballot was cast for, by which channel, and in whose name."""

    number: int
    channel: str
    voter_id: int


@dataclass(frozen=True)
class Seal:
    """The seal of one poll."""

    village_id: int
    poll_id: int
    public_key: str
    mac_key: bytes

    def slot_of(self, token: str) -> str:
        """Return where the ballot of a token lies: found again by a retry, and not to be told from the listed key."""
        return self._mac(["slot", self.poll_id, token])

    def retry_of(self, token: str, caster: Caster) -> str:
        """Return what a retry is known by. Nobody can make it without the token, which is stored nowhere."""
        return self._mac(["retry", self.poll_id, token, caster.number, caster.channel, caster.voter_id])

    def close(self, token: str, ballot: OpenedBallot, *, options: int) -> Sealed:
        """Seal a ballot for its slot."""
        slot = self.slot_of(token)
        public = X25519PublicKey.from_public_bytes(bytes.fromhex(self.public_key))
        content = sealing.packed(ballot, options=options)
        box = SUITE.encrypt(content, public, sealing.bound_to(self.village_id, self.poll_id, slot))
        return Sealed(slot, box, self.mac_of(slot, box))

    def mac_of(self, slot: str, box: bytes) -> str:
        """Return the MAC of a row."""
        return self._mac(["ballot", self.poll_id, slot, box.hex()])

    def is_genuine(self, row: Sealed) -> bool:
        """Tell whether a row is as it was cast."""
        return hmac.compare_digest(self.mac_of(row.slot, row.box), row.mac)

    def open(self, row: Sealed, private_key: X25519PrivateKey) -> OpenedBallot:
        """Return the ballot of a row. Raises BallotChanged."""
        if not self.is_genuine(row):
            raise BallotChanged(f"poll {self.poll_id}: the sealed ballot {row.slot[:16]} is not as it was cast")
        try:
            info = sealing.bound_to(self.village_id, self.poll_id, row.slot)
            return sealing.unpacked(SUITE.decrypt(row.box, private_key, info))
        except (InvalidTag, ValueError) as error:
            raise BallotChanged(
                f"poll {self.poll_id}: the sealed ballot {row.slot[:16]} does not open ({type(error).__name__})"
            ) from None

    def _mac(self, parts: list[object]) -> str:
        return hmac.new(self.mac_key, canonical(parts).encode(), hashlib.sha256).hexdigest()
