"""Pictures: decoded, turned upright, made small, encoded anew. What a camera wrote beside the picture is gone."""

import io
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from consult.services.core import files

LONGEST_SIDE = 1280
QUALITY = 78


class NotAPicture(Exception):
    """The bytes are no picture we read (JPEG, PNG, WebP, GIF), or one of absurd size."""


def store(data: bytes) -> str:
    """Keep a picture and return its digest, which is its name. The same picture is kept once. Raises NotAPicture."""
    return files.keep(encoded(data), files.PICTURES)


def path_of(digest: str) -> Path:
    """Return where a picture is, whether or not it is there."""
    return files.path_of(files.PICTURES, digest)


def size_of(digest: str) -> tuple[int, int]:
    """Width and height of a stored picture. Raises FileNotFoundError."""
    with Image.open(path_of(digest)) as picture:
        return picture.size


def encoded(data: bytes) -> bytes:
    """A picture as it is kept, without keeping it. Raises NotAPicture."""
    if len(data) > files.LARGEST_PICTURE:
        raise NotAPicture
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "WEBP", "GIF")) as raw:
            if raw.width * raw.height > files.MOST_PIXELS:
                raise NotAPicture
            upright = ImageOps.exif_transpose(raw)
            flat = Image.new("RGB", upright.size, "white")
            flat.paste(upright.convert("RGBA"), mask=upright.convert("RGBA").getchannel("A"))
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError) as error:
        raise NotAPicture from error
    flat.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    out = io.BytesIO()
    flat.save(out, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return out.getvalue()
