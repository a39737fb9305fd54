"""The differences between two revisions of a text: kept, struck, added. What a comparison may cost is bounded."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import Match, SequenceMatcher
from enum import StrEnum

SENTENCE = re.compile(r"[^。！？；!?;\n]*[。！？；!?;\n]?")
ALIKE = 0.4
"""Two sentences less alike than this are shown as one struck and one added, not letter by letter."""
SMALLEST_KEPT = 2
"""Fewer kept characters between two changes are shown as changed too."""
LONGEST_BY_LETTER = 600
"""Longer pieces are shown as one struck and one added."""
MOST_STEPS = 1_000_000
"""Pairs of characters or sentences that one revision may compare: some tenths of a second."""
MOST_SENTENCES = 500
"""Texts with more sentences between the first and the last change are compared by lines."""


class DifferenceKind(StrEnum):
    """The text in which a part stands: both, the old one only, or the new one only."""

    KEPT = "kept"
    STRUCK = "struck"
    ADDED = "added"


@dataclass(frozen=True)
class DifferencePart:
    """Consecutive characters of one kind."""

    kind: DifferenceKind
    text: str


class Budget:
    """The cost that comparisons may still have, in pairs of characters or sentences; shared by all texts of a page."""

    def __init__(self, steps: int = MOST_STEPS) -> None:
        self.left = steps

    def take(self, steps: int) -> bool:
        """Take so many steps. False where not so many are left, and then none are taken."""
        if steps > self.left:
            return False
        self.left -= steps
        return True


class _Matcher(SequenceMatcher[str]):
    """A matcher that looks for matches as long as the budget lasts; what is left then has none."""

    def __init__(self, old: Sequence[str], new: Sequence[str], budget: Budget) -> None:
        super().__init__(None, old, new, autojunk=False)
        self.budget, self.sizes = budget, (len(old), len(new))

    def find_longest_match(self, alo: int = 0, ahi: int | None = None, blo: int = 0, bhi: int | None = None) -> Match:
        """Return the longest match of two ranges; none where comparing them costs more than is left."""
        ahi, bhi = self.sizes[0] if ahi is None else ahi, self.sizes[1] if bhi is None else bhi
        if not self.budget.take((ahi - alo) * (bhi - blo)):
            return Match(alo, blo, 0)
        return super().find_longest_match(alo, ahi, blo, bhi)


def between(old: str, new: str, budget: Budget | None = None) -> list[DifferencePart]:
    """Return the parts of both texts in reading order. Without the added ones they join to the old text."""
    budget = budget or Budget()
    before, after = _sentences(old), _sentences(new)
    head = _alike(before, after)
    tail = _alike(before[head:][::-1], after[head:][::-1])
    ends = len(before) - tail, len(after) - tail
    middle = _by_piece(*_pieces(before[head : ends[0]], after[head : ends[1]]), budget)
    return _joined(
        [
            DifferencePart(DifferenceKind.KEPT, "".join(before[:head])),
            *middle,
            DifferencePart(DifferenceKind.KEPT, "".join(before[ends[0] :])),
        ]
    )


def changed_fields(
    old: Mapping[str, str], new: Mapping[str, str], fields: Sequence[str], budget: Budget | None = None
) -> dict[str, list[DifferencePart]]:
    """Return the differences of each field that changed."""
    budget = budget or Budget()
    return {name: between(old[name], new[name], budget) for name in fields if old[name] != new[name]}


def to_steps(parts: Sequence[DifferencePart]) -> list[list[str | int]]:
    """Return how long each part is, to be stored beside the two texts."""
    return [[part.kind.value, len(part.text)] for part in parts]


def from_steps(old: str, new: str, steps: Sequence[Sequence[str | int]]) -> list[DifferencePart]:
    """Return the parts that `to_steps` was given, out of the two texts."""
    parts, a, b = [], 0, 0
    for value, length in steps:
        kind, size = DifferenceKind(str(value)), int(length)
        text = new[b : b + size] if kind is DifferenceKind.ADDED else old[a : a + size]
        a += size if kind is not DifferenceKind.ADDED else 0
        b += size if kind is not DifferenceKind.STRUCK else 0
        parts.append(DifferencePart(kind, text))
    return parts


def _sentences(text: str) -> list[str]:
    return [s for s in SENTENCE.findall(text) if s]


def _pieces(old: list[str], new: list[str]) -> tuple[list[str], list[str]]:
    """Return the sentences of both, or their lines where there are too many sentences."""
    if max(len(old), len(new)) <= MOST_SENTENCES:
        return old, new
    return "".join(old).splitlines(keepends=True), "".join(new).splitlines(keepends=True)


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """Return with how many equal pieces both begin."""
    number = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        number += 1
    return number


def _by_piece(old: list[str], new: list[str], budget: Budget) -> Iterator[DifferencePart]:
    for tag, a, b, c, d in _Matcher(old, new, budget).get_opcodes():
        if tag == "equal":
            yield DifferencePart(DifferenceKind.KEPT, "".join(old[a:b]))
        else:
            yield from _by_letter("".join(old[a:b]), "".join(new[c:d]), budget)


def _by_letter(old: str, new: str, budget: Budget) -> Iterator[DifferencePart]:
    matcher = _Matcher(old, new, budget)
    short = old and new and max(len(old), len(new)) <= LONGEST_BY_LETTER
    if not short or matcher.ratio() < ALIKE:
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


def _joined(parts: Sequence[DifferencePart]) -> list[DifferencePart]:
    """Drop empty parts and join neighbours of one kind."""
    joined: list[DifferencePart] = []
    for part in parts:
        if joined and joined[-1].kind is part.kind:
            joined[-1] = DifferencePart(part.kind, joined[-1].text + part.text)
        elif part.text:
            joined.append(part)
    return joined
