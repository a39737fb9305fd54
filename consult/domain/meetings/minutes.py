"""The minutes, written from the record of a meeting: facts in their order, without words of any language."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from consult.domain.audit import canonical, sha256
from consult.domain.meetings.agendas import Result
from consult.domain.meetings.entry_facts import ProceedingStep
from consult.domain.meetings.proceedings import Course, ProceedingEntry, words_of

SHOWN = frozenset(
    {
        ProceedingStep.SPEECH_NOTED,
        ProceedingStep.AMENDMENT_NOTED,
        ProceedingStep.REMARK_NOTED,
        ProceedingStep.CONFLICT_DECLARED,
        ProceedingStep.CHAIR_CHANGED,
        ProceedingStep.RECORDER_CHANGED,
        ProceedingStep.VOTE_DECLARED,
        ProceedingStep.VOTE_CANCELLED,
    }
)
"""Entries that stand in the minutes. The speakers' list and its timer do not: gists do."""


@dataclass(frozen=True, kw_only=True)
class Present:
    """应到 / 实到 / 列席 / 缺席, in units of the meeting's roll."""

    expected: int
    came: int
    by_way: Mapping[str, int]
    late: int
    """Came after the opening."""
    left: int
    """Left before the end."""
    excused: int
    absent: int
    """Neither came nor was excused."""
    typed_in: int
    """Of those who came, how many were typed in from paper after the end: they change neither quorum nor votes."""
    sitting_in: tuple[tuple[str, str], ...]
    """(name, office or reason) of those without a vote."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One entry. The last of `words` holds, the others are struck through."""

    number: int
    step: ProceedingStep
    facts: Mapping[str, Any]
    words: tuple[str, ...]
    corrected_at: tuple[datetime, ...]
    late: bool
    at: datetime


@dataclass(frozen=True)
class Item:
    """An item of the agenda, how it ended, and its lines."""

    number: int
    title: str
    result: Result | None
    lines: tuple[Line, ...]
    added_reason: str = ""
    """Why it came on the agenda after the call."""


@dataclass(frozen=True)
class Minutes:
    """The minutes of a meeting. Instants are aware."""

    began_at: datetime | None
    ended_at: datetime | None
    present: Present
    items: tuple[Item, ...]
    general: tuple[Line, ...]
    """What belongs to the meeting as a whole."""

    def digest(self) -> str:
        """Return the digest of everything the chair confirms: counts, words and their corrections."""
        return sha256(canonical(self.as_facts()))

    def as_facts(self) -> dict[str, Any]:
        """Return the facts whose canonical form is hashed."""
        p = self.present
        return {
            "began_at": self.began_at.isoformat() if self.began_at else None,
            "ended_at": self.ended_at.isoformat() if self.ended_at else None,
            "present": {
                "expected": p.expected,
                "came": p.came,
                "by_way": dict(sorted(p.by_way.items())),
                "late": p.late,
                "left": p.left,
                "typed_in": p.typed_in,
                "excused": p.excused,
                "absent": p.absent,
                "sitting_in": [list(g) for g in p.sitting_in],
            },
            "items": [
                {
                    "number": i.number,
                    "title": i.title,
                    "result": i.result.value if i.result else None,
                    "added_reason": i.added_reason,
                    "lines": [_facts(line) for line in i.lines],
                }
                for i in self.items
            ],
            "general": [_facts(line) for line in self.general],
        }


def _facts(line: Line) -> list[Any]:
    return [line.number, line.step.value, dict(line.facts), list(line.words), line.late]


def write(course: Course, present: Present, items: Iterable[tuple[int, str, str]]) -> Minutes:
    """Write the minutes from the course of a meeting and its agenda: (number, title, why it was added after the call)."""
    lines = [_line(course, entry) for entry in course.standing.values() if entry.step in SHOWN]
    by_item: dict[int | None, list[Line]] = {}
    for line in lines:
        by_item.setdefault(course.standing[line.number].item, []).append(line)
    written = [
        Item(number, title, course.results.get(number), tuple(by_item.get(number, ())), reason)
        for number, title, reason in items
    ]
    return Minutes(course.began_at, course.ended_at, present, tuple(written), tuple(by_item.get(None, ())))


def _line(course: Course, entry: ProceedingEntry) -> Line:
    later: Sequence[ProceedingEntry] = course.corrections.get(entry.number, ())
    words = tuple(words_of(course, entry.number)) if "text" in entry.facts else ()
    return Line(
        number=entry.number,
        step=entry.step,
        facts=entry.facts,
        words=words,
        corrected_at=tuple(e.at for e in later),
        late=entry.number in course.late,
        at=entry.at,
    )
