"""Spoken messages: whatever a phone records, transcoded and kept beside the text with its transcript."""

from sqlalchemy import select

from consult.domain.audit import Tag, sha256
from consult.domain.refusals import Reason, Refused
from consult.domain.talk.moderation import ReportableKind
from consult.models import Consultation, Recording, db
from consult.models.talk import moderation_queries
from consult.services.core import audit, transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.core.uploads import stored_files
from consult.services.talk import phases

TRANSCRIPT_LENGTH = 2000


@atomic
def put(consultation: Consultation, name: str, seconds: int, transcript: str, act: Act) -> None:
    """Put the proposer's own recording beside the proposal, in place of an earlier one that is not hidden. Raises Refused.

    `name` is that of a stored recording of `seconds`.
    """
    transactions.lock(consultation)
    phases.refuse_ended(consultation)
    proposal = consultation.proposal
    if proposal.proposed_by != act.actor_id:
        raise Refused(Reason.NOT_PROPOSER)
    if db.session.scalar(select(moderation_queries.is_hidden(ReportableKind.RECORDING, proposal.id))):
        raise Refused(Reason.RECORDING_IS_HIDDEN)  # its words are kept for the appeal, and the subject is the same
    recording = db.session.get(Recording, proposal.id)
    if recording is None:
        recording = Recording(proposal_id=proposal.id, village_id=act.village_id)
    elif recording.transcript == transcript and stored_files.are_same(act.village_id, recording.file_name, name):
        return  # sent twice
    recording.file_name, recording.seconds, recording.transcript = name, seconds, transcript
    recording.recorded_by, recording.recorded_at = act.actor.id, act.now
    db.session.add(recording)
    sound = stored_files.fingerprint(act.village_id, name)
    audit.record(Tag.PROPOSAL_RECORDED, f"proposal:{proposal.id}", act, sound=sound, transcript=sha256(transcript))
