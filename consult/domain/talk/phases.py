"""The phases of a consultation: what each allows, and where each can lead."""

from collections.abc import Sequence
from enum import StrEnum


class Phase(StrEnum):
    """The phases of a consultation, in their usual order."""

    RAISE = "raise"
    DISCUSS = "discuss"
    VOTE = "vote"
    DECIDE = "decide"
    CARRY_OUT = "carry_out"


class PhaseAct(StrEnum):
    """An act that only some phases allow."""

    ENDORSE = "endorse"
    COMMENT = "comment"
    REVISE = "revise"
    REACT = "react"
    WITHDRAW = "withdraw"
    ASSIGN = "assign"


OPENS: dict[Phase, frozenset[PhaseAct]] = {
    Phase.RAISE: frozenset({PhaseAct.ENDORSE, PhaseAct.COMMENT, PhaseAct.REVISE, PhaseAct.WITHDRAW}),
    Phase.DISCUSS: frozenset({PhaseAct.ENDORSE, PhaseAct.COMMENT, PhaseAct.REVISE, PhaseAct.REACT, PhaseAct.WITHDRAW}),
    Phase.VOTE: frozenset({PhaseAct.COMMENT}),
    Phase.DECIDE: frozenset({PhaseAct.COMMENT}),
    Phase.CARRY_OUT: frozenset({PhaseAct.COMMENT, PhaseAct.ASSIGN}),
}
"""Comments are allowed in every phase; the text can be revised until a vote on it is announced."""
ORDER = tuple(Phase)
WAYS: dict[Phase, frozenset[Phase]] = {
    Phase.RAISE: frozenset({Phase.DISCUSS, Phase.DECIDE}),
    Phase.DISCUSS: frozenset({Phase.DECIDE}),
    Phase.VOTE: frozenset({Phase.DISCUSS}),
    Phase.DECIDE: frozenset({Phase.DISCUSS, Phase.CARRY_OUT}),
    Phase.CARRY_OUT: frozenset({Phase.DECIDE}),
}
"""Where an officer may move it. Announcing a poll moves it into VOTE, declaring one moves it on.

Out of VOTE an officer moves it only where no vote holds it: one that was cancelled before votes gave their matter back.
"""


def before_vote(passed: Sequence[Phase]) -> Phase:
    """Return the phase into which a matter goes back when its vote is cancelled: the last one that was none of a vote."""
    return next((phase for phase in reversed(passed) if phase is not Phase.VOTE), Phase.DISCUSS)


def opens(phase: Phase, act: PhaseAct) -> bool:
    """Tell whether a phase allows an act."""
    return act in OPENS[phase]


def leads(here: Phase, there: Phase) -> bool:
    """Tell whether an officer may move a consultation from one phase into the other."""
    return there in WAYS[here]
