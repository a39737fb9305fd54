"""Photos and spoken messages of the forms of cases."""

from flask import request

from consult.domain.mistakes import Mistake
from consult.models import case_reads
from consult.services import pictures, recordings
from consult.services.cases import files
from consult.services.cases.files import Media
from consult.services.cases.reading import Opened

MOST_PHOTOS = 6


def read() -> tuple[list[Media], dict[str, Mistake]]:
    """What came with the form, made small, not yet kept."""
    media: list[Media] = []
    mistakes: dict[str, Mistake] = {}
    for upload in request.files.getlist("photos")[:MOST_PHOTOS]:
        if not upload.filename:
            continue
        try:
            media.append(files.photo(upload.read()))
        except pictures.NotAPicture:
            mistakes["photos"] = Mistake.NOT_A_PICTURE
    voice = request.files.get("voice")
    if voice is not None and voice.filename:
        try:
            media.append(files.voice(voice.read()))
        except recordings.Unplayable as error:
            mistakes["voice"] = error.mistake
    return media, mistakes


def count(case: Opened) -> int:
    """How many a draft has already."""
    return len(case_reads.files(case.row.id))
