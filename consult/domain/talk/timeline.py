"""The whole story of a consultation on one line of time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from consult.domain.talk.phases import ORDER, Phase


class Happening(StrEnum):
    RAISED = "raised"
    ENDORSED = "endorsed"
    PHASE = "phase"
    REVISED = "revised"
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
    """Oldest first; what happened in the same instant in the order in which it follows from each other."""
    return sorted(moments, key=lambda m: (m.at, WITHIN_ONE_INSTANT.index(m.what)))


def to_come(current: Phase, *, ended: bool) -> list[Phase]:
    """The phases still ahead. None for what was withdrawn or merged."""
    return [] if ended else list(ORDER[ORDER.index(current) + 1 :])
