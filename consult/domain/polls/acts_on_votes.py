"""An act on another's vote: a helper, a letter, a mark of paper or hands. Who is told, what takes its place, what ends it."""

import tomllib
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

from consult.domain.people.own_matter import OwnHouse
from consult.domain.polls.polls import Channel, Tally
from consult.domain.refusals import Reason


class ActKind(StrEnum):
    """The kinds of acts by which a vote is given or noted by somebody else."""

    HOUSEHOLD = "household"
    """Another adult of the household cast its vote on their own phone."""
    ASSISTED = "assisted"
    PROXY = "proxy"
    PAPER = "paper"
    HANDS = "hands"


class VoidReason(StrEnum):
    """The reasons for which a ballot that was cast does not count."""

    LETTER_REFUSED = "letter_refused"
    NOT_WITNESSED = "not_witnessed"
    """The witness said that it was not so."""
    UNANSWERED = "unanswered"
    """Neither the witness nor the voter said before the close that it was so."""
    CONTEST_UPHELD = "contest_upheld"


class CountedAs(StrEnum):
    """The ways in which a person is in a count. Of paper no more is known than that: whether it was valid nobody sees."""

    VOTE = "vote"
    PAPER = "paper"
    HOUSEHOLD_PAPER = "household_paper"


SUPERSEDED_BY_OWN = frozenset({Channel.ASSISTED, Channel.PROXY})
"""Ways of a named ballot that the voter's own one takes the place of, until the close."""
TAKEN_BACK = frozenset({Channel.PAPER, Channel.HANDS})
"""Ways that are marks on the roll, not ballots kept here: they are answered by taking the mark back."""
KINDS = {
    Channel.PHONE: ActKind.HOUSEHOLD,
    Channel.ASSISTED: ActKind.ASSISTED,
    Channel.PROXY: ActKind.PROXY,
    Channel.PAPER: ActKind.PAPER,
    Channel.HANDS: ActKind.HANDS,
}


@dataclass(frozen=True)
class Numbers:
    """The numbers of acts_on_votes.toml."""

    answer_days: int
    """Days within which a contest is decided."""


@lru_cache(maxsize=1)
def numbers() -> Numbers:
    """Return the numbers of acts_on_votes.toml."""
    read = tomllib.loads((Path(__file__).parent / "acts_on_votes.toml").read_text(encoding="utf-8"))
    return Numbers(answer_days=read["contest"]["answer_days"])


def answer_due(today: date) -> date:
    """Return the day by which a contest of this day is decided; `today`: in the village."""
    return today + timedelta(days=numbers().answer_days)


def is_superseded(channel: Channel | None, *, secret: bool) -> bool:
    """Tell whether a unit's ballot gives way to the voter's own: of a secret one nobody knows any more which it is."""
    return channel in SUPERSEDED_BY_OWN and not secret


@dataclass(frozen=True)
class Letter:
    """A letter of proxy, as far as it decides who may look at it."""

    holder_id: int
    giver_id: int
    household_id: int


def why_not_look(officer: OwnHouse, letter: Letter) -> Reason | None:
    """Return why this officer may not look at a letter: it is theirs, or of their own house."""
    own = officer.concerns((letter.holder_id, letter.giver_id), letter.household_id)
    return Reason.LETTER_OF_OWN_HOUSE if own else None


def why_not_see(officer: OwnHouse, letter: Letter, *, looks: bool, decides: bool) -> Reason | None:
    """Return why this officer may not see the photo of a letter: it names people, and is shown to nobody without need.

    `looks`: it waits to be looked at, and the officer is one of those who look. `decides`: the officer is one of those who
    decide a contest of it that is open. Scrutineers see it at the recount.
    """
    if looks or decides:
        return why_not_look(officer, letter)
    return Reason.LETTER_LOOKED_AT


@dataclass(frozen=True)
class Contested:
    """A contest, as far as it decides who may decide it."""

    voter_id: int
    """Who contests it."""
    household_id: int
    """The household of the unit, as the roll has it."""
    doers: Collection[int]
    """Who did what is contested."""


def why_not_decide(officer_id: int, house: OwnHouse, contest: Contested) -> Reason | None:
    """Return why this officer may not decide a contest: they did it, or their house voted or did it. `house`: theirs."""
    if officer_id in contest.doers:
        return Reason.CONTEST_OF_OWN_ACT
    if house.concerns((contest.voter_id,), contest.household_id):
        return Reason.CONTEST_OF_OWN_HOUSE
    return Reason.OWN_MATTER if house.concerns(contest.doers) else None


def asks_for_paper(kind: ActKind, *, counted: bool, of_meeting: bool) -> bool:
    """Tell whether who upholds a contest must say if a paper was given into the box, or a hand counted, for the mark.

    A mark stays without being asked once all is counted, and of hands in a meeting, where everybody who is there is marked.
    """
    return kind is ActKind.PAPER or (kind is ActKind.HANDS and not of_meeting) if not counted else False


def why_not_mark(officer: OwnHouse, voter_id: int, household_id: int) -> Reason | None:
    """Return why this officer may not note, or undo, that a unit voted on paper or by hand: it is of their own house."""
    return Reason.MARK_OF_OWN_HOUSE if officer.concerns((voter_id,), household_id) else None


@dataclass(frozen=True)
class EarlierContest:
    """A contest of an act, as far as it decides who may contest the act once more."""

    by: int
    upheld: bool | None
    """None: not decided."""


def why_not_contest_again(earlier: Collection[EarlierContest], person_id: int, voter_id: int | None) -> Reason | None:
    """Return why this person may not contest an act: it is decided, or somebody of the house has it before two officers.

    One contest of an act is enough for a house. Only the voter is heard once beside it, whoever of the house came first: else a
    relative who is in league with who did it could use up the voter's word. `voter_id`: whose vote it is; of a household who
    spoke for it when the roll was frozen.
    """
    if any(one.upheld for one in earlier) or any(one.by == person_id and one.upheld is not None for one in earlier):
        return Reason.CONTEST_RULED
    others = [one for one in earlier if one.by != person_id]
    if person_id == voter_id or not others:
        return None
    return Reason.CONTEST_RULED if any(one.upheld is not None for one in others) else Reason.CONTESTED_BY_HOUSE


@dataclass(frozen=True)
class Opinion:
    """An officer's word on a contest."""

    by: int
    office: str
    household_id: int | None
    upheld: bool
    in_box: bool = False
    """Of an upheld contest of a mark: that a paper was given into the box for it, or a hand counted."""
    turn: int = 1
    """Which word of theirs it is."""


def agreed(opinions: Collection[Opinion]) -> tuple[Opinion, Opinion] | None:
    """Return the two who decide a contest: of one mind, of different offices and houses. None: not decided yet."""
    ordered = list(opinions)
    pairs = ((one, other) for n, one in enumerate(ordered) for other in ordered[n + 1 :])
    return next((pair for pair in pairs if _decide_together(*pair)), None)


def _decide_together(one: Opinion, other: Opinion) -> bool:
    same_house = one.household_id is not None and one.household_id == other.household_id
    of_one_mind = (one.upheld, one.in_box) == (other.upheld, other.in_box)
    return one.by != other.by and one.office != other.office and of_one_mind and not same_house


def holds_up(due_on: date, today: date) -> bool:
    """Tell whether a contest that is not decided keeps a poll from its count and declaration: until its day has passed.

    After it the vote is counted as it was given, the contest is named with the result, and the result is declared unless it
    hangs on that vote: officers who do not agree, or say nothing, hold up no other result.
    """
    return today <= due_on


def may_change_outcome(tally: Tally, upheld: int, judge: Callable[[Tally], Any]) -> bool:
    """Tell whether the outcome hangs on votes in the count that were contested with success, or that nobody decided on in time.

    `upheld`: how many. `judge`: gives what a tally means, to be compared. Every one of them is taken to have been for one
    option, each option in turn, or for none: more cannot come of it.
    """
    before = judge(tally)
    for option in range(-1, len(tally.counts)):
        taken = min(upheld, tally.counts[option]) if option >= 0 else 0
        counts = tuple(n - taken if i == option else n for i, n in enumerate(tally.counts))
        if judge(replace(tally, counts=counts, present=max(0, tally.present - upheld))) != before:
            return True
    return False
