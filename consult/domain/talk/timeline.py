"""The timeline of a consultation."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from consult.domain.talk.phases import ORDER, Phase


class Happening(StrEnum):
    """The kinds of moments; those of one instant are shown in this order."""

    RAISED = "raised"
    ENDORSED = "endorsed"
    PHASE = "phase"
    REVISED = "revised"
    EXTENDED = "extended"
    """The day for the answer was moved."""
    ANSWERED = "answered"
    SUMMED_UP = "summed_up"
    ANNOUNCED = "announced"
    POLL_CHANGED = "poll_changed"
    DECLARED = "declared"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"
    TASK = "task"
    PROGRESS = "progress"
    LOOKED_AT = "looked_at"
    ACCEPTED = "accepted"


@dataclass(frozen=True)
class Moment:
    """One thing that happened; `details` fill its sentence in templates/talk/opinions/timeline.html."""

    at: datetime
    what: Happening
    details: Mapping[str, Any] = field(default_factory=dict)


WITHIN_ONE_INSTANT = list(Happening)


def story(moments: Iterable[Moment]) -> list[Moment]:
    """Return moments oldest first; those of the same instant in the order of Happening, causes before effects."""
    return sorted(moments, key=lambda m: (m.at, WITHIN_ONE_INSTANT.index(m.what)))


def to_come(current: Phase, *, ended: bool) -> list[Phase]:
    """Return the phases still ahead; none for a consultation that was withdrawn or merged."""
    return [] if ended else list(ORDER[ORDER.index(current) + 1 :])
