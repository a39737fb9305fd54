"""The document that is frozen when a meeting is called. Its hash is the fingerprint of the call."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from consult.domain.law.bodies import Share, UnitKind
from consult.domain.meetings.agendas import ItemKind
from consult.domain.polls.frozen import FrozenRule
from consult.domain.polls.resolution_texts import NOTHING, ResolutionText

FIRST_FORMAT, FORMAT = 1, 2
"""1 had no resolutions in its agenda."""


@dataclass(frozen=True)
class FrozenItem:
    """An item as it stood in the notice. `revision`: of the words of its proposal on that day."""

    number: int
    title: str
    kind: ItemKind
    consultation_id: int | None
    revision: int | None
    resolution: ResolutionText = NOTHING
    """What is put to the vote, as it was called."""

    @classmethod
    def from_facts(cls, facts: Sequence[Any]) -> "FrozenItem":
        """Read one row of the stored agenda."""
        number, title, kind, consultation_id, revision, *resolution = facts
        found = ResolutionText.from_facts(resolution[0]) if resolution else NOTHING
        return cls(number, title, ItemKind(kind), consultation_id, revision, found)

    def to_facts(self, *, document: int) -> list[Any]:
        """Return the row of the agenda of a document in this format."""
        row = [self.number, self.title, self.kind.value, self.consultation_id, self.revision]
        return row if document == FIRST_FORMAT else [*row, self.resolution.as_facts()]


@dataclass(frozen=True, kw_only=True)
class FrozenCall:
    """The facts of a meeting that may not change once it is called. Instants are aware."""

    meeting_id: int
    village_id: int
    group_id: int | None
    title: str
    place: str
    starts_at: datetime
    called_at: datetime
    rule: FrozenRule
    """Of the body that meets."""
    online: str
    """What lets people who are away take part; empty: nothing."""
    agenda: tuple[FrozenItem, ...]
    short_notice: str
    study_exception: str
    authorisation: str
    adult_on: date
    households: int
    roll_units: int
    roll_digest: str
    """Of the numbers of the roll, each with the commitment to its unit."""
    format: int = FORMAT

    @property
    def by_household(self) -> bool:
        """Tell whether each household is one unit."""
        return self.rule.unit is UnitKind.HOUSEHOLD

    @property
    def unit(self) -> UnitKind:
        """What is counted: persons or households."""
        return self.rule.unit

    @property
    def quorum(self) -> Share | None:
        """The share of the roll that must be here; None: the charter of the body sets it."""
        return self.rule.quorum

    def item(self, number: int) -> FrozenItem | None:
        """Return the item with a number; None: it did not stand in the notice."""
        return next((item for item in self.agenda if item.number == number), None)

    @classmethod
    def from_facts(cls, facts: Mapping[str, Any]) -> "FrozenCall":
        """Read the stored document. Raises KeyError or ValueError for one that was damaged."""
        return cls(
            meeting_id=facts["meeting"],
            village_id=facts["village"],
            group_id=facts["group"],
            title=facts["title"],
            place=facts["place"],
            starts_at=datetime.fromisoformat(facts["starts_at"]),
            called_at=datetime.fromisoformat(facts["called_at"]),
            rule=FrozenRule.from_facts(facts["rule"]),
            online=facts["online"],
            agenda=tuple(map(FrozenItem.from_facts, facts["agenda"])),
            short_notice=facts["short_notice"],
            study_exception=facts["study_exception"],
            authorisation=facts["authorisation"],
            adult_on=date.fromisoformat(facts["adult_on"]),
            households=facts["households"],
            roll_units=facts["roll"]["units"],
            roll_digest=facts["roll"]["digest"],
            format=facts["format"],
        )

    def to_facts(self) -> dict[str, Any]:
        """Return the document as it is stored; canonical JSON of it is what the fingerprint hashes."""
        return {
            "format": self.format,
            "meeting": self.meeting_id,
            "village": self.village_id,
            "group": self.group_id,
            "title": self.title,
            "place": self.place,
            "starts_at": self.starts_at.isoformat(),
            "called_at": self.called_at.isoformat(),
            "rule": self.rule.to_facts(),
            "online": self.online,
            "agenda": [item.to_facts(document=self.format) for item in self.agenda],
            "short_notice": self.short_notice,
            "study_exception": self.study_exception,
            "authorisation": self.authorisation,
            "adult_on": self.adult_on.isoformat(),
            "households": self.households,
            "roll": {"units": self.roll_units, "digest": self.roll_digest},
        }
