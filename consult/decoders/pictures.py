"""Decode a picture, turn it upright, make it small, and encode it anew as JPEG without the camera's metadata.

A program: pictures.py MOST_MEMORY MOST_SECONDS MOST_PIXELS LONGEST_SIDE QUALITY. Ends with 2 if the file is no picture,
with 3 if it has too many pixels.
"""

import io
import os
import resource
import sys

from PIL import Image, ImageOps

NOT_A_PICTURE, TOO_LARGE = 2, 3
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
OF_HEIF = (b"heic", b"heix", b"heim", b"heis", b"mif1")
"""What stands after `ftyp` in the photos of iPhones and newer Androids. Their decoder is loaded for them only."""


def encode(data: bytes, most_pixels: int, longest_side: int, quality: int) -> bytes | None:
    """Return the picture made small; None if it has too many pixels, which is known before it is decoded."""
    with Image.open(io.BytesIO(data), formats=_formats(data)) as raw:
        if raw.width * raw.height > most_pixels:
            return None
        if raw.format == "JPEG":
            raw.draft("RGB", (longest_side, longest_side))  # a large one is decoded at half its size, or less
        small: Image.Image = raw
        if raw.mode not in ("RGB", "L", "CMYK", "YCbCr"):
            small = raw.convert("RGBA")
        small.thumbnail((longest_side, longest_side))
        upright = ImageOps.exif_transpose(small)
    flat = Image.new("RGB", upright.size, "white")
    flat.paste(upright.convert("RGB"), mask=upright.getchannel("A") if upright.mode == "RGBA" else None)
    out = io.BytesIO()
    flat.save(out, "JPEG", quality=quality, optimize=True, progressive=True)
    return out.getvalue()


def _formats(data: bytes) -> tuple[str, ...]:
    if data[4:8] != b"ftyp" or data[8:12] not in OF_HEIF:
        return FORMATS
    import pi_heif  # type: ignore[import-untyped]  # not for every picture: a library of megabytes

    pi_heif.register_heif_opener(thumbnails=False)
    return ("HEIF",)


def main(most_memory: int, most_seconds: int, *numbers: int) -> int:
    resource.setrlimit(resource.RLIMIT_AS, (most_memory, most_memory))
    resource.setrlimit(resource.RLIMIT_CPU, (most_seconds, most_seconds))
    os.nice(10)  # whoever votes meanwhile goes first
    try:
        made = encode(sys.stdin.buffer.read(), *numbers)
    except (OSError, ValueError, SyntaxError, MemoryError, Image.DecompressionBombError):
        return NOT_A_PICTURE
    if made is None:
        return TOO_LARGE
    sys.stdout.buffer.write(made)
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
