"""The port by which a change of the roll tells votes. People know no polls: services/site/touched_polls.py fills it."""

from collections.abc import Mapping
from typing import Protocol

from consult.models import RightChange
from consult.services.core.acts import Act

Speakers = Mapping[int, int | None]
"""Who speaks for households, by their ids; None: no adult is left."""


class VotesOfRoll(Protocol):
    """The votes that a change of the roll touches. Functions join the unit of work at hand."""

    def note(self, change: RightChange, before: Speakers, after: Speakers, act: Act) -> None:
        """Enter into the log of each vote that runs which unit is touched, and tell those who run it."""
        ...


class _Port:
    filled: VotesOfRoll | None = None


def fill(implementation: VotesOfRoll) -> None:
    """Register the votes' side; done once, when the app starts."""
    _Port.filled = implementation


def votes() -> VotesOfRoll:
    """Return the votes' side. Raises LookupError where no app was started."""
    if _Port.filled is None:
        raise LookupError("no votes are registered: create_app does it")
    return _Port.filled
