"""Voting methods: how a poll is answered, counted and judged. A new method is one file here and its entry in METHODS."""

from consult.domain.polls.methods.approval import Approval
from consult.domain.polls.methods.method import VotingMethod
from consult.domain.polls.methods.motion import Motion
from consult.domain.polls.methods.single import SingleChoice

_BUILT_IN: tuple[VotingMethod, ...] = (Motion(), SingleChoice(), Approval())
METHODS: dict[str, VotingMethod] = {method.code: method for method in _BUILT_IN}
"""By code, in the order in which a form offers them."""


def codes() -> list[str]:
    """Return the code of every method, in the order of the form."""
    return list(METHODS)


def of(code: str) -> VotingMethod:
    """Return the method of a code. Raises KeyError for an unknown one."""
    return METHODS[code]
