"""Acts of two persons: one asks by an office, another of another office confirms while the first one still holds it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import product

from consult.domain.people import right_changes
from consult.domain.people.roles import Role
from consult.domain.refusals import Reason


class RequestState(StrEnum):
    """The stage of a request that takes two persons. The ends have the codes of the ends that tables keep."""

    WAITS = "waits"
    CONFIRMED = "confirmed"
    DROPPED = "dropped"
    LAPSED = "lapsed"


def state_of(*, confirmed: bool, ended: bool, ended_by: int | None) -> RequestState:
    """Return where a request stands whose row keeps its ends. Ended by nobody: it lapsed."""
    if confirmed:
        return RequestState.CONFIRMED
    if not ended:
        return RequestState.WAITS
    return RequestState.LAPSED if ended_by is None else RequestState.DROPPED


@dataclass(frozen=True)
class Asked:
    """The first half: who asked, by which office, and when."""

    by: int
    office: str
    at: datetime


@dataclass(frozen=True)
class Second:
    """The second half: the person, the office, what they hold now, and which offices may confirm."""

    id: int
    office: str
    held: Collection[Role]
    allowed: Collection[Role]
    of_one_house: bool = False
    """They live in one house with the one who asked: one phone may serve both."""


def why_not_second(asked: Asked, still_held: Collection[Role], second: Second, *, now: datetime) -> Reason | None:
    """Return why a person may not confirm, None if they may. Every confirmation by a second person asks this.

    `still_held`: the offices of the one who asked, as they are now.
    """
    if second.id == asked.by:
        return Reason.SAME_PERSON
    if second.of_one_house:
        return Reason.SAME_HOUSE
    if second.office == asked.office:
        return Reason.SAME_OFFICE
    if second.office not in second.held or second.office not in second.allowed:
        return Reason.NO_SUCH_OFFICE
    if right_changes.has_lapsed(asked.at, now):
        return Reason.REQUEST_LAPSED
    return None if asked.office in still_held else Reason.ASKER_LEFT_OFFICE


def different_offices(held: Sequence[Collection[Role]], allowed: Collection[Role]) -> list[Role] | None:
    """Return an allowed office for each person, no office twice; None where there is no such choice.

    `held`: what each of them holds now. Somebody with two offices leaves the other person the one that they alone have.
    """
    choices = [sorted(set(offices) & set(allowed)) for offices in held]
    return next((list(chosen) for chosen in product(*choices) if len(set(chosen)) == len(chosen)), None)
