"""What a ballot is asked with, and what comes back: shared by every way of casting one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from consult.domain.polls.polls import Channel


@dataclass(frozen=True)
class Assistant:
    """Who fills in for a voter, and before which witness. That the voter is here and heard the choice was said."""

    helper_id: int
    witness_id: int


@dataclass(frozen=True)
class BallotRequest:
    """What a voter asks for. `idem_key` was made by the server and stood in the form; of a secret ballot, the token."""

    village_id: int
    poll_id: int
    person_id: int
    """Who casts: the voter, the helper, or the holder of a letter."""
    choice: tuple[int, ...]
    idem_key: str
    channel: Channel = Channel.PHONE
    number: int | None = None
    """The unit voted for by a helper or with a letter. None: the voter's own."""
    help: Assistant | None = None
    letter: str = ""
    """Digest of the letter's photo."""


@dataclass(frozen=True)
class Receipt:
    """What the voter keeps. `rev` counts the unit's ballots from 1; the highest one is the one that counts."""

    code: str
    rev: int
    choice: tuple[int, ...]
    """Empty for a secret ballot: not even its receipt tells."""
    cast_at: datetime | None
    """None for a secret ballot: no time stands beside it."""
    key: str = ""
    """Of a secret ballot: how it will stand in the public list."""


def speaker_of(unit: Any) -> int:
    """Who speaks for a unit: the person, or whom the household chose, or who spoke for it when the roll was frozen."""
    speaker: int = unit.representative_id if _by_household(unit) else unit.person_id
    return speaker


def _by_household(unit: Any) -> bool:
    return bool(unit.unit.startswith("household:") and unit.representative_id)


def voter_of(order: BallotRequest, unit: Any) -> int:
    """In whose name the unit's vote stands: whoever casts, or the voter who was helped."""
    return speaker_of(unit) if order.help is not None else order.person_id
