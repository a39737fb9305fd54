"""A motion: support, oppose or abstain."""

from collections.abc import Mapping

from consult.domain.polls.frozen import FrozenRule
from consult.domain.polls.methods.method import MarkedOptions, verdict, whole_of
from consult.domain.polls.polls import PollKind, Tally, Verdict

SUPPORT = 1
"""The number of the option that carries a motion."""


class Motion(MarkedOptions):
    """Carried when the required share supports it; an abstention is a ballot and no support."""

    code: str = PollKind.MOTION.value
    fixed_options: tuple[str, ...] = ("support", "oppose", "abstain")
    icons: Mapping[str, str] = {"support": "yes", "oppose": "no", "abstain": "abstain"}
    words: str = "motion"

    def judge(self, tally: Tally, *, rule: FrozenRule, max_choices: int) -> Verdict:  # noqa: ARG002
        """Say whether the motion is carried: enough of the roll are present, and enough support it."""
        support = tally.counts[SUPPORT - 1]
        carried = rule.majority.met_by(support, whole_of(tally, rule))
        return verdict(tally, rule, leading=support, winners=(SUPPORT,) if carried else ())
