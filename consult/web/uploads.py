"""Photos and spoken messages that come with forms: each is read here, bounded, decoded and kept or handed on.

A form that goes back carries the names of what was kept, so that nothing is sent twice on a slow line.
"""

from collections.abc import Collection

from flask import request
from werkzeug.datastructures import FileStorage

from consult.domain.form_errors import FormError
from consult.domain.numbers import LARGEST_ID, read_number
from consult.domain.private_numbers import found_in
from consult.services.cases import case_files
from consult.services.cases.case_files import Media
from consult.services.core import audio, pictures

PICTURE_ROWS = 3
DESCRIPTION_LENGTH = 80
MOST_PHOTOS = 6
DIGEST_LENGTH = 64


def chosen(field: str) -> list[FileStorage]:
    """Return the files chosen in a field. A browser sends a part without a name where none was."""
    return [one for one in request.files.getlist(field) if one.filename]


def pictures_from_request() -> tuple[list[tuple[str, str]], dict[str, FormError]]:
    """Return pictures as (digest, description), those kept from an earlier try included, and mistakes by field."""
    shown: list[tuple[str, str]] = []
    mistakes: dict[str, FormError] = {}
    for n in range(1, PICTURE_ROWS + 1):
        description = request.form.get(f"description{n}", "").strip()[:DESCRIPTION_LENGTH]
        digest, mistake = _picture(str(n))
        if mistake:
            mistakes[f"picture{n}"] = mistake
        elif digest and not description:
            mistakes[f"description{n}"] = FormError.PICTURE_UNDESCRIBED
        if digest:
            shown.append((digest, description))
    return shown, mistakes


def one_picture(form: dict[str, str]) -> tuple[tuple[str, str] | None, dict[str, FormError]]:
    """Return the one picture of a small form as (digest, description). Kept in `form` in case of another mistake."""
    description = form.get("description", "").strip()[:DESCRIPTION_LENGTH]
    digest, mistake = _picture("")
    if mistake:
        return None, {"picture": mistake}
    form["kept"] = digest or ""
    if digest and not description:
        return None, {"description": FormError.PICTURE_UNDESCRIBED}
    if found_in(description):
        return None, {"description": FormError.PRIVATE_NUMBER}
    return ((digest, description) if digest else None), {}


def photo_of_paper(form: dict[str, str]) -> tuple[str, FormError | None]:
    """Return the digest of a photographed sheet, which needs no description; empty if there is none. Kept in `form`."""
    digest, mistake = _picture("")
    form["kept"] = digest or ""
    return form["kept"], mistake


def keep_pictures(form: dict[str, str], shown: list[tuple[str, str]]) -> None:
    """Carry pictures that arrived into the form that goes back, so that they need not be uploaded again."""
    for n, (digest, description) in enumerate(shown, 1):
        form[f"kept{n}"], form[f"description{n}"] = digest, description


def recording(form: dict[str, str]) -> tuple[tuple[str, int] | None, FormError | None]:
    """Return the recording of a form as (digest, seconds), uploaded now or kept from an earlier try. Kept in `form`."""
    for upload in chosen("sound")[:1]:
        try:
            digest, seconds = audio.store(upload.read())
        except audio.Unplayable as error:
            return None, error.mistake
        form["kept"] = f"{digest}:{seconds}"
        return (digest, seconds), None
    digest, _, length = form.get("kept", "").partition(":")
    known = read_number(length, most=LARGEST_ID)
    if _is_digest(digest) and known is not None and audio.path_of(digest).exists():
        return (digest, known), None
    return None, FormError.NOT_A_RECORDING


def case_media(wanted: Collection[str] = ("photos", "voice")) -> tuple[list[Media], dict[str, FormError]]:
    """Return what came with the form of a case, made small and not yet kept; mistakes by field.

    `wanted`: those of the fields "photos" and "voice" that the form has.
    """
    media: list[Media] = []
    mistakes: dict[str, FormError] = {}
    photos = chosen("photos") if "photos" in wanted else []
    if len(photos) > MOST_PHOTOS:
        mistakes["photos"] = FormError.TOO_MANY_FILES
    for upload in photos[:MOST_PHOTOS]:
        try:
            media.append(case_files.photo(upload.read()))
        except pictures.NotAPicture:
            mistakes["photos"] = FormError.NOT_A_PICTURE
    for upload in chosen("voice")[:1] if "voice" in wanted else []:
        try:
            media.append(case_files.voice(upload.read()))
        except audio.Unplayable as error:
            mistakes["voice"] = error.mistake
    return media, mistakes


def _picture(row: str) -> tuple[str | None, FormError | None]:
    """Keep the picture of one row of a form and return its digest, or that of one kept from an earlier try."""
    for upload in chosen(f"picture{row}")[:1]:
        try:
            return pictures.store(upload.read()), None
        except pictures.NotAPicture:
            return None, FormError.NOT_A_PICTURE
    kept = request.form.get(f"kept{row}", "")
    known = _is_digest(kept) and pictures.path_of(kept).exists()
    return (kept if known else None), None


def _is_digest(text: str) -> bool:
    return len(text) == DIGEST_LENGTH and text.isalnum()
