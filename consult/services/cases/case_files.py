"""Photos and spoken messages of a case: made small like all others, then sealed before they touch the disk."""

import secrets
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from consult.models import CaseFile, db
from consult.services.cases.keys import Keyring
from consult.services.core import audio, files, pictures


@dataclass(frozen=True)
class Media:
    """A photo or a voice, encoded anew, not yet kept."""

    kind: str
    """photo | voice"""
    data: bytes


def photo(data: bytes) -> Media:
    """Raises pictures.NotAPicture."""
    return Media("photo", pictures.encoded(data))


def voice(data: bytes) -> Media:
    """Raises audio.Unplayable."""
    with tempfile.TemporaryDirectory(dir=_memory()) as folder:
        return Media("voice", audio.encoded(data, Path(folder))[0])


def _memory() -> str | None:
    """Where a recording lies for a moment while it is made small: in memory, not on a disk that remembers."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None


def keep(
    case_id: int,
    village_id: int,
    media: Sequence[Media],
    keyring: Keyring,
    audience: str,
    *,
    entry: int,
    now: datetime,
    form: str = "",
) -> None:
    """Seal and store, in the transaction at hand. What a rolled back act leaves on the disk nobody can open."""
    for one in media:
        name = files.keep(keyring.seal_bytes(audience, one.data), files.CASE_FILES, secrets.token_hex(16))
        db.session.add(
            CaseFile(
                case_id=case_id,
                village_id=village_id,
                entry_number=entry,
                name=name,
                media=one.kind,
                audience=audience,
                added_at=now,
                form_mark=form,
            )
        )


def content(file: CaseFile, keyring: Keyring) -> bytes:
    """The photo or voice again. Raises FileNotFoundError, and KeyError for whoever may not."""
    return keyring.unseal_bytes(file.audience, path_of(file.name).read_bytes())


def path_of(name: str) -> Path:
    """Return where a sealed file is, whether or not it is there."""
    return files.path_of(files.CASE_FILES, name)
