"""The spoken message beside a proposal, with every word of it written down."""

from datetime import datetime

from consult.domain.audit import Tag, sha256
from consult.domain.refusals import Reason, Refused
from consult.models import Consultation, Person, Recording, db
from consult.services.core import audit, transactions
from consult.services.talk import phases

TRANSCRIPT_LENGTH = 2000


def put(
    consultation: Consultation, digest: str, seconds: int, transcript: str, actor: Person, *, now: datetime
) -> None:
    """Hang the mover's voice beside the proposal; a new one takes the place of the old. Raises Refused."""
    phases.refuse_ended(consultation)
    proposal = consultation.proposal
    if proposal.proposed_by != actor.id:
        raise Refused(Reason.NOT_PROPOSER)
    recording = db.session.get(Recording, proposal.id) or Recording(
        proposal_id=proposal.id, village_id=actor.village_id
    )
    recording.digest, recording.seconds, recording.transcript = digest, seconds, transcript
    recording.recorded_by, recording.recorded_at = actor.id, now
    db.session.add(recording)
    audit.record(
        Tag.PROPOSAL_RECORDED,
        f"proposal:{proposal.id}",
        village_id=actor.village_id,
        actor_id=actor.id,
        now=now,
        sound=digest,
        transcript=sha256(transcript),
    )
    transactions.commit()
