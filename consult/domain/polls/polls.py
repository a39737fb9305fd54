"""Polls: their states, who may vote, how ballots are counted and what the count means. Integers, never floats."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from consult.domain.law.bodies import QuorumBase, Share
from consult.domain.polls.count_sheets import Figures
from consult.domain.refusals import Reason


class PollKind(StrEnum):
    MOTION = "motion"
    SINGLE_CHOICE = "single_choice"
    APPROVAL = "approval"


class Standing(StrEnum):
    FORMAL = "formal"
    ADVISORY = "advisory"


class Channel(StrEnum):
    """How a unit's ballot was given. A unit has one channel at most."""

    PHONE = "phone"
    ASSISTED = "assisted"
    PAPER = "paper"
    HANDS = "hands"
    PROXY = "proxy"


ELECTRONIC = (Channel.PHONE, Channel.ASSISTED, Channel.PROXY)
"""Each of these leaves a ballot in the database; the others stand on count sheets."""
FEWEST_TO_BREAK_OUT = 5
"""Smaller cells of a secret poll are not broken out: docs/ballots.md 2.4."""
HELPER_CAP = 3
"""People one helper may fill in for in a formal poll. After the rule of statutory elections on proxies (VCL26 16-19)."""


class PollState(StrEnum):
    DRAFTED = "drafted"
    ANNOUNCED = "announced"
    OPEN = "open"
    CLOSED = "closed"
    DECLARED = "declared"
    CANCELLED = "cancelled"


class Outcome(StrEnum):
    CARRIED = "carried"
    NOT_CARRIED = "not_carried"
    INQUORATE = "inquorate"


SUPPORT, OPPOSE, ABSTAIN = 1, 2, 3
MOTION_OPTIONS = ("support", "oppose", "abstain")
"""The labels of a motion's options 1, 2 and 3."""


def state_of(
    *,
    announced: bool,
    opens_at: datetime,
    closes_at: datetime,
    tallied: bool,
    declared: bool,
    now: datetime,
    cancelled: bool = False,
) -> PollState:
    """Time alone opens and closes a poll; once tallied, no clock stepping back reopens it."""
    if cancelled:
        return PollState.CANCELLED
    if declared:
        return PollState.DECLARED
    if not announced:
        return PollState.DRAFTED
    if tallied or now >= closes_at:
        return PollState.CLOSED
    return PollState.OPEN if now >= opens_at else PollState.ANNOUNCED


def why_not_vote(state: PollState) -> Reason | None:
    """Whether the time is right: the half-open interval from opening up to, not including, closing."""
    if state in (PollState.DRAFTED, PollState.ANNOUNCED):
        return Reason.POLL_NOT_OPEN_YET
    if state is PollState.CANCELLED:
        return Reason.POLL_CANCELLED
    return None if state is PollState.OPEN else Reason.POLL_CLOSED


def why_not_for_unit(
    *,
    person_id: int,
    voter_id: int | None,
    voted_by: int | None,
    channel: str | None,
    by_household: bool,
    secret: bool = False,
    wanted: Channel = Channel.PHONE,
    by_proxy: bool = False,
) -> Reason | None:
    """Whether this person may give this unit's ballot by a channel (the phone, unless another is wanted) now.

    `voter_id` is who speaks for the unit at present, None if it is not on the roll.
    """
    if voter_id is None:
        return Reason.NOT_ON_ROLL
    if channel not in (None, wanted):
        return Reason.OTHER_CHANNEL
    if channel is not None and secret:
        return Reason.ALREADY_VOTED_SECRETLY
    if voted_by is not None and voted_by != person_id:
        return Reason.HOUSEHOLD_HAS_VOTED
    if voted_by is None and voter_id != person_id and not by_proxy:
        return Reason.NOT_REPRESENTATIVE if by_household else Reason.NOT_ON_ROLL
    return None


def why_not_choice(choice: Sequence[int], *, kind: PollKind, options: int, max_choices: int) -> Reason | None:
    """Whether a choice can be a ballot of this poll. An approval of nothing is not a ballot; abstain is an option."""
    if not choice or len(set(choice)) != len(choice) or any(not 1 <= c <= options for c in choice):
        return Reason.NOT_A_CHOICE
    most = max_choices if kind is PollKind.APPROVAL else 1
    return Reason.TOO_MANY_CHOICES if len(choice) > most else None


@dataclass(frozen=True)
class Tally:
    """The counts of a closed poll. `present` is how many units took part, or were at the meeting that voted."""

    roll: int
    present: int
    counts: tuple[int, ...]
    """For options 1, 2, 3 …"""
    by_channel: Mapping[str, int]
    """Units by channel, as the roll has them marked."""
    counts_by_channel: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """Of a secret poll all ballots in the database stand under `phone`: which channel each came by is not known."""
    blank: int = 0
    invalid: int = 0
    """Paper ballots without a choice, and those that cannot be read as one."""

    def as_facts(self) -> dict[str, Any]:
        return {
            "roll": self.roll,
            "present": self.present,
            "counts": list(self.counts),
            "by_channel": dict(sorted(self.by_channel.items())),
            "counts_by_channel": {c: list(n) for c, n in sorted(self.counts_by_channel.items())},
            "blank": self.blank,
            "invalid": self.invalid,
        }

    @classmethod
    def from_facts(cls, facts: Mapping[str, Any]) -> "Tally":
        parts = {c: tuple(n) for c, n in facts.get("counts_by_channel", {}).items()}
        return cls(
            facts["roll"],
            facts["present"],
            tuple(facts["counts"]),
            dict(facts["by_channel"]),
            parts,
            facts.get("blank", 0),
            facts.get("invalid", 0),
        )

    def parts_to_show(self, *, secret: bool) -> Mapping[str, tuple[int, ...]]:
        """The counts by channel; of a secret poll none, where a cell is small or a channel unanimous."""
        if len(self.counts_by_channel) < 2:
            return {}
        telling = (0 < n < FEWEST_TO_BREAK_OUT or n == sum(c) for c in self.counts_by_channel.values() for n in c)
        return {} if secret and any(telling) else self.counts_by_channel


def count(
    ballots: Iterable[tuple[str, Sequence[int]]],
    *,
    roll: int,
    options: int,
    marked: Mapping[str, int] | None = None,
    sheets: Iterable[tuple[str, Figures]] = (),
    present: int | None = None,
) -> Tally:
    """Count (channel, choice) pairs, one for each ballot, and the confirmed sheets of paper and hands.

    `marked`: units by channel on the roll; without it, as many as there are ballots. `present`: units that were at
    the meeting, whether they voted or not; without it, those that took part.
    """
    parts: dict[str, Counter[int]] = {}
    channels: Counter[str] = Counter()
    blank = invalid = 0
    for channel, choice in ballots:
        channels[channel] += 1
        parts.setdefault(channel, Counter()).update(choice)
    for channel, figures in sheets:
        parts.setdefault(channel, Counter()).update(dict(enumerate(figures.valid, 1)))
        blank, invalid = blank + figures.blank, invalid + figures.invalid
    by_channel = dict(channels) if marked is None else dict(marked)
    by_option = {c: tuple(part[n] for n in range(1, options + 1)) for c, part in parts.items()}
    counts = tuple(sum(part[n] for part in parts.values()) for n in range(1, options + 1))
    here = sum(by_channel.values()) if present is None else present
    return Tally(roll, here, counts, by_channel, by_option, blank, invalid)


@dataclass(frozen=True)
class Comparison:
    """A part held against a required share of a whole, with both sides of it."""

    part: int
    whole: int
    needed: int
    share: Share
    met: bool

    def as_facts(self) -> dict[str, Any]:
        return {
            "part": self.part,
            "whole": self.whole,
            "needed": self.needed,
            "share": self.share.as_facts(),
            "met": self.met,
        }

    @classmethod
    def of(cls, part: int, whole: int, share: Share) -> "Comparison":
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
        return {
            "outcome": self.outcome.value,
            "quorum": self.quorum.as_facts() if self.quorum else None,
            "majority": self.majority.as_facts(),
            "winners": list(self.winners),
            "tied": self.tied,
        }


def judge(
    tally: Tally, *, kind: PollKind, quorum: Share | None, majority: Share, base: QuorumBase, max_choices: int = 1
) -> Verdict:
    """What a count means under a rule. A tie for the last place carries none of the tied options."""
    whole = tally.roll if base is QuorumBase.ALL else tally.present
    attendance = Comparison.of(tally.present, tally.roll, quorum) if quorum else None
    winners, tied = _winners(tally, kind, majority, whole, max_choices)
    leading = tally.counts[SUPPORT - 1] if kind is PollKind.MOTION else max(tally.counts, default=0)
    comparison = Comparison.of(leading, whole, majority)
    if attendance is not None and not attendance.met:
        return Verdict(Outcome.INQUORATE, attendance, comparison, ())
    outcome = Outcome.CARRIED if winners else Outcome.NOT_CARRIED
    return Verdict(outcome, attendance, comparison, winners, tied)


def _winners(
    tally: Tally, kind: PollKind, majority: Share, whole: int, max_choices: int
) -> tuple[tuple[int, ...], bool]:
    if kind is PollKind.MOTION:
        return ((SUPPORT,) if majority.met_by(tally.counts[SUPPORT - 1], whole) else ()), False
    places = max_choices if kind is PollKind.APPROVAL else 1
    strong = [(c, n) for n, c in enumerate(tally.counts, 1) if majority.met_by(c, whole)]
    strong.sort(key=lambda pair: (-pair[0], pair[1]))
    if len(strong) <= places:
        return tuple(sorted(n for _, n in strong)), False
    line = strong[places][0]
    kept = [n for c, n in strong[:places] if c > line]
    return tuple(sorted(kept)), len(kept) < places
