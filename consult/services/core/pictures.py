"""Pictures: decoded, turned upright, made small, encoded anew. What a camera wrote beside the picture is gone."""

import hashlib
import io
import os
from pathlib import Path

from flask import current_app
from PIL import Image, ImageOps, UnidentifiedImageError

from consult.config import Config

LONGEST_SIDE = 1280
MOST_PIXELS = 60_000_000
LARGEST_FILE = 12 * 1024 * 1024
QUALITY = 78


class NotAPicture(Exception):
    """The bytes are no picture we read (JPEG, PNG, WebP, GIF), or one of absurd size."""


def store(data: bytes) -> str:
    """Keep a picture and return its digest, which is its name. The same picture is kept once. Raises NotAPicture."""
    data = encoded(data)
    digest = digest_of(data)
    path = path_of(digest)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(f".{os.getpid()}.part")
        partial.write_bytes(data)
        partial.replace(path)
    return digest


def digest_of(content: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def path_of(digest: str) -> Path:
    config: Config = current_app.config["CONSULT"]
    return config.instance_path / "pictures" / digest[:2] / f"{digest}.jpg"


def size_of(digest: str) -> tuple[int, int]:
    """Width and height of a stored picture. Raises FileNotFoundError."""
    with Image.open(path_of(digest)) as picture:
        return picture.size


def encoded(data: bytes) -> bytes:
    """A picture as it is kept, without keeping it. Raises NotAPicture."""
    if len(data) > LARGEST_FILE:
        raise NotAPicture
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "WEBP", "GIF")) as raw:
            if raw.width * raw.height > MOST_PIXELS:
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
