"""Photos and recordings of a case: encoded anew like all others, then sealed before they are written to the disk."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from consult.domain.cases.states import MediaKind
from consult.models import CaseFile, db
from consult.services.cases.keys import Keyring
from consult.services.cases.reading import Opened
from consult.services.core import files
from consult.services.core.uploads import audio, pictures


@dataclass(frozen=True)
class Media:
    """A photo or a recording, encoded anew, not yet kept."""

    kind: MediaKind
    data: bytes


def photo(data: bytes) -> Media:
    """Return a photo encoded anew; slow, so before the act. Raises pictures.NotAPicture."""
    return Media(MediaKind.PHOTO, pictures.encoded(data))


def voice(data: bytes) -> Media:
    """Return a recording encoded anew; slow, so before the act. Raises audio.Unplayable."""
    return Media(MediaKind.VOICE, audio.encoded(data)[0])


def keep(case: Opened, media: Sequence[Media], audience: str, *, entry: int, now: datetime, form: str = "") -> None:
    """Seal and store photos and recordings of an entry (0: not written yet), in the unit of work at hand.

    A file that a rolled back act leaves on the disk cannot be opened: its row is gone.
    """
    for one in media:
        sealed = case.keys.seal_bytes(audience, one.data)
        name = files.keep(sealed, files.CASE_FILES)
        db.session.add(
            CaseFile(
                case_id=case.row.id,
                village_id=case.row.village_id,
                entry_number=entry,
                name=name,
                media=one.kind,
                audience=audience,
                added_at=now,
                form_mark=form,
            )
        )


def content(file: CaseFile, keyring: Keyring) -> bytes:
    """Return the photo or recording unsealed. Raises FileNotFoundError, and KeyError for a keyring that does not open it."""
    return keyring.unseal_bytes(file.audience, path_of(file.name).read_bytes())


def path_of(name: str) -> Path:
    """Return where a sealed file is, whether or not it is there."""
    return files.path_of(files.CASE_FILES, name)
