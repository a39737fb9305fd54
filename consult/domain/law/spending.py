"""Money of the village: what costs money is decided by a vote that passed the gates of the law (vote_gates.py).

The sum is that of the vote that decides and was carried. The nation's law leaves no office a sum of its own; a charter
may (rule_changes.py), and such small spending is then agreed by two.
"""

from dataclasses import dataclass

from consult.domain.refusals import Reason


@dataclass(frozen=True)
class Ceiling:
    """The money that may be spent on a matter, in fen."""

    decided: int | None
    """By a vote that decides; None: no sum was decided."""
    small: int = 0
    """What the charter lets the committee spend on one matter without such a vote; 0: nothing."""

    @property
    def most(self) -> int:
        """Return the most that may be handed out: what was decided and, by two, the charter's sum beyond it."""
        return (self.decided or 0) + self.small


def why_not_spent(total: int, ceiling: Ceiling) -> Reason | None:
    """Return why tasks may not take this much in all; None: they may."""
    return Reason.MONEY_NOT_DECIDED if total > ceiling.most else None


def takes_two(total: int, ceiling: Ceiling) -> bool:
    """Tell whether this much takes a second person: it goes beyond what a vote decided."""
    return total > (ceiling.decided or 0)


def why_not_carried_out(cost: int | None, ceiling: Ceiling, *, carried: bool, accepted: bool) -> Reason | None:
    """Return why a proposal may not be carried out; None: it may.

    What costs nothing rests on any vote that carried it, or on the council's answer. What costs money rests on a vote
    that decides, or on an answer that accepts it and the charter's sum. `cost`: as the proposal says; None: not known,
    then its tasks get no money beyond the ceiling.
    """
    if not (carried or accepted):
        return Reason.NOTHING_TO_CARRY_OUT
    if not cost or ceiling.decided is not None or (accepted and cost <= ceiling.small):
        return None
    return Reason.MONEY_NOT_DECIDED
