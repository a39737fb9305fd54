"""Photos and spoken messages of the forms of cases."""

from collections.abc import Collection

from flask import request

from consult.domain.form_errors import FormError
from consult.models.cases import case_queries
from consult.services.cases import case_files
from consult.services.cases.case_files import Media
from consult.services.cases.reading import Opened
from consult.services.core import audio, pictures

MOST_PHOTOS = 6


def read_uploads(wanted: Collection[str] = ("photos", "voice")) -> tuple[list[Media], dict[str, FormError]]:
    """What came with the form, made small, not yet kept. `wanted`: the fields that the form has."""
    media: list[Media] = []
    mistakes: dict[str, FormError] = {}
    photos = [one for one in request.files.getlist("photos") if one.filename] if "photos" in wanted else []
    if len(photos) > MOST_PHOTOS:
        mistakes["photos"] = FormError.TOO_MANY_FILES
    for upload in photos[:MOST_PHOTOS]:
        try:
            media.append(case_files.photo(upload.read()))
        except pictures.NotAPicture:
            mistakes["photos"] = FormError.NOT_A_PICTURE
    voice = request.files.get("voice") if "voice" in wanted else None
    if voice is not None and voice.filename:
        try:
            media.append(case_files.voice(voice.read()))
        except audio.Unplayable as error:
            mistakes["voice"] = error.mistake
    return media, mistakes


def count(case: Opened) -> int:
    """How many a draft has already."""
    return len(case_queries.files(case.row.id))
