"""The phases of a consultation: what each one opens, and which way leads on."""

from enum import StrEnum


class Phase(StrEnum):
    RAISE = "raise"
    DISCUSS = "discuss"
    VOTE = "vote"
    DECIDE = "decide"
    CARRY_OUT = "carry_out"


class PhaseAct(StrEnum):
    """What a phase may open."""

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
"""Words can be added at any time; the text itself only until a vote on it is announced."""
ORDER = tuple(Phase)
WAYS: dict[Phase, frozenset[Phase]] = {
    Phase.RAISE: frozenset({Phase.DISCUSS, Phase.DECIDE}),
    Phase.DISCUSS: frozenset({Phase.DECIDE}),
    Phase.VOTE: frozenset(),
    Phase.DECIDE: frozenset({Phase.DISCUSS, Phase.CARRY_OUT}),
    Phase.CARRY_OUT: frozenset({Phase.DECIDE}),
}
"""Where an officer may move it. Into VOTE it goes when a poll is announced, out of it when one is declared."""


def opens(phase: Phase, act: PhaseAct) -> bool:
    return act in OPENS[phase]


def leads(here: Phase, there: Phase) -> bool:
    return there in WAYS[here]


def is_past(phase: Phase, *, current: Phase) -> bool:
    return ORDER.index(phase) < ORDER.index(current)
