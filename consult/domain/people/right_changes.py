"""Changes of rights: who may ask, who may confirm, and how long a change of somebody's way in waits.

An office is given, changed and ended by two persons of different offices, never by the holder. Whatever reaches a
person's way in (a number, a further card, leaving the roll) waits, so that the person and the house can say no.
"""

import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from consult.domain.people.people import age_on, is_adult
from consult.domain.people.roles import SETTLES_RIGHTS, Role
from consult.domain.refusals import Reason


class RightKind(StrEnum):
    """The kinds of changes of rights."""

    OFFICE_GIVEN = "office_given"
    OFFICE_CHANGED = "office_changed"
    """Another group or another term for an office that is held."""
    OFFICE_ENDED = "office_ended"
    NUMBER_CHANGED = "number_changed"
    FIRST_NUMBER = "first_number"
    """While a vote is announced or open; else it takes effect at once and is no change of rights."""
    HOUSE_CHANGED = "house_changed"
    """Another household: its adults may claim its cards."""
    GROUP_CHANGED = "group_changed"
    """Another group for a whole household: it decides in which votes of groups the house is."""
    HEAD_CHANGED = "head_changed"
    """Who is head of the household, or is it no more: the head speaks for it where it chose nobody."""
    MEMBER_CHANGED = "member_changed"
    """Member of the collective, or not: it decides who votes in its bodies."""
    CORRECTED = "corrected"
    """Another name or date of birth of a person: who that is."""
    JOINED = "joined"
    """Somebody new on the roll once the village runs, or back on it: they count only then."""
    FURTHER_CARD = "further_card"
    DEPARTURE = "departure"
    ERASURE = "erasure"
    """All ways in of somebody who asked for it, with number, cards, second proofs and messages."""


class RightStepKind(StrEnum):
    """One step of a change that was asked for: how it went on, or ended."""

    CONFIRMED = "confirmed"
    """By the second person."""
    DROPPED = "dropped"
    """By one of the officers."""
    STOPPED = "stopped"
    """By the person concerned, or an adult of the house."""
    APPLIED = "applied"
    LAPSED = "lapsed"
    """By the days that passed without a second person, or because it could not hold any more when its wait was over."""


OFFICE_KINDS = frozenset({RightKind.OFFICE_GIVEN, RightKind.OFFICE_CHANGED, RightKind.OFFICE_ENDED})
ADD_SOMEBODY = frozenset({RightKind.OFFICE_GIVEN, RightKind.OFFICE_CHANGED, RightKind.JOINED})
"""Somebody has more afterwards, an office or a place on the roll: in a closed village none is asked for or comes into force."""
WAITS = frozenset(RightKind) - OFFICE_KINDS
OF_A_HOUSE = frozenset({RightKind.GROUP_CHANGED, RightKind.HEAD_CHANGED, RightKind.JOINED, RightKind.CORRECTED})
"""They change who votes for a house: nobody who lives in it asks for them or confirms them."""
TOUCHES_A_HOUSE = frozenset(
    {
        RightKind.DEPARTURE,
        RightKind.HOUSE_CHANGED,
        RightKind.HEAD_CHANGED,
        RightKind.JOINED,
        RightKind.CORRECTED,
    }
)
"""After them somebody else may speak for a household: it is told, and so are the votes that run."""
UNDONE = frozenset({RightKind.NUMBER_CHANGED, RightKind.FIRST_NUMBER, RightKind.FURTHER_CARD})
"""The house takes these back with one tap also after they hold."""
ENDED = frozenset({RightStepKind.DROPPED, RightStepKind.STOPPED, RightStepKind.LAPSED})


@dataclass(frozen=True)
class RightNumbers:
    """The numbers of rights.toml."""

    wait: timedelta
    oldest_start: int
    """So many years back an office may begin at most."""
    lapse: timedelta
    """So long a request waits for a second person."""
    undo: timedelta
    """So long the house takes back with one tap what holds."""
    card_back: timedelta
    """So long the house brings back a card that an officer withdrew."""
    joining_age: int
    """From this age on somebody new on the roll takes two persons."""


@lru_cache(maxsize=1)
def numbers() -> RightNumbers:
    """Return the numbers of rights.toml."""
    rows = tomllib.loads((Path(__file__).parent / "rights.toml").read_text(encoding="utf-8"))
    return RightNumbers(
        wait=timedelta(hours=rows["wait"]["hours"]),
        oldest_start=rows["start"]["years"],
        lapse=timedelta(rows["lapse"]["days"]),
        undo=timedelta(rows["undo"]["days"]),
        card_back=timedelta(rows["card_back"]["days"]),
        joining_age=rows["joining"]["age"],
    )


def needs_second(kind: RightKind, *, officer: bool) -> bool:
    """Tell whether a change takes a second person. `officer`: the person concerned holds an office.

    A villager who moved away or died, and a first number, may be noted by one officer; it waits, and the house is told.
    """
    return kind is not RightKind.FIRST_NUMBER and (kind is not RightKind.DEPARTURE or officer)


def wait_for_claim(issued_at: datetime, vote_since: datetime | None, now: datetime) -> timedelta | None:
    """Return how long a household's first card cannot be claimed yet; None: it can.

    `vote_since` is when the earliest vote that has not closed was announced. A card made before it can be claimed at once.
    """
    if vote_since is None or issued_at < vote_since or now >= issued_at + numbers().wait:
        return None
    return issued_at + numbers().wait - now


def effective_at(kind: RightKind, asked_at: datetime, *, at_desk: bool, confirmed: bool) -> datetime:
    """Return the earliest instant at which a change takes effect.

    Numbers and cards wait even when two officers agree, unless somebody of the house stood at the desk with both. An
    erasure waits in any case: nothing brings back what it takes.
    """
    if kind is RightKind.ERASURE:
        return asked_at + numbers().wait
    if kind in OFFICE_KINDS or at_desk or (kind is RightKind.DEPARTURE and confirmed):
        return asked_at
    return asked_at + numbers().wait


def why_not_asker(asker_id: int, person_id: int, office: str, held: Collection[Role]) -> Reason | None:
    """Return why a person may not ask for a change, None if they may."""
    if office not in held or Role(office) not in SETTLES_RIGHTS:
        return Reason.NO_SUCH_OFFICE
    return Reason.OWN_RIGHT if asker_id == person_id else None


def has_lapsed(asked_at: datetime, now: datetime) -> bool:
    """Tell whether a request has waited for a second person as long as it may."""
    return now >= asked_at + numbers().lapse


def may_undo(applied_at: datetime, now: datetime) -> bool:
    """Tell whether the house may still take back what took effect at an instant."""
    return now < applied_at + numbers().undo


def is_asked_to_join(age: int) -> bool:
    """Tell whether somebody of this age, who is new on the roll of a village that runs, takes two persons."""
    return age >= numbers().joining_age


def decides_when_of_age(known: date, said: date, *, on: date) -> bool:
    """Tell whether another date of birth decides from when somebody votes, sooner than a newcomer could.

    From the joining age on no day is another one: a child of 15 asks nothing when new, and is not made 17 afterwards.
    """
    if is_adult(known, on) or is_adult(said, on):
        return is_adult(known, on) != is_adult(said, on)
    return known != said and is_asked_to_join(max(age_on(known, on), age_on(said, on)))


def why_not_term(since: date, until: date | None, *, today: date) -> Reason | None:
    """Return why a term cannot be that of an office: it ended before it was entered, or began too long ago."""
    if until is not None and (until < since or until < today):
        return Reason.TERM_IS_OVER
    return Reason.BEGAN_TOO_LONG_AGO if since.year < today.year - numbers().oldest_start else None


def entered_late(since: date, entered_on: date) -> bool:
    """Tell whether an office was entered after its first day: pages say when it was."""
    return since < entered_on
