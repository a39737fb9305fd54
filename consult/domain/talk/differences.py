"""The differences between two revisions of a text: kept, struck, added."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

SENTENCE = re.compile(r"[^。！？；!?;\n]*[。！？；!?;\n]?")
ALIKE = 0.4
"""Two sentences less alike than this are shown as one struck and one added, not letter by letter."""
SMALLEST_KEPT = 2
"""Fewer kept characters between two changes are shown as changed too."""


class DifferenceKind(StrEnum):
    """Whether a part stands in both texts, in the old one only, or in the new one only."""

    KEPT = "kept"
    STRUCK = "struck"
    ADDED = "added"


@dataclass(frozen=True)
class DifferencePart:
    """Consecutive characters of one kind."""

    kind: DifferenceKind
    text: str


def between(old: str, new: str) -> list[DifferencePart]:
    """Return the parts of both texts in reading order. Without the added ones they join to the old text."""
    return _joined(_by_sentence(_sentences(old), _sentences(new)))


def _sentences(text: str) -> list[str]:
    return [s for s in SENTENCE.findall(text) if s]


def _by_sentence(old: list[str], new: list[str]) -> Iterator[DifferencePart]:
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield DifferencePart(DifferenceKind.KEPT, "".join(old[a:b]))
        else:
            yield from _by_letter("".join(old[a:b]), "".join(new[c:d]))


def _by_letter(old: str, new: str) -> Iterator[DifferencePart]:
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if not old or not new or matcher.ratio() < ALIKE:
        yield from (DifferencePart(DifferenceKind.STRUCK, old), DifferencePart(DifferenceKind.ADDED, new))
        return
    struck, added = "", ""
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal" and b - a >= SMALLEST_KEPT:
            yield from (
                DifferencePart(DifferenceKind.STRUCK, struck),
                DifferencePart(DifferenceKind.ADDED, added),
                DifferencePart(DifferenceKind.KEPT, old[a:b]),
            )
            struck, added = "", ""
        else:
            struck, added = struck + old[a:b], added + new[c:d]
    yield from (DifferencePart(DifferenceKind.STRUCK, struck), DifferencePart(DifferenceKind.ADDED, added))


def _joined(parts: Iterator[DifferencePart]) -> list[DifferencePart]:
    """Drop empty parts and join neighbours of one kind."""
    joined: list[DifferencePart] = []
    for part in parts:
        if joined and joined[-1].kind is part.kind:
            joined[-1] = DifferencePart(part.kind, joined[-1].text + part.text)
        elif part.text:
            joined.append(part)
    return joined
