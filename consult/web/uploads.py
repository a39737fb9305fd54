"""Photos and spoken messages that come with forms: each is read here, bounded, decoded and kept or handed on.

A form that goes back carries a token for each file that was kept, so that nothing is sent twice on a slow line. A
token is for this person and this form, and for a day: it opens nothing for anybody else or anywhere else.
"""

import hashlib
from collections.abc import Collection, Sequence

from flask import current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy.exc import OperationalError
from werkzeug.datastructures import FileStorage

from consult.domain.allowances import Use
from consult.domain.cases.states import MediaKind
from consult.domain.form_errors import FormError
from consult.domain.people import roles
from consult.domain.refusals import Reason, Refused
from consult.domain.text_fields import line
from consult.models import StoredFile, db
from consult.services.cases import case_files
from consult.services.cases.case_files import Media
from consult.services.core import collisions, files
from consult.services.core.files import Folder
from consult.services.core.uploads import allowances, audio, disk, pictures, stored_files
from consult.web.access import act, held_roles, person

PICTURE_ROWS = 3
DESCRIPTION_LENGTH = 80
MOST_PHOTOS = 6
MOST_RECORDINGS = 3
TOKEN_SECONDS = 24 * 3600


def chosen(field: str) -> list[FileStorage]:
    """Return the files chosen in a field. A browser sends a part without a name where none was."""
    return [one for one in request.files.getlist(field) if one.filename]


class NotTaken(Exception):
    """The upload was not even looked at; `mistake` says why."""

    def __init__(self, mistake: FormError) -> None:
        super().__init__(mistake.value)
        self.mistake = mistake


def bytes_of(upload: FileStorage) -> bytes:
    """Return what was uploaded, counted against the day of whoever sends it. Raises NotTaken."""
    data: bytes = upload.read()
    if disk.is_low():
        raise NotTaken(FormError.DISK_FULL)
    office = bool(held_roles() & roles.SENDS_MANY_FILES)
    try:
        allowances.spend_upload(len(data), act(), office=office, sent=_sent(data))
    except Refused as error:
        raise NotTaken(FormError.ENOUGH_FILES) from error
    except OperationalError as error:
        if not collisions.is_busy(error):  # a collision is answered once more, from the beginning
            raise
        raise NotTaken(FormError.TRY_AGAIN) from error
    return data


def _sent(data: bytes) -> str:
    """Return what a retry of this upload has in common with it: the form it is sent by, its key and the bytes."""
    return f"{request.endpoint}:{request.form.get('key', '')}:{hashlib.sha256(data).hexdigest()}"


def roll_file(field: str) -> tuple[bytes, str]:
    """Return the roll that a clerk uploaded and its name; nothing where none was. Raises Refused without room for it."""
    upload = request.files.get(field)
    if upload is None:
        return b"", ""
    if disk.is_low():
        raise Refused(Reason.DISK_FULL)
    allowances.spend(Use.ROLL_IMPORTS, act())
    return upload.read(), upload.filename or ""


def pictures_from_request() -> tuple[list[tuple[str, str]], dict[str, FormError]]:
    """Return pictures as (name, description), those kept from an earlier try included, and mistakes by field."""
    shown: list[tuple[str, str]] = []
    mistakes: dict[str, FormError] = {}
    for n in range(1, PICTURE_ROWS + 1):
        description = line(request.form, f"description{n}", DESCRIPTION_LENGTH, mistakes, may_be_empty=True)
        name, mistake = _picture(str(n))
        if mistake:
            mistakes[f"picture{n}"] = mistake
        if name:
            shown.append((name, description))
    return shown, mistakes


def one_picture(form: dict[str, str]) -> tuple[tuple[str, str] | None, dict[str, FormError]]:
    """Return the one picture of a small form as (name, description). Kept in `form` in case of another mistake."""
    mistakes: dict[str, FormError] = {}
    description = line(form, "description", DESCRIPTION_LENGTH, mistakes, may_be_empty=True)
    name, mistake = _picture("")
    if mistake:
        mistakes["picture"] = mistake
    else:
        form["kept"] = token_of(name)
    return ((name, description) if name and not mistakes else None), mistakes


def photo_of_paper(form: dict[str, str], *, taken_by: str = "") -> tuple[str, FormError | None]:
    """Return the name of a photographed sheet, which needs no description; empty if there is none. Kept in `form`.

    `taken_by` is the endpoint that takes the photo in the end, where a page for a second look comes before it.
    """
    name, mistake = _picture("", taken_by=taken_by)
    form["kept"] = token_of(name, form=taken_by)
    return name, mistake


def keep_pictures(form: dict[str, str], shown: list[tuple[str, str]]) -> None:
    """Carry pictures that arrived into the form that goes back, so that they need not be uploaded again."""
    for n, (name, description) in enumerate(shown, 1):
        form[f"kept{n}"], form[f"description{n}"] = token_of(name), description


def recording(form: dict[str, str]) -> tuple[tuple[str, int] | None, FormError | None]:
    """Return the recording of a form as (name, seconds), uploaded now or kept from an earlier try. Kept in `form`."""
    for upload in chosen("sound")[:1]:
        try:
            name, seconds = audio.store(bytes_of(upload), act())
        except (NotTaken, audio.Unplayable) as error:
            return None, error.mistake
        form["kept"] = token_of(name)
        return (name, seconds), None
    row = _kept_file(form.get("kept", ""), files.RECORDINGS)
    if row is not None and row.seconds is not None:
        return (row.name, row.seconds), None
    return None, FormError.NOT_A_RECORDING


def case_media(
    wanted: Collection[str] = ("photos", "voice"), *, kept: Sequence[MediaKind] = ()
) -> tuple[list[Media], dict[str, FormError]]:
    """Return what came with the form of a case, made small and not yet kept; mistakes by field.

    `wanted`: those of the fields "photos" and "voice" that the form has; `kept`: the files that earlier tries of the same
    form left. What is too much for one form is not read at all.
    """
    media: list[Media] = []
    mistakes: dict[str, FormError] = {}
    photos, room = chosen("photos") if "photos" in wanted else [], MOST_PHOTOS - kept.count(MediaKind.PHOTO)
    voices = chosen("voice")[:1] if "voice" in wanted else []
    if len(photos) > room:
        mistakes["photos"] = FormError.TOO_MANY_FILES.with_numbers(most=MOST_PHOTOS)
    if voices and kept.count(MediaKind.VOICE) >= MOST_RECORDINGS:
        mistakes["voice"], voices = FormError.TOO_MANY_RECORDINGS.with_numbers(most=MOST_RECORDINGS), []
    for upload in photos[: max(room, 0)]:
        try:
            media.append(case_files.photo(bytes_of(upload)))
        except (NotTaken, pictures.NotAPicture) as error:
            mistakes["photos"] = error.mistake
    for upload in voices:
        try:
            media.append(case_files.voice(bytes_of(upload)))
        except (NotTaken, audio.Unplayable) as error:
            mistakes["voice"] = error.mistake
    return media, mistakes


def _picture(row: str, *, taken_by: str = "") -> tuple[str, FormError | None]:
    """Keep the picture of one row of a form and return its name, or that of one kept from an earlier try; else empty."""
    for upload in chosen(f"picture{row}")[:1]:
        try:
            return pictures.store(bytes_of(upload), act()), None
        except (NotTaken, pictures.NotAPicture) as error:
            return "", error.mistake
    kept = _kept_file(request.form.get(f"kept{row}", ""), files.PICTURES, taken_by)
    return (kept.name if kept is not None else ""), None


def token_of(name: str, *, form: str = "") -> str:
    """Return the token by which this person may send a form again with a file they sent; empty without a file.

    `form` is the endpoint that takes the form, where it is another one than that of this request.
    """
    row = stored_files.find(person().village_id, name) if name else None
    return _tokens(form).dumps(row.id) if row is not None else ""


def name_of(token: str) -> str:
    """Return the name of the picture that a token of this person and form is for; empty for any other text."""
    row = _kept_file(token, files.PICTURES)
    return row.name if row is not None else ""


def _kept_file(token: str, folder: Folder, form: str = "") -> StoredFile | None:
    """Return the reader's own file that a token of this form is for. None: another's, another form's, or too old."""
    try:
        file_id = _tokens(form).loads(token, max_age=TOKEN_SECONDS)
    except BadSignature:
        return None
    row = db.session.get(StoredFile, file_id)
    if row is None or (row.owner_id, row.village_id, row.folder) != (person().id, person().village_id, folder.name):
        return None
    return row if stored_files.path_of(row).exists() else None


def _tokens(form: str = "") -> URLSafeTimedSerializer:
    """Return the maker of tokens for this person, this village and this form: who takes it, and what its address names."""
    ids = sorted((name, str(value)) for name, value in (request.view_args or {}).items() if name != "step")
    bound = (person().village_id, person().id, form or request.endpoint, ids)
    return URLSafeTimedSerializer(
        str(current_app.secret_key), salt=f"kept:{bound!r}", signer_kwargs={"digest_method": hashlib.sha256}
    )
