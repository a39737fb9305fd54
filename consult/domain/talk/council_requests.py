"""Acts in the council's name: one officer asks, a second of another office and another house confirms.

Or they rest on an item of a meeting that was held. Until then nothing is posted, and no duty ends.
"""

from enum import StrEnum

from consult.domain.talk.comments import AnswerState
from consult.domain.talk.phases import Phase


class CouncilAct(StrEnum):
    """The kinds of acts that speak for the council or the committee and wait for a second person."""

    ANSWER = "answer"
    """To a proposal, also a correction of an answer, and taking one back."""
    MOVE = "move"
    """Of a proposal into a stage that ends endorsing, talking or the work."""
    OBJECTION = "objection"
    """The answer to what somebody says against a notice."""
    ENDORSEMENT_RULE = "endorsement_rule"
    """How many endorsements oblige the council to answer, and in how many days."""
    EXTENSION = "extension"
    """A later day for the answer that is owed to a proposal."""


class CouncilEnd(StrEnum):
    """The ends of such a request."""

    CONFIRMED = "confirmed"
    DROPPED = "dropped"
    LAPSED = "lapsed"


ACCEPTS = frozenset({AnswerState.ACCEPTED, AnswerState.PARTLY})
SPEAKS = frozenset(
    {
        (Phase.RAISE, Phase.DECIDE),
        (Phase.DISCUSS, Phase.DECIDE),
        (Phase.CARRY_OUT, Phase.DECIDE),
    }
)
"""Moves that speak for the council: they end endorsing and talking, or stop the work. The others open something, or
rest on a decision or an answer that is there (phases.why_not_carried_out)."""
NO_COUNCIL = frozenset({"PARTY", "BOARD"})
"""Bodies whose meetings give no answer of the council: it is another organisation that met."""


def speaks_for_the_council(here: Phase, there: Phase) -> bool:
    """Tell whether a move speaks for the council, and so takes two officers or a meeting."""
    return (here, there) in SPEAKS


def bears_out(state: AnswerState, *, carried: bool | None) -> bool:
    """Tell whether a closed item of a meeting bears out an answer. `carried`: by its vote; None: there was none.

    Yes and no take a vote of the same kind: what was only talked over says neither.
    """
    if state in ACCEPTS:
        return carried is True
    return state is not AnswerState.NOT_ACCEPTED or carried is False
