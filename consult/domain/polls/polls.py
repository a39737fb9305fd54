"""Polls: their states, who may vote, how ballots are counted and what the count means. Integers, never floats."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from consult.domain.law.bodies import Share
from consult.domain.polls.count_sheets import Figures
from consult.domain.refusals import Reason


class PollKind(StrEnum):
    """Codes of the voting methods in use (domain/polls/methods)."""

    MOTION = "motion"
    SINGLE_CHOICE = "single_choice"
    APPROVAL = "approval"


class Standing(StrEnum):
    """The force of the outcome: binding or advisory."""

    FORMAL = "formal"
    ADVISORY = "advisory"


class Channel(StrEnum):
    """The way in which a unit's ballot was given. A unit has one channel at most."""

    PHONE = "phone"
    ASSISTED = "assisted"
    PAPER = "paper"
    HANDS = "hands"
    PROXY = "proxy"


ELECTRONIC = (Channel.PHONE, Channel.ASSISTED, Channel.PROXY)
"""The channels that leave a ballot in the database; the others are counted on sheets."""
FEWEST_TO_BREAK_OUT = 5
"""Smaller cells of a secret poll are not broken out: docs/ballots.md 2.4."""
FEWEST_FOR_SECRECY = 5
"""Of fewer voters the figures nearly tell how each one voted, whatever is done about them: docs/ballots.md 2.4."""
HELPER_CAP = 3
"""People one helper may fill in for in a formal poll, as statutory elections limit proxies (VCL26 16-19)."""


class PollState(StrEnum):
    """The state of a poll at an instant, told from its times and rows."""

    DRAFTED = "drafted"
    ANNOUNCED = "announced"
    OPEN = "open"
    CLOSED = "closed"
    DECLARED = "declared"
    CANCELLED = "cancelled"
    ANNULLED = "annulled"
    """Counted, and annulled by a body above: the figures stay and decide nothing."""


COUNTED = (PollState.CLOSED, PollState.DECLARED, PollState.ANNULLED)
"""The states in which counts are no secret any more."""


class Outcome(StrEnum):
    """The meaning of the count under the rule."""

    CARRIED = "carried"
    NOT_CARRIED = "not_carried"
    INQUORATE = "inquorate"


def resolves(standing: Standing, outcome: Outcome) -> bool:
    """Tell whether a count resolves what was put to the vote: it carried, and does more than advise."""
    return standing is Standing.FORMAL and outcome is Outcome.CARRIED


def state_of(
    *,
    announced: bool,
    opens_at: datetime,
    closes_at: datetime,
    tallied: bool,
    declared: bool,
    now: datetime,
    cancelled: bool = False,
    annulled: bool = False,
    closing_seen: bool = False,
) -> PollState:
    """Return the state at an instant. Time alone opens and closes a poll.

    Once its close was seen (`closing_seen`) or it is tallied, no earlier clock reopens it.
    """
    if cancelled:
        return PollState.CANCELLED
    if annulled:
        return PollState.ANNULLED
    if declared:
        return PollState.DECLARED
    if not announced:
        return PollState.DRAFTED
    if tallied or closing_seen or now >= closes_at:
        return PollState.CLOSED
    return PollState.OPEN if now >= opens_at else PollState.ANNOUNCED


def why_not_vote(state: PollState) -> Reason | None:
    """Return why it is not the time to vote. Open is the half-open interval from opening up to, not including, closing."""
    if state in (PollState.DRAFTED, PollState.ANNOUNCED):
        return Reason.POLL_NOT_OPEN_YET
    if state is PollState.CANCELLED:
        return Reason.POLL_CANCELLED
    if state is PollState.ANNULLED:
        return Reason.POLL_ANNULLED
    return None if state is PollState.OPEN else Reason.POLL_CLOSED


def few_in_secret(units: int) -> int:
    """Return the number of voters where it is so small that the figures of a secret vote may tell each one's choice; else 0."""
    return units if units < FEWEST_FOR_SECRECY else 0


def why_not_secret(*, secret: bool, standing: Standing, units: int) -> Reason | None:
    """Return why so few cannot be asked in secret: an opinion can be asked openly, or of more people.

    A formal vote of a small body may be secret by law, and its figures are published by law: those who announce it and
    those who vote are warned.
    """
    few = secret and few_in_secret(units)
    return Reason.TOO_FEW_FOR_SECRECY if few and standing is Standing.ADVISORY else None


@dataclass(frozen=True)
class Tally:
    """The counts of a closed poll."""

    roll: int
    present: int
    """Units that took part: ballots in the database, papers that came back, hands that were counted. Of a meeting: its
    attendance. Never marks on the roll, except of tallies without `returned`, from before papers were held against them."""
    counts: tuple[int, ...]
    """For options 1, 2, 3 …"""
    by_channel: Mapping[str, int]
    """Units by channel, as the roll has them marked."""
    counts_by_channel: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """Of a secret poll all ballots in the database stand under `phone`: which channel each came by is not known."""
    blank: int = 0
    invalid: int = 0
    """Paper ballots without a choice, and those that cannot be read as one."""
    issued: int | None = None
    """Paper ballots given out, as many as units are marked on paper. None: an older tally."""
    returned: int | None = None
    """Paper ballots that came back."""
    late: int = 0
    """Units that were marked after the close, by two persons from the signed list."""

    def as_facts(self) -> dict[str, Any]:
        """Return the tally as it is stored and logged."""
        facts = {
            "roll": self.roll,
            "present": self.present,
            "counts": list(self.counts),
            "by_channel": dict(sorted(self.by_channel.items())),
            "counts_by_channel": {c: list(n) for c, n in sorted(self.counts_by_channel.items())},
            "blank": self.blank,
            "invalid": self.invalid,
        }
        if self.issued is None:
            return facts
        return facts | {"issued": self.issued, "returned": self.returned, "late": self.late}

    @property
    def valid(self) -> int | None:
        """Return how many paper ballots were valid; None where no papers were held against marks."""
        return None if self.returned is None else self.returned - self.blank - self.invalid

    def took_part(self) -> Mapping[str, int]:
        """Return units by channel as a page tells them: of paper those that came back."""
        if self.returned is None or Channel.PAPER not in self.by_channel:
            return self.by_channel
        return {**self.by_channel, Channel.PAPER.value: self.returned}

    @classmethod
    def from_facts(cls, facts: Mapping[str, Any]) -> "Tally":
        """Read a stored tally; those of schema 0001 had no parts by channel and no paper, others no papers given out."""
        parts = {c: tuple(n) for c, n in facts.get("counts_by_channel", {}).items()}
        return cls(
            roll=facts["roll"],
            present=facts["present"],
            counts=tuple(facts["counts"]),
            by_channel=dict(facts["by_channel"]),
            counts_by_channel=parts,
            blank=facts.get("blank", 0),
            invalid=facts.get("invalid", 0),
            issued=facts.get("issued"),
            returned=facts.get("returned"),
            late=facts.get("late", 0),
        )

    def parts_to_show(self, *, secret: bool) -> Mapping[str, tuple[int, ...]]:
        """Return the counts by channel; none for a secret poll where a cell is small or a channel unanimous."""
        if len(self.counts_by_channel) < 2:
            return {}
        telling = (0 < n < FEWEST_TO_BREAK_OUT or n == sum(c) for c in self.counts_by_channel.values() for n in c)
        return {} if secret and any(telling) else self.counts_by_channel


@dataclass(frozen=True, kw_only=True)
class RollMarks:
    """The marks on the roll of a poll: who took part by which channel."""

    by_channel: Mapping[str, int]
    """Units by the channel for which they are marked."""
    late: int = 0
    """Those of them that were marked after the close."""
    are_presence: bool = False
    """Whether marks alone make presence: the rule of polls counted before papers were held against marks."""


def count(
    ballots: Iterable[tuple[str, Sequence[int]]],
    *,
    roll: int,
    options: int,
    marks: RollMarks | None = None,
    sheets: Iterable[tuple[str, Figures]] = (),
    present: int | None = None,
) -> Tally:
    """Count (channel, choice) pairs, one for each ballot, and the confirmed sheets of paper and hands.

    `marks`: without it, as many are marked as there are ballots. `present`: units that were at the meeting, whether
    they voted or not; without it, those that took part.
    """
    parts: dict[str, Counter[int]] = {}
    channels: Counter[str] = Counter()
    came: Counter[str] = Counter()
    blank = invalid = issued = 0
    for channel, choice in ballots:
        channels[channel] += 1
        parts.setdefault(channel, Counter()).update(choice)
    for channel, figures in sheets:
        parts.setdefault(channel, Counter()).update(dict(enumerate(figures.valid, 1)))
        blank, invalid = blank + figures.blank, invalid + figures.invalid
        came[channel] += figures.returned
        issued += figures.issued if channel == Channel.PAPER else 0
    marked = RollMarks(by_channel=dict(channels)) if marks is None else marks
    by_option = {c: tuple(part[n] for n in range(1, options + 1)) for c, part in parts.items()}
    counts = tuple(sum(part[n] for part in parts.values()) for n in range(1, options + 1))
    took_part = sum(marked.by_channel.values()) if marked.are_presence else channels.total() + came.total()
    return Tally(
        roll=roll,
        present=took_part if present is None else present,
        counts=counts,
        by_channel=dict(marked.by_channel),
        counts_by_channel=by_option,
        blank=blank,
        invalid=invalid,
        issued=None if marked.are_presence else issued,
        returned=None if marked.are_presence else came[Channel.PAPER],
        late=0 if marked.are_presence else marked.late,
    )


@dataclass(frozen=True)
class Comparison:
    """A part held against a required share of a whole, with both sides of it."""

    part: int
    whole: int
    needed: int
    share: Share
    met: bool

    def as_facts(self) -> dict[str, Any]:
        """Return both sides of the comparison as they are stored and published."""
        return {
            "part": self.part,
            "whole": self.whole,
            "needed": self.needed,
            "share": self.share.as_facts(),
            "met": self.met,
        }

    @classmethod
    def of(cls, part: int, whole: int, share: Share) -> "Comparison":
        """Hold a part (units, or ballots for an option) against a share of a whole."""
        return cls(part, whole, share.needed(whole), share, share.met_by(part, whole))


@dataclass(frozen=True)
class Verdict:
    """The outcome and the arithmetic that leads to it."""

    outcome: Outcome
    quorum: Comparison | None
    """None: the rule has no quorum of its own (the charter sets it)."""
    majority: Comparison
    """For the option that came first, or for supporting the motion."""
    winners: tuple[int, ...]
    tied: bool = False

    def as_facts(self) -> dict[str, Any]:
        """Return the verdict as it is stored, logged and published."""
        return {
            "outcome": self.outcome.value,
            "quorum": self.quorum.as_facts() if self.quorum else None,
            "majority": self.majority.as_facts(),
            "winners": list(self.winners),
            "tied": self.tied,
        }
