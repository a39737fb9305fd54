"""Make PDF files with typst from a template of templates/print and JSON data. No source is built from the data."""

import json
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

from consult.config import ROOT

TEMPLATES = ROOT / "templates" / "print"
FONTS = ROOT / "consult" / "data" / "fonts"
SYSTEM_FONTS = (Path("/usr/share/fonts/opentype/noto"), Path("/usr/share/fonts/truetype/noto"))
"""Where Debian keeps Noto CJK: for the rare character of a name that our own file lacks."""
STAND_IN = "\u3013"
"""Printed where no font at hand has a character."""


def typeset(template: str, context: dict[str, Any]) -> bytes:
    """Return one PDF. Characters that no font at hand has are replaced, and named in a line at the end."""
    typst: Any = import_module("typst")  # its compiler is large, and a server that never prints carries none of it
    rare = sorted({c for text in strings(context) for c in text if ord(c) not in code_points()})
    paths, missing = [FONTS], rare
    if rare and (system := [path for path in SYSTEM_FONTS if path.is_dir()]):
        paths, missing = [FONTS, *system], []
    shown = replaced(context, set(missing)) if missing else context
    shown = shown | {"missing": [f"U+{ord(c):04X}" for c in missing]}
    pdf: bytes = typst.compile(
        str(TEMPLATES / f"{template}.typ"),
        root=str(TEMPLATES),
        font_paths=list(map(str, paths)),
        ignore_system_fonts=True,
        sys_inputs={"facts": json.dumps(shown, ensure_ascii=False)},
    )
    return pdf


@lru_cache(maxsize=1)
def code_points() -> frozenset[int]:
    """Return the code points of our own font, and of the control characters of a line."""
    found = {0x09, 0x0A, 0x0D, 0x20, 0xA0, 0x200B}
    for row in (FONTS / "code-points.txt").read_text().split():
        first, _, last = row.partition("-")
        found.update(range(int(first, 16), int(last or first, 16) + 1))
    return frozenset(found)


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
