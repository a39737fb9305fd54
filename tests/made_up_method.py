"""A voting method that no village uses: each ballot marks what it objects to, and the fewest objections win."""

from collections.abc import Sequence

from consult.domain.polls.frozen import FrozenRule
from consult.domain.polls.methods.method import MarkedOptions, verdict, whole_of
from consult.domain.polls.polls import Tally, Verdict
from consult.domain.refusals import Reason


class FewestObjections(MarkedOptions):
    """A ballot may object to all options but one; the majority must not object to the option that wins."""

    code: str = "fewest_objections"
    several: bool = True
    template: str = "checkboxes"

    def most_marks(self, max_choices: int) -> int:  # noqa: ARG002
        return 9

    def why_not_choice(self, choice: Sequence[int], *, options: int, max_choices: int) -> Reason | None:
        if len(choice) == options:
            return Reason.TOO_MANY_CHOICES
        return super().why_not_choice(choice, options=options, max_choices=max_choices)

    def judge(self, tally: Tally, *, rule: FrozenRule, max_choices: int) -> Verdict:  # noqa: ARG002
        least = min(tally.counts)
        best = [n for n, count in enumerate(tally.counts, 1) if count == least]
        agreeing = whole_of(tally, rule) - least
        wins = len(best) == 1 and rule.majority.met_by(agreeing, whole_of(tally, rule))
        return verdict(tally, rule, leading=agreeing, winners=tuple(best) if wins else (), tied=len(best) > 1)
