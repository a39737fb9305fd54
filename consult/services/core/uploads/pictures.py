"""Pictures: decoded in another process, turned upright, made small, encoded anew without the camera's metadata."""

from pathlib import Path

from consult.domain.form_errors import FormError
from consult.services.core import files
from consult.services.core.acts import Act
from consult.services.core.uploads import decoding, stored_files

LONGEST_SIDE = 1280
QUALITY = 78
TOO_MANY_PIXELS = 3
"""What consult/decoders/pictures.py ends with for more pixels than MOST_PIXELS."""


class NotAPicture(Exception):
    """The upload was not kept (JPEG, PNG, WebP, GIF and HEIC are read); `mistake` says why."""

    def __init__(self, mistake: FormError = FormError.NOT_A_PICTURE) -> None:
        super().__init__(mistake.value)
        self.mistake = mistake


def store(data: bytes, act: Act) -> str:
    """Keep a picture for the actor and return its name; sent twice it is kept twice. Raises NotAPicture."""
    return stored_files.keep(encoded(data), files.PICTURES, act).name


def path_of(name: str) -> Path:
    """Return the path of a picture, which may not be there."""
    return files.path_of(files.PICTURES, name)


def size_of(name: str) -> tuple[int, int]:
    """Return width and height of a stored picture in pixels. Raises FileNotFoundError."""
    from PIL import Image  # not at the start: a library of megabytes, for the pages of photos only

    with Image.open(path_of(name)) as picture:
        return picture.size


def encoded(data: bytes) -> bytes:
    """Return a picture as it would be stored, without storing it. Raises NotAPicture."""
    if len(data) > files.LARGEST_PICTURE:
        raise NotAPicture(FormError.FILE_TOO_LARGE.with_numbers(most=files.LARGEST_PICTURE // files.MEGABYTE))
    try:
        return decoding.run(decoding.PICTURES, data, files.MOST_PIXELS, LONGEST_SIDE, QUALITY)
    except decoding.Busy as error:
        raise NotAPicture(FormError.TRY_AGAIN) from error
    except decoding.Undecodable as error:
        too_large = error.code == TOO_MANY_PIXELS
        raise NotAPicture(FormError.PICTURE_TOO_LARGE if too_large else FormError.NOT_A_PICTURE) from error
