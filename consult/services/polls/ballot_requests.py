"""The request for a ballot and the receipt for it, shared by every way of casting one."""

from dataclasses import dataclass
from datetime import datetime

from consult.domain.polls.polls import Channel
from consult.domain.polls.units import Unit


@dataclass(frozen=True)
class Assistant:
    """The helper who fills in for a voter, and the witness. The helper stated that the voter is present and agreed."""

    helper_id: int
    witness_id: int
    witnessed: bool = False
    """Whether the witness said so on the spot, with their own PIN."""


@dataclass(frozen=True)
class BallotRequest:
    """A request to cast a ballot. The server made `idem_key` for the form; of a secret ballot it is the token."""

    village_id: int
    poll_id: int
    person_id: int
    """Who casts: the voter, the helper, or the holder of a letter."""
    choice: tuple[int, ...]
    idem_key: str
    channel: Channel = Channel.PHONE
    number: int | None = None
    """The roll number of the unit a helper or the holder of a letter votes for. None: the voter's own."""
    assistant: Assistant | None = None
    letter: str = ""
    """The name of the letter's stored photo."""

    @property
    def recorder_id(self) -> int | None:
        """The helper as whose act the log has the ballot; None: the voter's own."""
        return self.assistant.helper_id if self.assistant else None

    def voter_of(self, unit: Unit) -> int:
        """Return in whose name the unit's vote stands: the person who casts, or the voter who was helped."""
        if self.assistant is None:
            return self.person_id
        if unit.speaker_id is None:
            raise LookupError(f"unit {unit.number} has nobody to be helped")
        return unit.speaker_id


@dataclass(frozen=True)
class Receipt:
    """The voter's receipt. `rev` counts the unit's ballots from 1; the highest one is the one that counts."""

    code: str
    rev: int
    choice: tuple[int, ...]
    """Empty for a secret ballot: its receipt does not tell the choice."""
    cast_at: datetime | None
    """None for a secret ballot: no time stands beside it."""
    key: str = ""
    """Of a secret ballot: how it will stand in the public list."""
