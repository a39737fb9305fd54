"""One unit of a poll's roll, as casting a ballot needs it."""

from dataclasses import dataclass

from consult.domain.people.households import HOUSEHOLD_UNIT, is_household
from consult.domain.polls.polls import Channel


@dataclass(frozen=True)
class Presence:
    """The person who attends a meeting for a unit while it votes. `polls` knows no more of meetings than this."""

    attending_id: int
    identified: bool
    """False: the clerk ticked the unit off without saying which person came."""
    in_person: bool
    """False: online, or with a letter for a member who is away."""


@dataclass(frozen=True)
class Unit:
    """A person or a household with one vote in a poll, as its roll entry stands now."""

    number: int
    unit: str
    """person:17 or household:4."""
    household_id: int
    person_id: int
    """The voter; of a household, who spoke for it when the roll was frozen."""
    house_speaker_id: int | None
    """Who speaks for the household today; None: no adult of it stands on the roll, or the unit is a person."""
    voted_by: int | None
    channel: Channel | None
    """None: not yet voted."""
    rev: int
    """Number of the unit's newest ballot, from 1; 0: none."""
    person_left: bool = False
    """Whether `person_id` moved away or died since the roll was frozen."""
    presence: Presence | None = None
    """None: no person attends for it, or the poll is no vote of a meeting."""

    @property
    def by_household(self) -> bool:
        """Whether it is a household and not a person."""
        return is_household(self.unit)

    @property
    def speaker_id(self) -> int | None:
        """Who votes for the unit: the person; for a household who attends for it, else who speaks for it; None: nobody."""
        if not self.by_household:
            return self.person_id
        if self.presence is not None:
            return self.presence.attending_id
        return self.house_speaker_id


def is_named(unit: str, *, household_id: int, person_id: int) -> bool:
    """Tell whether the household or person that a row of a roll leads to is the one whose name the frozen roll binds."""
    here = f"{HOUSEHOLD_UNIT}{household_id}" if is_household(unit) else f"person:{person_id}"
    return unit == here
