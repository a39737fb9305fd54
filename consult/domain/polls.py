"""Polls: their states, who may vote, how ballots are counted and what the count means. Integers, never floats."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from consult.domain.bodies import Base, Share
from consult.domain.refusals import Reason


class Kind(StrEnum):
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


class State(StrEnum):
    DRAFTED = "drafted"
    ANNOUNCED = "announced"
    OPEN = "open"
    CLOSED = "closed"
    DECLARED = "declared"


class Outcome(StrEnum):
    CARRIED = "carried"
    NOT_CARRIED = "not_carried"
    INQUORATE = "inquorate"


SUPPORT, OPPOSE, ABSTAIN = 1, 2, 3
MOTION_OPTIONS = ("support", "oppose", "abstain")
"""The labels of a motion's options 1, 2 and 3."""


def state_of(
    *, announced: bool, opens_at: datetime, closes_at: datetime, tallied: bool, declared: bool, now: datetime
) -> State:
    """Time alone opens and closes a poll; once tallied, no clock stepping back reopens it."""
    if declared:
        return State.DECLARED
    if not announced:
        return State.DRAFTED
    if tallied or now >= closes_at:
        return State.CLOSED
    return State.OPEN if now >= opens_at else State.ANNOUNCED


def why_not_vote(state: State) -> Reason | None:
    """Whether the time is right: the half-open interval from opening up to, not including, closing."""
    if state in (State.DRAFTED, State.ANNOUNCED):
        return Reason.POLL_NOT_OPEN_YET
    return None if state is State.OPEN else Reason.POLL_CLOSED


def why_not_for_unit(
    *, person_id: int, voter_id: int | None, voted_by: int | None, channel: str | None, by_household: bool
) -> Reason | None:
    """Whether this person may give this unit's ballot on the phone now.

    `voter_id` is who speaks for the unit at present, None if it is not on the roll.
    """
    if voter_id is None:
        return Reason.NOT_ON_ROLL
    if channel not in (None, Channel.PHONE):
        return Reason.OTHER_CHANNEL
    if voted_by is not None and voted_by != person_id:
        return Reason.HOUSEHOLD_HAS_VOTED
    if voted_by is None and voter_id != person_id:
        return Reason.NOT_REPRESENTATIVE if by_household else Reason.NOT_ON_ROLL
    return None


def why_not_choice(choice: Sequence[int], *, kind: Kind, options: int, max_choices: int) -> Reason | None:
    """Whether a choice can be a ballot of this poll. An approval of nothing is not a ballot; abstain is an option."""
    if not choice or len(set(choice)) != len(choice) or any(not 1 <= c <= options for c in choice):
        return Reason.NOT_A_CHOICE
    most = max_choices if kind is Kind.APPROVAL else 1
    return Reason.TOO_MANY_CHOICES if len(choice) > most else None


@dataclass(frozen=True)
class Tally:
    """The counts of a closed poll. `present` is how many units voted, by whatever channel."""

    roll: int
    present: int
    counts: tuple[int, ...]
    """For options 1, 2, 3 …"""
    by_channel: Mapping[str, int]

    def as_facts(self) -> dict[str, Any]:
        return {
            "roll": self.roll,
            "present": self.present,
            "counts": list(self.counts),
            "by_channel": dict(sorted(self.by_channel.items())),
        }

    @classmethod
    def from_facts(cls, facts: Mapping[str, Any]) -> "Tally":
        return cls(facts["roll"], facts["present"], tuple(facts["counts"]), dict(facts["by_channel"]))


def count(ballots: Iterable[tuple[str, Sequence[int]]], *, roll: int, options: int) -> Tally:
    """Count (channel, choice) pairs, one for each unit that voted."""
    chosen: Counter[int] = Counter()
    channels: Counter[str] = Counter()
    for channel, choice in ballots:
        channels[channel] += 1
        chosen.update(choice)
    return Tally(roll, channels.total(), tuple(chosen[n] for n in range(1, options + 1)), dict(channels))


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
    tally: Tally, *, kind: Kind, quorum: Share | None, majority: Share, base: Base, max_choices: int = 1
) -> Verdict:
    """What a count means under a rule. A tie for the last place carries none of the tied options."""
    whole = tally.roll if base is Base.ALL else tally.present
    attendance = Comparison.of(tally.present, tally.roll, quorum) if quorum else None
    winners, tied = _winners(tally, kind, majority, whole, max_choices)
    leading = tally.counts[SUPPORT - 1] if kind is Kind.MOTION else max(tally.counts, default=0)
    comparison = Comparison.of(leading, whole, majority)
    if attendance is not None and not attendance.met:
        return Verdict(Outcome.INQUORATE, attendance, comparison, ())
    outcome = Outcome.CARRIED if winners else Outcome.NOT_CARRIED
    return Verdict(outcome, attendance, comparison, winners, tied)


def _winners(tally: Tally, kind: Kind, majority: Share, whole: int, max_choices: int) -> tuple[tuple[int, ...], bool]:
    if kind is Kind.MOTION:
        return ((SUPPORT,) if majority.met_by(tally.counts[SUPPORT - 1], whole) else ()), False
    places = max_choices if kind is Kind.APPROVAL else 1
    strong = [(c, n) for n, c in enumerate(tally.counts, 1) if majority.met_by(c, whole)]
    strong.sort(key=lambda pair: (-pair[0], pair[1]))
    if len(strong) <= places:
        return tuple(sorted(n for _, n in strong)), False
    line = strong[places][0]
    kept = [n for c, n in strong[:places] if c > line]
    return tuple(sorted(kept)), len(kept) < places
