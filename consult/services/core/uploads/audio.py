"""Recordings: decoded and cut down to small mono AAC in another process, by way of memory alone."""

from collections.abc import Mapping
from pathlib import Path

from consult.domain.form_errors import FormError
from consult.services.core import files
from consult.services.core.acts import Act
from consult.services.core.uploads import decoding, stored_files

ENDED: Mapping[int | None, FormError] = {3: FormError.RECORDING_TOO_LONG, 4: FormError.SILENT_RECORDING}
"""What consult/decoders/recordings.py ends with: too much to hear, nothing to hear."""
WECHAT = (b"#!SILK_V3", b"\x02#!SILK_V3")
"""How WeChat's own voice messages begin, whatever their files are called (SILK, usually in .amr): no player knows them."""


class Unplayable(Exception):
    """The upload was not kept; `mistake` says why."""

    def __init__(self, mistake: FormError) -> None:
        super().__init__(mistake.value)
        self.mistake = mistake


def store(data: bytes, act: Act) -> tuple[str, int]:
    """Keep a recording for the actor and return its name and its seconds. Raises Unplayable."""
    heard, seconds = encoded(data)
    return stored_files.keep(heard, files.RECORDINGS, act, seconds=seconds).name, seconds


def encoded(data: bytes) -> tuple[bytes, int]:
    """Return a recording as it is kept, and its seconds. Raises Unplayable."""
    if not data or len(data) > files.LARGEST_RECORDING:
        raise Unplayable(FormError.NOT_A_RECORDING)
    if data.startswith(WECHAT):
        raise Unplayable(FormError.WECHAT_VOICE)
    try:
        made = decoding.run(decoding.RECORDINGS, data, files.LONGEST_RECORDING_SECONDS)
    except decoding.Busy as error:
        raise Unplayable(FormError.TRY_AGAIN) from error
    except decoding.Undecodable as error:
        raise Unplayable(ENDED.get(error.code, FormError.NOT_A_RECORDING)) from error
    seconds, _, heard = made.partition(b"\n")
    return heard, int(seconds)


def path_of(name: str) -> Path:
    """Return where a recording is, whether or not it is there."""
    return files.path_of(files.RECORDINGS, name)
