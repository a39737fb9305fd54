"""One of several options of the village's own words."""

from consult.domain.polls.methods.method import MarkedOptions
from consult.domain.polls.polls import PollKind


class SingleChoice(MarkedOptions):
    """The most chosen option, if it has the majority."""

    code: str = PollKind.SINGLE_CHOICE.value
