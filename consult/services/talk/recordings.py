"""Spoken messages: taken from whatever a phone records, made small, kept beside the text with every word written down."""

import hashlib
import subprocess
import sys
import tempfile
from datetime import datetime
from pathlib import Path

from flask import current_app

from consult.config import ROOT, Config
from consult.domain.audit import Tag, sha256
from consult.domain.form_errors import FormError
from consult.domain.refusals import Reason, Refused
from consult.models import Consultation, Person, Recording, db
from consult.services.core import audit, transactions
from consult.services.talk import phases

LONGEST_SECONDS = 120
LARGEST_FILE = 16 * 1024 * 1024
PATIENCE_SECONDS = 60
TRANSCRIPT_LENGTH = 2000
TOO_LONG = 3
"""What consult/transcode.py ends with when there is too much to hear."""


class Unplayable(Exception):
    """The upload was not kept; `mistake` says why."""

    def __init__(self, mistake: FormError) -> None:
        super().__init__(mistake.value)
        self.mistake = mistake


def store(data: bytes) -> tuple[str, int]:
    """Keep a recording; returns its digest, which is its name, and its seconds. Raises Unplayable."""
    with tempfile.TemporaryDirectory() as folder:
        heard, seconds = encoded(data, Path(folder))
    digest = hashlib.sha256(heard).hexdigest()
    path = path_of(digest)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".part")
    partial.write_bytes(heard)
    partial.replace(path)
    return digest, seconds


def encoded(data: bytes, folder: Path) -> tuple[bytes, int]:
    """A recording as it is kept, and its seconds; `folder` is where it lies meanwhile. Raises Unplayable."""
    if not data or len(data) > LARGEST_FILE:
        raise Unplayable(FormError.NOT_A_RECORDING)
    source, target = folder / "heard", folder / "kept.m4a"
    source.write_bytes(data)
    seconds = _transcode(source, target)
    return target.read_bytes(), seconds


def path_of(digest: str) -> Path:
    config: Config = current_app.config["CONSULT"]
    return config.instance_path / "recordings" / digest[:2] / f"{digest}.m4a"


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


def _transcode(source: Path, target: Path) -> int:
    command = [sys.executable, "-m", "consult.transcode", str(source), str(target), str(LONGEST_SECONDS)]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=PATIENCE_SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise Unplayable(FormError.NOT_A_RECORDING) from error
    if done.returncode:
        raise Unplayable(FormError.RECORDING_TOO_LONG if done.returncode == TOO_LONG else FormError.NOT_A_RECORDING)
    return int(done.stdout)
