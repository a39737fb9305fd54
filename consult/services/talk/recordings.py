"""Spoken messages: whatever a phone records, transcoded and kept beside the text with its transcript."""

import hashlib
import subprocess
import sys
import tempfile
from pathlib import Path

from flask import current_app

from consult.config import ROOT, Config
from consult.domain.audit import Tag, sha256
from consult.domain.form_errors import FormError
from consult.domain.refusals import Reason, Refused
from consult.models import Consultation, Recording, db
from consult.services.core import audit, transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.talk import phases

LONGEST_SECONDS = 120
LARGEST_FILE = 16 * 1024 * 1024
PATIENCE_SECONDS = 60
TRANSCRIPT_LENGTH = 2000
TOO_LONG = 3
"""Exit status of consult/transcode.py for a recording longer than LONGEST_SECONDS."""


class Unplayable(Exception):
    """Raised for an upload that is not stored; `mistake` says why."""

    def __init__(self, mistake: FormError) -> None:
        super().__init__(mistake.value)
        self.mistake = mistake


def store(data: bytes) -> tuple[str, int]:
    """Store a recording and return its digest, which is its name, and its seconds. Raises Unplayable.

    Takes seconds: do it before a unit of work begins.
    """
    with tempfile.TemporaryDirectory() as folder:
        sound, seconds = encoded(data, Path(folder))
    digest = hashlib.sha256(sound).hexdigest()
    path = path_of(digest)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".part")
    partial.write_bytes(sound)
    partial.replace(path)
    return digest, seconds


def encoded(data: bytes, folder: Path) -> tuple[bytes, int]:
    """Return a recording as it is stored, and its seconds. `folder` holds its files meanwhile. Raises Unplayable."""
    if not data or len(data) > LARGEST_FILE:
        raise Unplayable(FormError.NOT_A_RECORDING)
    source, target = folder / "upload", folder / "stored.m4a"
    source.write_bytes(data)
    seconds = _transcode(source, target)
    return target.read_bytes(), seconds


def path_of(digest: str) -> Path:
    """Return where a recording of this digest is stored."""
    config: Config = current_app.config["CONSULT"]
    return config.instance_path / "recordings" / digest[:2] / f"{digest}.m4a"


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


def _transcode(source: Path, target: Path) -> int:
    command = [sys.executable, "-m", "consult.transcode", str(source), str(target), str(LONGEST_SECONDS)]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=PATIENCE_SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise Unplayable(FormError.NOT_A_RECORDING) from error
    if done.returncode:
        raise Unplayable(FormError.RECORDING_TOO_LONG if done.returncode == TOO_LONG else FormError.NOT_A_RECORDING)
    return int(done.stdout)
