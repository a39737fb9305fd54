"""Spoken messages: whatever a phone records, transcoded and kept beside the text with its transcript."""

from consult.domain.audit import Tag, sha256
from consult.domain.refusals import Reason, Refused
from consult.models import Consultation, Recording, db
from consult.services.core import audit, transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.talk import phases

TRANSCRIPT_LENGTH = 2000


@atomic
def put(consultation: Consultation, digest: str, seconds: int, transcript: str, act: Act) -> None:
    """Put the proposer's own recording beside the proposal, in place of an earlier one. Raises Refused.

    `digest` names a stored recording of `seconds`.
    """
    transactions.lock(consultation)
    phases.refuse_ended(consultation)
    proposal = consultation.proposal
    if proposal.proposed_by != act.actor_id:
        raise Refused(Reason.NOT_PROPOSER)
    recording = db.session.get(Recording, proposal.id) or Recording(proposal_id=proposal.id, village_id=act.village_id)
    recording.digest, recording.seconds, recording.transcript = digest, seconds, transcript
    recording.recorded_by, recording.recorded_at = act.actor.id, act.now
    db.session.add(recording)
    audit.record(Tag.PROPOSAL_RECORDED, f"proposal:{proposal.id}", act, sound=digest, transcript=sha256(transcript))
