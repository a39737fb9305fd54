"""The minutes, written from the record of a meeting: facts in their order, without words of any language."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from consult.domain.audit import canonical, sha256
from consult.domain.meetings.agendas import Result
from consult.domain.meetings.entry_facts import ProceedingStep
from consult.domain.meetings.proceedings import Course, ProceedingEntry, words_of
from consult.domain.polls.annulments import Ruling
from consult.domain.polls.resolution_texts import NOTHING, ResolutionText

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
        ProceedingStep.ADJOURNED,
        ProceedingStep.RESUMED,
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
    """Came after the hour that was told and after the opening of the sitting at which they first came."""
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
class SittingLine:
    """One day of a meeting that was adjourned: when, where (empty: as called), how many units were there."""

    began_at: datetime
    ended_at: datetime | None
    place: str
    present: int


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
    fell_away: bool = False
    """It says when the meeting was to go on, and it ended without that day."""


@dataclass(frozen=True)
class Item:
    """An item of the agenda, how it ended, and its lines."""

    number: int
    title: str
    result: Result | None
    lines: tuple[Line, ...]
    added_reason: str = ""
    """Why it came on the agenda after the call."""
    resolution: ResolutionText = NOTHING
    """What was put to the vote: as its newest vote had it; without a vote as it was called."""
    called: str = ""
    """The text as it was called, where another one was voted on; else empty."""
    bound: bool = False
    """Whether the digest has these two: minutes of a call in which they were not frozen have none."""
    resolved: bool = False
    """Whether a formal vote carried it."""
    annulled: tuple[tuple[Ruling, str], ...] = ()
    """Of votes that were annulled since: by which paper, and why. Beside the record, which stays as it was confirmed."""


@dataclass(frozen=True)
class Minutes:
    """The minutes of a meeting. Instants are aware."""

    began_at: datetime | None
    ended_at: datetime | None
    present: Present
    items: tuple[Item, ...]
    general: tuple[Line, ...]
    """What belongs to the meeting as a whole."""
    sittings: tuple[SittingLine, ...] = ()
    """Its days, where it was adjourned; empty for a meeting of one day."""

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
                    **({"resolution": i.resolution.as_facts(), "called": i.called} if i.bound else {}),
                }
                for i in self.items
            ],
            "general": [_facts(line) for line in self.general],
        } | ({"sittings": [_sitting(one) for one in self.sittings]} if self.sittings else {})


def _sitting(one: SittingLine) -> list[Any]:
    ended = one.ended_at.isoformat() if one.ended_at else None
    return [one.began_at.isoformat(), ended, one.place, one.present]


def _facts(line: Line) -> list[Any]:
    return [line.number, line.step.value, dict(line.facts), list(line.words), line.late]


def write(
    course: Course, present: Present, items: Iterable[tuple[int, str, str]], sittings: Iterable[SittingLine] = ()
) -> Minutes:
    """Write the minutes from the course of a meeting and its agenda: (number, title, why it was added after the call)."""
    lines = [_line(course, entry) for entry in course.standing.values() if entry.step in SHOWN]
    if course.ended_at is not None and course.sittings and course.sittings[-1].adjourned_at is not None:
        last = max(line.number for line in lines if line.step is ProceedingStep.ADJOURNED)
        lines = [replace(line, fell_away=line.number == last) for line in lines]
    by_item: dict[int | None, list[Line]] = {}
    for line in lines:
        by_item.setdefault(course.standing[line.number].item, []).append(line)
    written = [
        Item(number, title, course.results.get(number), tuple(by_item.get(number, ())), reason)
        for number, title, reason in items
    ]
    return Minutes(
        course.began_at,
        course.ended_at,
        present,
        items=tuple(written),
        general=tuple(by_item.get(None, ())),
        sittings=tuple(sittings),
    )


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
