"""The record of a meeting, entry by entry; screens and minutes show what follows from the entries.

Nothing is overwritten: an entry is undone by a later one while its item is open, and corrected by a later one after that.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from consult.domain.meetings.agendas import PUT_OFF, Result
from consult.domain.meetings.entry_facts import (
    AdjournedFacts,
    ChairChangedFacts,
    ClosedFacts,
    CorrectedFacts,
    EntryFacts,
    ItemClosedFacts,
    OfficerChangedFacts,
    OpenedFacts,
    ProceedingStep,
    RecorderChangedFacts,
    ResumedFacts,
    SpeechAskedFacts,
    SpeechBegunFacts,
    SpeechEndedFacts,
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
BETWEEN_SITTINGS = WORDS | {ProceedingStep.CHAIR_CHANGED, ProceedingStep.RECORDER_CHANGED}
"""What may be noted while a meeting waits for its next day."""
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
class Sitting:
    """One day of a meeting. `due_at`: the hour that was told; None in older records. `place` empty: that of the call."""

    opened_at: datetime
    """When its beginning was noted."""
    began_at: datetime
    due_at: datetime | None
    place: str = ""
    ended_at: datetime | None = None
    adjourned_at: datetime | None = None
    """When its end was noted, where the meeting goes on another day."""

    @property
    def late_after(self) -> datetime:
        """Return the instant after which a unit came late: the hour that was told and the opening are both over."""
        return max(self.opened_at, self.due_at) if self.due_at else self.opened_at


@dataclass
class Course:
    """The state of a meeting after some entries."""

    sittings: list[Sitting] = field(default_factory=list)
    """Its days, oldest first: one, unless it was adjourned."""
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
            entry.item in course.results and entry.step not in (ProceedingStep.ITEM_CLOSED, ProceedingStep.ITEM_CALLED)
        ):
            course.late.add(entry.number)
        course.standing[entry.number] = entry
        _take(course, entry)
    return course


def _take(course: Course, entry: ProceedingEntry) -> None:
    facts = entry.facts
    if entry.step in _OF_SITTINGS:
        _take_sitting(course, entry)
        return
    match entry.step:
        case ProceedingStep.CHAIR_CHANGED:
            course.chair_id = OfficerChangedFacts.read(facts).person
        case ProceedingStep.RECORDER_CHANGED:
            course.recorder_id = OfficerChangedFacts.read(facts).person
        case ProceedingStep.ITEM_CALLED:
            if entry.item is not None:  # it was put off before, and comes again
                course.results.pop(entry.item, None)
            course.current, course.speaking, course.queue = entry.item, None, []
        case ProceedingStep.ITEM_CLOSED if entry.item is not None:
            course.results[entry.item] = ItemClosedFacts.read(facts).result
            course.current = None if course.current == entry.item else course.current
            course.speaking, course.queue = None, []
        case ProceedingStep.CORRECTED:
            course.corrections.setdefault(CorrectedFacts.read(facts).of, []).append(entry)
        case _:
            _talk(course, entry)


_OF_SITTINGS = (ProceedingStep.OPENED, ProceedingStep.RESUMED, ProceedingStep.ADJOURNED, ProceedingStep.CLOSED)


def _take_sitting(course: Course, entry: ProceedingEntry) -> None:
    """Take an entry with which a day of the meeting begins or ends."""
    facts = entry.facts
    match entry.step:
        case ProceedingStep.OPENED:
            opened = OpenedFacts.read(facts)
            course.began_at, course.chair_id, course.recorder_id = opened.began_at, opened.chair, opened.recorder
            course.sittings.append(Sitting(entry.at, opened.began_at, opened.due_at))
        case ProceedingStep.RESUMED:
            resumed = ResumedFacts.read(facts)
            course.sittings.append(Sitting(entry.at, resumed.began_at, resumed.due_at, resumed.place))
        case ProceedingStep.ADJOURNED:
            _end_sitting(course, AdjournedFacts.read(facts).ended_at, adjourned_at=entry.at)
        case ProceedingStep.CLOSED:
            course.ended_at = ClosedFacts.read(facts).ended_at
            _end_sitting(course, course.ended_at)


def _end_sitting(course: Course, ended_at: datetime, *, adjourned_at: datetime | None = None) -> None:
    """End the sitting that is on, with its speakers' list; after an adjournment there is none."""
    course.current, course.speaking, course.queue = None, None, []
    if course.sittings and course.sittings[-1].ended_at is None:
        course.sittings[-1].ended_at, course.sittings[-1].adjourned_at = ended_at, adjourned_at


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
    """Return why the meeting may not turn to an item now; None: it may. What was put off may come again."""
    if course.began_at is None:
        return Reason.MEETING_NOT_OPEN
    if course.ended_at is not None:
        return Reason.MEETING_CLOSED
    if is_adjourned(course):
        return Reason.MEETING_ADJOURNED
    if item in course.results and course.results[item] not in PUT_OFF:
        return Reason.ITEM_CLOSED
    return Reason.VOTE_IS_OPEN if vote_open else None


def is_adjourned(course: Course) -> bool:
    """Tell whether a meeting waits for its next day."""
    return course.ended_at is None and bool(course.sittings) and course.sittings[-1].ended_at is not None


def next_item(course: Course, numbers: Iterable[int]) -> int | None:
    """Return the item after the one that is on, of those that have no result; None: all are done."""
    left = [number for number in sorted(numbers) if number not in course.results and number != course.current]
    return next((number for number in left if number > (course.current or 0)), left[0] if left else None)


def why_not_note(course: Course, item: int | None) -> Reason | None:
    """Return why words may not be noted; None: they may. For a closed item they may, and are marked late."""
    if course.began_at is None:
        return Reason.MEETING_NOT_OPEN
    return Reason.ITEM_NOT_CURRENT if item is not None and item not in (course.current, *course.results) else None


def is_said_already(course: Course, facts: EntryFacts) -> bool:
    """Tell whether the record says it already: that somebody waits to speak, speaks or has ended, chairs, keeps the record.

    Two persons may press one button at once, each on a phone of their own.
    """
    match facts:
        case SpeechAskedFacts():
            return any(asked.facts == facts.as_json() for asked in course.queue)
        case SpeechBegunFacts():
            return all(asked.number != facts.of for asked in course.queue)
        case SpeechEndedFacts():
            return course.speaking is None
        case ChairChangedFacts():
            return course.chair_id == facts.person
        case RecorderChangedFacts():
            return course.recorder_id == facts.person
    return False
