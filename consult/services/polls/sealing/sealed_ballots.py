"""Casting in a secret poll whose ballots are sealed: the roll entry says that a unit voted, the box says nothing."""

from dataclasses import dataclass
from datetime import datetime

from consult.domain.audit import canonical
from consult.domain.polls.sealing import OpenedBallot
from consult.domain.polls.secret_ballots import key_of
from consult.domain.polls.units import Unit
from consult.domain.refusals import Reason
from consult.models import db
from consult.models.polls import ballot_statements as statements
from consult.services.polls import secret_ballots
from consult.services.polls.ballot_requests import BallotRequest, Receipt
from consult.services.polls.sealing.boxes import Seal


@dataclass(frozen=True)
class SealedBallots:
    """Writes the ballots of one poll into boxes."""

    seal: Seal
    options: int

    def earlier(self, request: BallotRequest, unit: Unit | None) -> Receipt | None:
        """Return the same receipt for the same token, while the box is sealed and after it was counted."""
        which = {"poll_id": request.poll_id, "slot": self.seal.slot_of(request.idem_key)}
        if db.session.execute(statements.SLOT_TAKEN, which).first() is None:
            return secret_ballots.earlier(request, unit)
        return secret_ballots.receipt_again(request, unit)

    def why_not_key(self, request: BallotRequest) -> Reason | None:
        """Return a reason against a key that is no token of ours."""
        return secret_ballots.why_not_key(request)

    def write(self, request: BallotRequest, unit: Unit, now: datetime) -> Receipt:
        """Put the box into its slot and mark the unit on the roll. Returns the receipt."""
        ballot = OpenedBallot(key_of(request.idem_key), canonical(sorted(request.choice)))
        sealed = self.seal.close(request.idem_key, ballot, options=self.options)
        row = {"poll_id": request.poll_id, "village_id": request.village_id, **sealed.__dict__}
        db.session.connection().execute(statements.ADD_SEALED_BALLOT, row)
        return secret_ballots.mark_cast(request, unit, now)
