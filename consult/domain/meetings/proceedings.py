"""The record of a meeting, entry by entry; screens and minutes show what follows from the entries.

Nothing is overwritten: an entry is undone by a later one while its item is open, and corrected by a later one after that.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from consult.domain.meetings.agendas import Result
from consult.domain.meetings.entry_facts import (
    ClosedFacts,
    CorrectedFacts,
    ItemClosedFacts,
    OfficerChangedFacts,
    OpenedFacts,
    ProceedingStep,
    SpeechBegunFacts,
    UndoneFacts,
)
from consult.domain.refusals import Reason

WORDS = frozenset(
    {
        ProceedingStep.SPEECH_NOTED,
        ProceedingStep.AMENDMENT_NOTED,
        ProceedingStep.REMARK_NOTED,
        ProceedingStep.CONFLICT_DECLARED,
    }
)
"""Entries with words of the recorder: `text` among their facts can be corrected."""
UNDOABLE = WORDS | {
    ProceedingStep.SPEECH_ASKED,
    ProceedingStep.SPEECH_BEGUN,
    ProceedingStep.SPEECH_ENDED,
    ProceedingStep.CHAIR_CHANGED,
    ProceedingStep.RECORDER_CHANGED,
}
"""A vote is not: its ballots stand. It can be cancelled by two persons, and asked anew."""


@dataclass(frozen=True, kw_only=True)
class ProceedingEntry:
    """One line. `item` is the number of the agenda item it belongs to; None: the meeting as a whole."""

    number: int
    step: ProceedingStep
    item: int | None
    facts: Mapping[str, Any]
    actor_id: int
    at: datetime


@dataclass
class Course:
    """The state of a meeting after some entries."""

    began_at: datetime | None = None
    ended_at: datetime | None = None
    chair_id: int | None = None
    recorder_id: int | None = None
    current: int | None = None
    """The number of the item that is on."""
    results: dict[int, Result] = field(default_factory=dict)
    """Of the items that are closed."""
    queue: list[ProceedingEntry] = field(default_factory=list)
    """Who asked to speak and has not begun, in their order."""
    speaking: ProceedingEntry | None = None
    """The entry SPEECH_BEGUN of the person who has the floor."""
    standing: dict[int, ProceedingEntry] = field(default_factory=dict)
    """Entries by number, without those undone."""
    corrections: dict[int, list[ProceedingEntry]] = field(default_factory=dict)
    """Later words for an entry, oldest first."""
    late: set[int] = field(default_factory=set)
    """Entries that came when their item, or the meeting, was closed already."""


def course_of(entries: Iterable[ProceedingEntry]) -> Course:
    """Return where a meeting stands after these entries, in the order of their numbers."""
    known = sorted(entries, key=lambda e: e.number)
    undone = {UndoneFacts.read(e.facts).of for e in known if e.step is ProceedingStep.UNDONE}
    course = Course()
    for entry in known:
        if entry.number in undone or entry.step is ProceedingStep.UNDONE:
            continue
        if course.ended_at is not None or (
            entry.item in course.results and entry.step is not ProceedingStep.ITEM_CLOSED
        ):
            course.late.add(entry.number)
        course.standing[entry.number] = entry
        _take(course, entry)
    return course


def _take(course: Course, entry: ProceedingEntry) -> None:
    facts = entry.facts
    match entry.step:
        case ProceedingStep.OPENED:
            opened = OpenedFacts.read(facts)
            course.began_at, course.chair_id, course.recorder_id = opened.began_at, opened.chair, opened.recorder
        case ProceedingStep.CLOSED:
            course.ended_at, course.current = ClosedFacts.read(facts).ended_at, None
            course.speaking, course.queue = None, []
        case ProceedingStep.CHAIR_CHANGED:
            course.chair_id = OfficerChangedFacts.read(facts).person
        case ProceedingStep.RECORDER_CHANGED:
            course.recorder_id = OfficerChangedFacts.read(facts).person
        case ProceedingStep.ITEM_CALLED:
            course.current, course.speaking, course.queue = entry.item, None, []
        case ProceedingStep.ITEM_CLOSED if entry.item is not None:
            course.results[entry.item] = ItemClosedFacts.read(facts).result
            course.current = None if course.current == entry.item else course.current
            course.speaking, course.queue = None, []
        case ProceedingStep.CORRECTED:
            course.corrections.setdefault(CorrectedFacts.read(facts).of, []).append(entry)
        case _:
            _talk(course, entry)


def _talk(course: Course, entry: ProceedingEntry) -> None:
    """Take an entry of the speakers' list."""
    match entry.step:
        case ProceedingStep.SPEECH_ASKED:
            course.queue.append(entry)
        case ProceedingStep.SPEECH_BEGUN:
            begun = SpeechBegunFacts.read(entry.facts)
            course.queue = [asked for asked in course.queue if asked.number != begun.of]
            course.speaking = entry
        case ProceedingStep.SPEECH_ENDED:
            course.speaking = None


def words_of(course: Course, number: int) -> list[str]:
    """Return all versions of an entry's words, oldest first: the last one holds, the others are struck through."""
    first = str(course.standing[number].facts.get("text", ""))
    return [first, *(CorrectedFacts.read(later.facts).text for later in course.corrections.get(number, ()))]


def why_not_undo(course: Course, number: int) -> Reason | None:
    """Return why an entry cannot be taken back; None: it can."""
    entry = course.standing.get(number)
    if entry is None or entry.step not in UNDOABLE:
        return Reason.NOTHING_TO_UNDO
    if course.ended_at is not None or entry.item in course.results:
        return Reason.ITEM_CLOSED
    return None


def why_not_correct(course: Course, number: int) -> Reason | None:
    """Return why an entry cannot be given other words; None: it can."""
    entry = course.standing.get(number)
    return None if entry is not None and entry.step in WORDS else Reason.NOTHING_TO_UNDO


def why_not_call(course: Course, item: int, *, vote_open: bool) -> Reason | None:
    """Return why the meeting may not turn to an item now; None: it may."""
    if course.began_at is None:
        return Reason.MEETING_NOT_OPEN
    if course.ended_at is not None:
        return Reason.MEETING_CLOSED
    if item in course.results:
        return Reason.ITEM_CLOSED
    return Reason.VOTE_IS_OPEN if vote_open else None


def why_not_note(course: Course, item: int | None) -> Reason | None:
    """Return why words may not be noted; None: they may. For a closed item they may, and are marked late."""
    if course.began_at is None:
        return Reason.MEETING_NOT_OPEN
    return Reason.ITEM_NOT_CURRENT if item is not None and item not in (course.current, *course.results) else None
