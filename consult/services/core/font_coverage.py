"""The characters that a font file has, read from its own table `cmap` (OpenType, formats 4 and 12)."""

import struct
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

COLLECTION = b"ttcf"
SUFFIXES = frozenset({".otf", ".ttf", ".ttc", ".otc"})


def characters(folders: tuple[Path, ...]) -> frozenset[int]:
    """Return the code points that any font in some folders has."""
    files = sorted(
        file for folder in folders if folder.is_dir() for file in folder.rglob("*") if file.suffix in SUFFIXES
    )
    return frozenset[int]().union(*(of_file(file) for file in files))


@lru_cache(maxsize=16)
def of_file(file: Path) -> frozenset[int]:
    """Return the code points of a font file; of a collection, those that any font in it has."""
    with file.open("rb") as font:
        found: set[int] = set()
        for at in {offset for face in _faces(font.read(4), font.read(4096)) for offset in _cmaps(file, face)}:
            found |= set(_code_points(file, at))
    return frozenset(found)


def _faces(mark: bytes, rest: bytes) -> list[int]:
    """Return where the fonts of a file begin."""
    if mark != COLLECTION:
        return [0]
    (count,) = struct.unpack_from(">I", rest, 4)
    return list(struct.unpack_from(f">{count}I", rest, 8))


def _cmaps(file: Path, face: int) -> Iterator[int]:
    """Yield where the table `cmap` of a font stands."""
    with file.open("rb") as font:
        font.seek(face + 4)
        (tables,) = struct.unpack(">H", font.read(2))
        font.seek(face + 12)
        for _ in range(tables):
            tag, _checksum, offset, _length = struct.unpack(">4sIII", font.read(16))
            if tag == b"cmap":
                yield offset


def _code_points(file: Path, at: int) -> Iterator[int]:
    with file.open("rb") as font:
        font.seek(at + 2)
        (count,) = struct.unpack(">H", font.read(2))
        records = [struct.unpack(">HHI", font.read(8)) for _ in range(count)]
        for start in {at + offset for _platform, _encoding, offset in records}:
            font.seek(start)
            form, length = struct.unpack(">HH", font.read(4))
            if form == 4:
                yield from _of_segments(font.read(length - 4))
            elif form == 12:
                font.read(8)
                (groups,) = struct.unpack(">I", font.read(4))
                for _ in range(groups):
                    first, last, glyph = struct.unpack(">III", font.read(12))
                    yield from range(first if glyph else first + 1, last + 1)


def _of_segments(table: bytes) -> Iterator[int]:
    """Yield what a table of format 4 maps to a glyph; glyph 0 is none."""
    half = struct.unpack_from(">H", table, 2)[0] // 2
    ends = struct.unpack_from(f">{half}H", table, 10)
    starts = struct.unpack_from(f">{half}H", table, 12 + 2 * half)
    deltas = struct.unpack_from(f">{half}H", table, 12 + 4 * half)
    offsets = struct.unpack_from(f">{half}H", table, 12 + 6 * half)
    for n, (first, last) in enumerate(zip(starts, ends, strict=True)):
        for one in range(first, last + 1):
            glyph = one
            if offsets[n]:
                at = 12 + 6 * half + 2 * n + offsets[n] + 2 * (one - first)
                glyph = struct.unpack_from(">H", table, at)[0] if at + 2 <= len(table) else 0
                if not glyph:
                    continue
            if (glyph + deltas[n]) & 0xFFFF and one != 0xFFFF:
                yield one
