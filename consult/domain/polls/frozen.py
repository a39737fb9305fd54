"""The document that is frozen when a poll is announced. Its hash is the fingerprint; see docs/bundle.md."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from consult.domain.law.bodies import Body, QuorumBase, Share, UnitKind
from consult.domain.polls.polls import HELPER_CAP, Channel, Standing
from consult.domain.polls.resolution_texts import ResolutionText
from consult.domain.polls.sealing import SUITE

FIRST_FORMAT, FORMAT, FORMAT_OF_MEETINGS = 1, 2, 3
"""1 had the roll's units in the clear and ballots whose commitment left out the receipt. 3 is a vote of a meeting: it
ends when the chair ends it, and counts the units that are present."""
TIE = "none_of_the_tied"
FIRST_REVISION = 1
"""The text of proposals that had no revisions yet: polls of version 0.1 name none."""


@dataclass(frozen=True)
class FrozenRule:
    """The rule of the deciding body as it stood at the announcement."""

    body: str
    unit: UnitKind
    quorum: Share | None
    """None: the charter sets it."""
    majority: Share
    base: QuorumBase
    notice_days: int
    source: str

    @classmethod
    def of_body(cls, body: Body) -> "FrozenRule":
        """Return the rule of a row of bodies.toml."""
        return cls.from_facts(body.rule_facts())

    @classmethod
    def from_facts(cls, facts: Mapping[str, Any]) -> "FrozenRule":
        """Read the part `rule` of a frozen document."""
        return cls(
            body=facts["body"],
            unit=UnitKind(facts["unit"]),
            quorum=Share.from_facts(facts["quorum"]) if facts["quorum"] else None,
            majority=Share.from_facts(facts["majority"]),
            base=QuorumBase(facts["base"]),
            notice_days=facts["notice_days"],
            source=facts["source"],
        )

    def to_facts(self) -> dict[str, Any]:
        """Return the part `rule` of a frozen document."""
        return {
            "body": self.body,
            "unit": self.unit.value,
            "quorum": self.quorum.as_facts() if self.quorum else None,
            "majority": self.majority.as_facts(),
            "base": self.base.value,
            "notice_days": self.notice_days,
            "source": self.source,
        }


@dataclass(frozen=True)
class FrozenMeeting:
    """The meeting whose vote it is."""

    id: int
    item: int
    """Number of the item of its agenda."""
    fingerprint: str
    """Of the meeting's own call."""


@dataclass(frozen=True)
class FrozenAgain:
    """The earlier vote of the same body on the same matter, how it ended, and the ground on which it is asked once more."""

    poll: int
    ended: str
    """An outcome, or "annulled"."""
    ground: str
    """A value of Ground."""


@dataclass(frozen=True)
class FrozenPoll:
    """The facts of a poll that may not change once it is announced. Instants are aware."""

    format: int
    poll_id: int
    village_id: int
    group_id: int | None
    kind: str
    """Code of the voting method."""
    proposal_revision: int
    proposal_digest: str | None
    """None: announced by version 0.1, whose proposals had one text and no revisions."""
    question: str
    options: tuple[str, ...]
    max_choices: int
    secret: bool
    channels: tuple[Channel, ...]
    turnout_shown: bool
    helper_cap: int | None
    """People one helper may fill in for; None: any number."""
    rule: FrozenRule
    standing: Standing
    standing_source: str
    short_notice_reason: str
    opens_at: datetime
    closes_at: datetime
    announced_at: datetime | None
    adult_on: date | None
    roll_units: int
    roll_digest: str
    meeting: FrozenMeeting | None = None
    """None: not a vote of a meeting."""
    again: FrozenAgain | None = None
    """What it repeats and on which ground. None: the first vote of its body on the matter, or announced before it was frozen."""
    seal: str | None = None
    """The public key to which secret ballots are sealed. None: named, or announced before ballots were sealed."""
    resolution: ResolutionText | None = None
    """What is resolved if it carries. None: announced before it was frozen; then it is that of the proposal's revision."""

    @property
    def by_household(self) -> bool:
        """Whether each household has one vote, and not each person."""
        return self.rule.unit is UnitKind.HOUSEHOLD

    @property
    def takes_letters(self) -> bool:
        """Whether a letter of proxy can be used: in a secret poll where law or charter allow it, as was frozen."""
        return not self.secret or Channel.PROXY in self.channels

    @property
    def meeting_id(self) -> int | None:
        """The meeting that votes, None for any other poll."""
        return self.meeting.id if self.meeting else None

    @classmethod
    def from_facts(cls, facts: Mapping[str, Any]) -> "FrozenPoll":
        """Read the document of any format. Raises KeyError or ValueError for one that was damaged."""
        return cls(
            format=facts.get("format", FIRST_FORMAT),
            poll_id=facts["poll"],
            village_id=facts["village"],
            group_id=facts["group"],
            kind=facts["kind"],
            proposal_revision=facts["proposal"]["revision"] if "proposal" in facts else FIRST_REVISION,
            proposal_digest=facts["proposal"]["digest"] if "proposal" in facts else None,
            question=facts["question"],
            options=tuple(facts["options"]),
            max_choices=facts["max_choices"],
            secret=facts["secret"],
            channels=tuple(map(Channel, facts.get("channels", (Channel.PHONE,)))),
            turnout_shown=facts.get("turnout_shown", True),
            helper_cap=facts.get("helper_cap", HELPER_CAP if facts["standing"] == Standing.FORMAL else None),
            rule=FrozenRule.from_facts(facts["rule"]),
            standing=Standing(facts["standing"]),
            standing_source=facts["standing_source"],
            short_notice_reason=facts["short_notice_reason"],
            opens_at=datetime.fromisoformat(facts["opens_at"]),
            closes_at=datetime.fromisoformat(facts["closes_at"]),
            announced_at=datetime.fromisoformat(facts["announced_at"]) if facts["announced_at"] else None,
            adult_on=date.fromisoformat(facts["adult_on"]) if facts["adult_on"] else None,
            roll_units=facts["roll"]["units"],
            roll_digest=facts["roll"]["digest"],
            meeting=FrozenMeeting(**facts["meeting"]) if "meeting" in facts else None,
            again=FrozenAgain(**facts["again"]) if "again" in facts else None,
            seal=facts["seal"]["public_key"] if "seal" in facts else None,
            resolution=ResolutionText.from_facts(facts["resolution"]) if "resolution" in facts else None,
        )

    def to_facts(self) -> dict[str, Any]:
        """Return the document in its own format; canonical JSON of it is what the fingerprint hashes."""
        facts: dict[str, Any] = {
            "poll": self.poll_id,
            "village": self.village_id,
            "group": self.group_id,
            "kind": self.kind,
            "question": self.question,
            "options": list(self.options),
            "max_choices": self.max_choices,
            "secret": self.secret,
            "rule": self.rule.to_facts(),
            "tie": TIE,
            "standing": self.standing.value,
            "standing_source": self.standing_source,
            "short_notice_reason": self.short_notice_reason,
            "opens_at": self.opens_at.isoformat(),
            "closes_at": self.closes_at.isoformat(),
            "announced_at": self.announced_at.isoformat() if self.announced_at else None,
            "adult_on": self.adult_on.isoformat() if self.adult_on else None,
            "roll": {"units": self.roll_units, "digest": self.roll_digest},
        }
        if self.proposal_digest is not None:
            facts["proposal"] = {"revision": self.proposal_revision, "digest": self.proposal_digest}
        if self.format > FIRST_FORMAT:
            facts |= {
                "format": self.format,
                "channels": [channel.value for channel in self.channels],
                "turnout_shown": self.turnout_shown,
                "helper_cap": self.helper_cap,
            }
        if self.meeting is not None:
            facts["meeting"] = {
                "id": self.meeting.id,
                "item": self.meeting.item,
                "fingerprint": self.meeting.fingerprint,
            }
        if self.again is not None:
            facts["again"] = {"poll": self.again.poll, "ended": self.again.ended, "ground": self.again.ground}
        if self.seal is not None:
            facts["seal"] = {"suite": SUITE, "public_key": self.seal}
        if self.resolution is not None:
            facts["resolution"] = self.resolution.as_facts()
        return facts
