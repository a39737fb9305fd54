"""One unit of a poll's roll, as casting a ballot needs it."""

from dataclasses import dataclass

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
    representative_id: int | None
    """Who speaks for the household now, if it has chosen a person."""
    voted_by: int | None
    channel: Channel | None
    """None: not yet voted."""
    rev: int
    """Number of the unit's newest ballot, from 1; 0: none."""
    presence: Presence | None = None
    """None: no person attends for it, or the poll is no vote of a meeting."""

    @property
    def by_household(self) -> bool:
        """Whether it is a household and not a person."""
        return self.unit.startswith("household:")

    @property
    def speaker_id(self) -> int:
        """Who votes for the unit: the person; for a household who attends for it, else its representative."""
        if not self.by_household:
            return self.person_id
        if self.presence is not None:
            return self.presence.attending_id
        return self.representative_id or self.person_id
