"""The facts of each entry of a meeting's record: one class per step.

The stored JSON has the fields in the order of the class; a field without a value is left out.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Self

from consult.domain.meetings.agendas import Result
from consult.domain.polls.polls import Outcome


class ProceedingStep(StrEnum):
    """A step of a meeting, as stored.

    A new one has its facts below, and says whether it can be undone (proceedings.py) and stands in the minutes
    (minutes.py); those who read the minutes need its words in components/minutes.html and views.meetings.print_facts.
    """

    OPENED = "opened"
    ADJOURNED = "adjourned"
    RESUMED = "resumed"
    ITEM_CALLED = "item_called"
    ITEM_CLOSED = "item_closed"
    SPEECH_ASKED = "speech_asked"
    SPEECH_BEGUN = "speech_begun"
    SPEECH_ENDED = "speech_ended"
    SPEECH_NOTED = "speech_noted"
    AMENDMENT_NOTED = "amendment_noted"
    REMARK_NOTED = "remark_noted"
    CONFLICT_DECLARED = "conflict_declared"
    CHAIR_CHANGED = "chair_changed"
    RECORDER_CHANGED = "recorder_changed"
    VOTE_OPENED = "vote_opened"
    VOTE_ENDED = "vote_ended"
    VOTE_DECLARED = "vote_declared"
    VOTE_CANCELLED = "vote_cancelled"
    UNDONE = "undone"
    CORRECTED = "corrected"
    CLOSED = "closed"


_FROM_JSON: Mapping[Any, Callable[[Any], Any]] = {
    datetime: datetime.fromisoformat,
    datetime | None: datetime.fromisoformat,
    Result: Result,
    Outcome: Outcome,
    int: int,
}
"""How a field of a type is read; fields of other types are stored as they are."""


@dataclass(frozen=True, kw_only=True)
class EntryFacts:
    """The contents of an entry beside its number, item, author and instant."""

    step: ClassVar[ProceedingStep]

    def as_json(self) -> dict[str, Any]:
        """Return the facts as they are stored and hashed."""
        there = ((one.name, getattr(self, one.name)) for one in fields(self))
        return {name: _to_json(value) for name, value in there if value is not None}

    @classmethod
    def read(cls, facts: Mapping[str, Any]) -> Self:
        """Return the facts of a stored entry. Raises TypeError where a field is missing."""
        known = ((one.name, _FROM_JSON.get(one.type, _as_it_is)) for one in fields(cls))
        return cls(**{name: convert(facts[name]) for name, convert in known if name in facts})


def _to_json(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return value.value if isinstance(value, StrEnum) else value


def _as_it_is(value: Any) -> Any:
    return value


@dataclass(frozen=True, kw_only=True)
class OpenedFacts(EntryFacts):
    """`began_at`: when it really began, as the chair says; `chair` and `recorder`: ids of persons.

    `due_at`: the hour for which it was called then; None in records older than this field.
    """

    step = ProceedingStep.OPENED
    began_at: datetime
    chair: int
    recorder: int
    due_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class AdjournedFacts(EntryFacts):
    """The sitting ended at `ended_at`; the meeting goes on with the same roll and items at `resumes_at`."""

    step = ProceedingStep.ADJOURNED
    ended_at: datetime
    resumes_at: datetime
    place: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class ResumedFacts(EntryFacts):
    """Another sitting began at `began_at`; `due_at`: the hour that those who are called were told."""

    step = ProceedingStep.RESUMED
    began_at: datetime
    due_at: datetime
    place: str


@dataclass(frozen=True, kw_only=True)
class ItemCalledFacts(EntryFacts):
    """The number of the item stands beside the facts."""

    step = ProceedingStep.ITEM_CALLED


@dataclass(frozen=True, kw_only=True)
class ItemClosedFacts(EntryFacts):
    """The result of the item."""

    step = ProceedingStep.ITEM_CLOSED
    result: Result


@dataclass(frozen=True, kw_only=True)
class SpeechAskedFacts(EntryFacts):
    """`person`: id of somebody who asked by phone; None: the name alone was put on the list."""

    step = ProceedingStep.SPEECH_ASKED
    person: int | None = None
    name: str


@dataclass(frozen=True, kw_only=True)
class SpeechBegunFacts(EntryFacts):
    """`of`: number of the entry in which the speaker asked."""

    step = ProceedingStep.SPEECH_BEGUN
    of: int
    name: str


@dataclass(frozen=True, kw_only=True)
class SpeechEndedFacts(EntryFacts):
    """The speaker who has the floor ends."""

    step = ProceedingStep.SPEECH_ENDED


@dataclass(frozen=True, kw_only=True)
class NoteFacts(EntryFacts):
    """Words of the recorder. `name`: who spoke; may be empty."""

    name: str = ""
    text: str


@dataclass(frozen=True, kw_only=True)
class SpeechNotedFacts(NoteFacts):
    """The gist of a speech."""

    step = ProceedingStep.SPEECH_NOTED


@dataclass(frozen=True, kw_only=True)
class AmendmentNotedFacts(NoteFacts):
    """An amendment, as proposed."""

    step = ProceedingStep.AMENDMENT_NOTED


@dataclass(frozen=True, kw_only=True)
class RemarkNotedFacts(NoteFacts):
    """Anything else for the minutes."""

    step = ProceedingStep.REMARK_NOTED


@dataclass(frozen=True, kw_only=True)
class ConflictDeclaredFacts(NoteFacts):
    """An interest of a person in the item, as declared."""

    step = ProceedingStep.CONFLICT_DECLARED


@dataclass(frozen=True, kw_only=True)
class OfficerChangedFacts(EntryFacts):
    """`person` (an id) takes over from now on, for this reason; empty: as the deputy of somebody who is away."""

    person: int
    name: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class ChairChangedFacts(OfficerChangedFacts):
    """Another person chairs."""

    step = ProceedingStep.CHAIR_CHANGED


@dataclass(frozen=True, kw_only=True)
class RecorderChangedFacts(OfficerChangedFacts):
    """Another person keeps the record."""

    step = ProceedingStep.RECORDER_CHANGED


@dataclass(frozen=True, kw_only=True)
class VoteOpenedFacts(EntryFacts):
    """`poll`: id of the vote."""

    step = ProceedingStep.VOTE_OPENED
    poll: int


@dataclass(frozen=True, kw_only=True)
class VoteEndedFacts(EntryFacts):
    """`by_time`: its longest time ran out; None: the chair ended it."""

    step = ProceedingStep.VOTE_ENDED
    poll: int
    by_time: bool | None = None


@dataclass(frozen=True, kw_only=True)
class VoteDeclaredFacts(EntryFacts):
    """`kind`: the code of the voting method; `tally` and `verdict` as in the declaration of the poll."""

    step = ProceedingStep.VOTE_DECLARED
    poll: int
    question: str
    kind: str
    options: list[str]
    outcome: Outcome
    tally: Mapping[str, Any]
    verdict: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class VoteCancelledFacts(EntryFacts):
    """Two officers cancelled it, for this reason."""

    step = ProceedingStep.VOTE_CANCELLED
    poll: int
    question: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class UndoneFacts(EntryFacts):
    """`of`: number of the entry that no longer holds."""

    step = ProceedingStep.UNDONE
    of: int


@dataclass(frozen=True, kw_only=True)
class CorrectedFacts(EntryFacts):
    """`text` holds instead of the words of entry `of`."""

    step = ProceedingStep.CORRECTED
    of: int
    text: str


@dataclass(frozen=True, kw_only=True)
class ClosedFacts(EntryFacts):
    """The end of the meeting."""

    step = ProceedingStep.CLOSED
    ended_at: datetime


FACTS: dict[ProceedingStep, type[EntryFacts]] = {
    kind.step: kind
    for kind in (
        OpenedFacts,
        AdjournedFacts,
        ResumedFacts,
        ItemCalledFacts,
        ItemClosedFacts,
        SpeechAskedFacts,
        SpeechBegunFacts,
        SpeechEndedFacts,
        SpeechNotedFacts,
        AmendmentNotedFacts,
        RemarkNotedFacts,
        ConflictDeclaredFacts,
        ChairChangedFacts,
        RecorderChangedFacts,
        VoteOpenedFacts,
        VoteEndedFacts,
        VoteDeclaredFacts,
        VoteCancelledFacts,
        UndoneFacts,
        CorrectedFacts,
        ClosedFacts,
    )
}
