"""Make PDF files with typst from a template of templates/print and JSON data. No source is built from the data."""

import json
import logging
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

from consult.config import ROOT
from consult.services.core import font_coverage

TEMPLATES = ROOT / "templates" / "print"
FONTS = ROOT / "consult" / "data" / "fonts"
SYSTEM_FONTS = (Path("/usr/share/fonts/opentype/noto"), Path("/usr/share/fonts/truetype/noto"))
"""Where Debian keeps Noto CJK: for the rare character of a name that our own file lacks."""
OUR_FONT = "NotoSansCJKsc-subset.otf"
STAND_IN = "\u3013"
"""Printed where no font at hand has a character."""
AROUND = 4
"""So many characters on each side of it are given with it."""

log = logging.getLogger("consult.fonts")


def attend() -> bool:
    """Tell whether our font file is where it belongs; log it where it is not. Called once, at the start."""
    there = (FONTS / OUR_FONT).is_file()
    if not there:
        log.warning("缺字体文件 %s：打印出来的字会变成 %s。请重新装一次程序。", FONTS / OUR_FONT, STAND_IN)
    return there


def typeset(template: str, context: dict[str, Any]) -> bytes:
    """Return one PDF. Characters that no font at hand has are replaced, and named in a line at the end."""
    typst: Any = import_module("typst")  # its compiler is large, and a server that never prints carries none of it
    texts = strings(context)
    missing = lacking(texts)
    paths = [FONTS, *SYSTEM_FONTS] if any(ord(c) not in code_points() for text in texts for c in text) else [FONTS]
    shown = replaced(context, set(missing)) if missing else context
    shown = shown | {"missing": [named(c, texts) for c in missing], "name": name_of(context)}
    pdf: bytes = typst.compile(
        str(TEMPLATES / f"{template}.typ"),
        root=str(TEMPLATES),
        font_paths=[str(path) for path in paths if path.is_dir()],
        ignore_system_fonts=True,
        sys_inputs={"facts": json.dumps(shown, ensure_ascii=False)},
    )
    return pdf


def name_of(context: dict[str, Any]) -> str:
    """Return the title that a PDF carries in its metadata: of the paper, of its cover, or of the first document in it.

    Raises ValueError where none of them has one.
    """
    for part in (context, context.get("cover", {}), *context.get("documents", [])):
        if part.get("title"):
            return str(part["title"])
    raise ValueError("This paper has no title.")


def lacking(texts: Iterable[str]) -> list[str]:
    """Return the characters of texts that neither our font nor a font of the machine has."""
    rare = {c for text in texts for c in text if ord(c) not in code_points() and not _unseen(c)}
    if not rare:
        return []
    there = font_coverage.characters(SYSTEM_FONTS)
    return sorted(c for c in rare if ord(c) not in there)


def named(character: str, texts: Iterable[str]) -> str:
    """Return which character a stand-in means: its code point, and the words around the place where it stands first."""
    words = next((text for text in texts if character in text), character)
    at = words.index(character)
    around = words[max(0, at - AROUND) : at + AROUND + 1]
    shown = "".join(STAND_IN if c in lacking([c]) else c for c in around).strip()
    return f"{STAND_IN} = U+{ord(character):04X}（{shown}）"


def _unseen(character: str) -> bool:
    """Tell whether a character takes no room of its own: a mark of format, or one that selects a form of another."""
    variant = 0xFE00 <= ord(character) <= 0xFE0F or 0xE0100 <= ord(character) <= 0xE01EF
    return variant or unicodedata.category(character) in {"Cc", "Cf"}


@lru_cache(maxsize=1)
def code_points() -> frozenset[int]:
    """Return the code points of our own font, and of the control characters of a line."""
    return font_coverage.characters((FONTS,)) | {0x09, 0x0A, 0x0D, 0x20, 0xA0, 0x200B}


def strings(value: Any) -> list[str]:
    """Return every text in nested data, but no inline SVG."""
    if isinstance(value, str):
        return [value] if not value.startswith("<svg") else []
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
    return [text for part in parts for text in strings(part)]


def replaced(value: Any, missing: set[str]) -> Any:
    """Return the same data with characters that no font has replaced by STAND_IN."""
    if isinstance(value, str):
        return "".join(STAND_IN if c in missing else c for c in value)
    if isinstance(value, dict):
        return {name: replaced(part, missing) for name, part in value.items()}
    return [replaced(part, missing) for part in value] if isinstance(value, list | tuple) else value
