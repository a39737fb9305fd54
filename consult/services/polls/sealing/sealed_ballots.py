"""Casting in a secret poll whose ballots are sealed: the roll entry says that a unit voted, the box says nothing."""

import hmac
from dataclasses import dataclass
from datetime import datetime

from consult.domain.audit import canonical
from consult.domain.polls.sealing import OpenedBallot
from consult.domain.polls.secret_ballots import key_of
from consult.domain.polls.units import Unit
from consult.domain.refusals import Reason, Refused
from consult.models import db
from consult.models.polls import ballot_statements as statements
from consult.services.polls import secret_ballots
from consult.services.polls.ballot_requests import BallotRequest, Receipt
from consult.services.polls.sealing.boxes import Caster, Seal


@dataclass(frozen=True)
class SealedBallots:
    """Writes the ballots of one poll into boxes."""

    seal: Seal
    options: int

    def earlier(self, request: BallotRequest, unit: Unit | None) -> Receipt | None:
        """Return the same receipt for the same token, while the box is sealed and after it was counted.

        Raises Refused for a token of another unit, whether that one has voted or not.
        """
        which = {"poll_id": request.poll_id, "slot": self.seal.slot_of(request.idem_key)}
        kept = db.session.scalar(statements.SLOT_TAKEN, which)
        if kept is None:
            return secret_ballots.counted(request, unit)
        if not kept:
            return secret_ballots.own_receipt_again(request, unit)
        if unit is None or not hmac.compare_digest(kept, self._retry_of(request, unit)):
            raise Refused(Reason.KEY_USED_DIFFERENTLY)
        return secret_ballots.receipt_of(request.idem_key)

    def _retry_of(self, request: BallotRequest, unit: Unit) -> str:
        caster = Caster(unit.number, request.channel.value, request.voter_of(unit))
        return self.seal.retry_of(request.idem_key, caster)

    def why_not_key(self, request: BallotRequest) -> Reason | None:
        """Return a reason against a key that is no token of ours."""
        return secret_ballots.why_not_key(request)

    def write(self, request: BallotRequest, unit: Unit, now: datetime) -> Receipt:
        """Put the box into its slot and mark the unit on the roll. Returns the receipt."""
        ballot = OpenedBallot(key_of(request.idem_key), canonical(sorted(request.choice)))
        sealed = self.seal.close(request.idem_key, ballot, options=self.options)
        row = {"poll_id": request.poll_id, "village_id": request.village_id, **sealed.__dict__}
        row["retry"] = self._retry_of(request, unit)
        db.session.connection().execute(statements.ADD_SEALED_BALLOT, row)
        return secret_ballots.mark_cast(request, unit, now)
