"""The protocol of all voting methods, and the parts that most methods share."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from consult.domain.law.bodies import QuorumBase
from consult.domain.polls import polls
from consult.domain.polls.count_sheets import Figures
from consult.domain.polls.frozen import FrozenRule
from consult.domain.polls.polls import Comparison, Outcome, RollMarks, Tally, Verdict
from consult.domain.refusals import Reason


class VotingMethod(Protocol):
    """One way of answering a poll. Methods are pure: they read nothing and write nothing.

    A choice is a set: its option numbers come and are stored in rising order, see docs/ballots.md 2.5.
    """

    code: str
    """As it stands in the poll's column `kind`."""
    fixed_options: tuple[str, ...]
    """Codes of the options every poll of this method has; empty: the village writes its own."""
    icons: Mapping[str, str]
    """The icon of a fixed option, by its code."""
    several: bool
    """Whether one ballot may choose more than one option."""
    words: str
    """Key of the sentences in web/words/verdict_words."""
    template: str
    """Name of the macro with the fields of the ballot, in templates/components/ballots.html."""

    def options(self, written: Sequence[str]) -> tuple[str, ...]:
        """Return the options of a poll, given what was written into the form."""
        ...

    def most_marks(self, max_choices: int) -> int:
        """Return how many options one ballot may mark, on the phone and on paper."""
        ...

    def why_not_choice(self, choice: Sequence[int], *, options: int, max_choices: int) -> Reason | None:
        """Say why the chosen option numbers are no ballot of a poll with so many options; None: they are one."""
        ...

    def count(
        self,
        ballots: Iterable[tuple[str, Sequence[int]]],
        *,
        roll: int,
        options: int,
        marks: RollMarks | None = None,
        sheets: Iterable[tuple[str, Figures]] = (),
        present: int | None = None,
    ) -> Tally:
        """Count ballots and confirmed sheets. The arguments are those of `polls.count`."""
        ...

    def judge(self, tally: Tally, *, rule: FrozenRule, max_choices: int) -> Verdict:
        """Say what a count means under the frozen rule."""
        ...


class MarkedOptions:
    """The part shared by methods whose ballots mark options: each mark counts one for its option."""

    fixed_options: tuple[str, ...] = ()
    icons: Mapping[str, str] = {}
    several: bool = False
    words: str = "choice"
    template: str = "buttons"

    def options(self, written: Sequence[str]) -> tuple[str, ...]:
        """Return the options as they were written."""
        return self.fixed_options or tuple(written)

    def most_marks(self, max_choices: int) -> int:
        """Return how many options one ballot may mark."""
        return max_choices if self.several else 1

    def why_not_choice(self, choice: Sequence[int], *, options: int, max_choices: int) -> Reason | None:
        """Say why the chosen option numbers are no ballot; None: they are one."""
        if not choice or len(set(choice)) != len(choice) or any(not 1 <= c <= options for c in choice):
            return Reason.NOT_A_CHOICE
        return Reason.TOO_MANY_CHOICES if len(choice) > self.most_marks(max_choices) else None

    def count(
        self,
        ballots: Iterable[tuple[str, Sequence[int]]],
        *,
        roll: int,
        options: int,
        marks: RollMarks | None = None,
        sheets: Iterable[tuple[str, Figures]] = (),
        present: int | None = None,
    ) -> Tally:
        """Count the marks of each option."""
        return polls.count(ballots, roll=roll, options=options, marks=marks, sheets=sheets, present=present)

    def judge(self, tally: Tally, *, rule: FrozenRule, max_choices: int) -> Verdict:
        """Give as many places as a ballot has marks to the most marked options, each with the majority.

        A tie for the last place carries none of the tied options.
        """
        winners, tied = _most_marked(tally, rule, self.most_marks(max_choices))
        return verdict(tally, rule, leading=max(tally.counts, default=0), winners=winners, tied=tied)


def whole_of(tally: Tally, rule: FrozenRule) -> int:
    """Return the number of units the majority is a share of: the roll, or those present."""
    return tally.roll if rule.base is QuorumBase.ALL else tally.present


def verdict(tally: Tally, rule: FrozenRule, *, leading: int, winners: tuple[int, ...], tied: bool = False) -> Verdict:
    """Hold quorum and majority against the rule. Without the quorum there are no winners."""
    attendance = Comparison.of(tally.present, tally.roll, rule.quorum) if rule.quorum else None
    comparison = Comparison.of(leading, whole_of(tally, rule), rule.majority)
    if attendance is not None and not attendance.met:
        return Verdict(Outcome.INQUORATE, attendance, comparison, ())
    outcome = Outcome.CARRIED if winners else Outcome.NOT_CARRIED
    return Verdict(outcome, attendance, comparison, winners, tied)


def _most_marked(tally: Tally, rule: FrozenRule, places: int) -> tuple[tuple[int, ...], bool]:
    whole = whole_of(tally, rule)
    strong = [(c, n) for n, c in enumerate(tally.counts, 1) if rule.majority.met_by(c, whole)]
    strong.sort(key=lambda pair: (-pair[0], pair[1]))
    if len(strong) <= places:
        return tuple(sorted(n for _, n in strong)), False
    line = strong[places][0]
    kept = [n for c, n in strong[:places] if c > line]
    return tuple(sorted(kept)), len(kept) < places
