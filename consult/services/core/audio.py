"""Recordings: decoded, cut down to small mono AAC by another process, kept under their digest."""

import subprocess
import sys
import tempfile
from pathlib import Path

from consult.config import ROOT
from consult.domain.form_errors import FormError
from consult.services.core import files

PATIENCE_SECONDS = 60
TOO_LONG = 3
"""What consult/transcode.py ends with when there is too much to hear."""


class Unplayable(Exception):
    """The upload was not kept; `mistake` says why."""

    def __init__(self, mistake: FormError) -> None:
        super().__init__(mistake.value)
        self.mistake = mistake


def store(data: bytes) -> tuple[str, int]:
    """Keep a recording and return its digest, which is its name, and its seconds. Raises Unplayable."""
    with tempfile.TemporaryDirectory() as folder:
        heard, seconds = encoded(data, Path(folder))
    return files.keep(heard, files.RECORDINGS), seconds


def encoded(data: bytes, folder: Path) -> tuple[bytes, int]:
    """Return a recording as it is kept, and its seconds. It lies in `folder` meanwhile. Raises Unplayable."""
    if not data or len(data) > files.LARGEST_RECORDING:
        raise Unplayable(FormError.NOT_A_RECORDING)
    source, target = folder / "heard", folder / "kept.m4a"
    source.write_bytes(data)
    seconds = _transcode(source, target)
    return target.read_bytes(), seconds


def path_of(digest: str) -> Path:
    """Return where a recording is, whether or not it is there."""
    return files.path_of(files.RECORDINGS, digest)


def _transcode(source: Path, target: Path) -> int:
    command = [
        sys.executable,
        "-m",
        "consult.transcode",
        str(source),
        str(target),
        str(files.LONGEST_RECORDING_SECONDS),
    ]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=PATIENCE_SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise Unplayable(FormError.NOT_A_RECORDING) from error
    if done.returncode:
        raise Unplayable(FormError.RECORDING_TOO_LONG if done.returncode == TOO_LONG else FormError.NOT_A_RECORDING)
    return int(done.stdout)
