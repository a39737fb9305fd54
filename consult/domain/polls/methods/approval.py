"""Several options of the village's own words, up to a number that was announced."""

from consult.domain.polls.methods.method import MarkedOptions
from consult.domain.polls.polls import PollKind


class Approval(MarkedOptions):
    """As many options as a ballot may choose, each with the majority. Approving of nothing is no ballot."""

    code: str = PollKind.APPROVAL.value
    several: bool = True
    template: str = "checkboxes"
