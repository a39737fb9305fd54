"""Notice that a clock leapt: compare it with an instant that was right and with how long the machine ran since."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar

TOLERANCE = timedelta(minutes=2)
"""A clock that is put right by less has not leapt."""
SILENCE = timedelta(hours=1)
"""After a start, so long without a sign of life leaves open what time it is."""
LONG_SILENCE = timedelta(days=3)
"""After so long an officer is asked for the time even where no poll opens or closes by it."""
State = TypeVar("State")


class Leap(StrEnum):
    """The ways in which a clock comes into doubt."""

    FORWARD = "forward"
    BACKWARD = "backward"
    SILENCE = "silence"
    """The machine was off: its clock may be right, and nothing proves it."""


@dataclass(frozen=True)
class Reading:
    """A look at a machine's clock, with how long the machine has been running (`boot` names its start)."""

    at: datetime
    boot: str
    running_us: int

    def expected(self, later: "Reading") -> datetime:
        """Return what the clock must show at a later reading of the same start."""
        return self.at + timedelta(microseconds=later.running_us - self.running_us)

    def agrees_with(self, later: "Reading") -> bool:
        """Tell whether the clock ran on evenly to a later reading; after another start: whether it did not run back."""
        if later.boot == self.boot:
            return abs(later.at - self.expected(later)) <= TOLERANCE
        return later.at >= self.at - TOLERANCE


@dataclass(frozen=True)
class Doubt:
    """A leap: what time it was for certain, and what the clock shows."""

    kind: Leap
    trusted_at: datetime
    shown_at: datetime

    def between(self) -> tuple[datetime, datetime]:
        """Return the earlier and the later of the two."""
        return min(self.trusted_at, self.shown_at), max(self.trusted_at, self.shown_at)

    def persons_needed(self, *, in_question: int) -> int:
        """Return how many must say what time it is: two where polls open or close by it, none after a short silence."""
        if in_question:
            return 2
        gap = self.shown_at - self.trusted_at
        return 0 if self.kind is Leap.SILENCE and gap < LONG_SILENCE else 1


def doubt_while_running(reading: Reading, reference: Reading) -> Doubt | None:
    """Return the doubt about a clock whose machine has been running since a right reading; None: it is right."""
    if reference.agrees_with(reading):
        return None
    expected = reference.expected(reading)
    return Doubt(Leap.FORWARD if reading.at > expected else Leap.BACKWARD, expected, reading.at)


def doubt_after_start(reading: Reading, last_seen: datetime | None) -> Doubt | None:
    """Return the doubt about the clock of a machine that has just started, by the last sign of life in the records."""
    if last_seen is None or last_seen - TOLERANCE <= reading.at <= last_seen + SILENCE:
        return None
    return Doubt(Leap.SILENCE if reading.at > last_seen else Leap.BACKWARD, last_seen, reading.at)


def same_at_both(state_at: Callable[[datetime], State], now: datetime, trusted: datetime | None) -> State | None:
    """Return a state that holds whichever of two clocks is right; None where they differ. No doubt: the state now."""
    shown = state_at(now)
    return shown if trusted is None or state_at(trusted) == shown else None
