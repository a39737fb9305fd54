"""The table of what waits for whom, which the front page, the messages and the test of all acts of two persons ask."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from consult.domain.people import roles, two_persons
from consult.domain.people.own_matter import OwnHouse
from consult.domain.people.roles import Role
from consult.domain.people.second_factors import DECIDES_FACTORS
from consult.domain.people.two_persons import Asked, Second


class Wait(StrEnum):
    """The kinds of things that wait for an officer."""

    POLL_CHANGE = "poll_change"
    ADDITION = "addition"
    """Of somebody to the roll of a meeting."""
    FURTHER_VOTE = "further_vote"
    """A ground on which the same body votes once more."""
    ROLL_REFUSAL = "roll_refusal"
    """The refusal of somebody who is not on the roll of a vote."""
    RIGHT = "right"
    RULE = "rule"
    FACTOR = "factor"
    BASIS = "basis"
    TASK_CHANGE = "task_change"
    """More money for a task than was decided."""
    COUNCIL = "council"
    """An answer, a move or another act in the council's name."""
    MERGER = "merger"
    """Of a proposal into another, whose proposer has not said yes."""
    CLOCK = "clock"
    LATE_MARKS = "late_marks"
    """Marks on paper or by hand after the close, with a photo of the signed list."""
    SHEET = "sheet"
    """A count sheet that was not entered twice alike."""
    WORK = "work"
    """Work that is done and not accepted."""
    APPEAL = "appeal"
    ROLL_APPEAL = "roll_appeal"
    """Somebody says that they are missing on the roll of a vote."""
    LETTER = "letter"
    """A letter of proxy at which nobody of another house has looked yet."""
    CONTEST = "contest"
    """A vote of which somebody says that it is not so."""
    COUNT = "count"
    """Ballots on paper or hands without a count sheet."""
    DECLARE = "declare"
    LOOK_INTO = "look_into"
    ANSWER = "answer"
    OBJECTION = "objection"
    DATA_REQUEST = "data_request"
    PETITION = "petition"
    HELD = "held"
    """A meeting whose day is over: was it held?"""
    MINUTES = "minutes"
    RESULT = "result"
    REPORT = "report"
    QUESTIONS = "questions"
    LATE = "late"
    """A task past its day."""
    OVERDUE = "overdue"
    """Something that others are owed and whose day has passed: for those who watch over it."""


WHO: dict[Wait, frozenset[Role]] = {
    Wait.POLL_CHANGE: roles.CHANGES_POLLS,
    Wait.ADDITION: roles.CHANGES_POLLS,
    Wait.FURTHER_VOTE: roles.CHANGES_POLLS,
    Wait.ROLL_REFUSAL: roles.CHANGES_POLLS,
    Wait.ROLL_APPEAL: roles.CHANGES_POLLS,
    Wait.RIGHT: roles.SETTLES_RIGHTS,
    Wait.RULE: roles.SETTLES_RULES,
    Wait.FACTOR: DECIDES_FACTORS,
    Wait.BASIS: roles.CONFIRMS_BASIS,
    Wait.TASK_CHANGE: roles.CHANGES_POLLS,
    Wait.COUNCIL: roles.CHANGES_POLLS,
    Wait.MERGER: roles.CHANGES_POLLS,
    Wait.CLOCK: roles.CONFIRMS_THE_TIME,
    Wait.LATE_MARKS: roles.MARKS_TURNOUT,
    Wait.SHEET: roles.COUNTS_BALLOTS,
    Wait.WORK: roles.ACCEPTS_WORK,
    Wait.APPEAL: roles.DECIDES_APPEALS,
    Wait.LETTER: roles.COUNTS_BALLOTS,
    Wait.CONTEST: roles.DECIDES_CONTESTS,
    Wait.COUNT: roles.COUNTS_BALLOTS,
    Wait.DECLARE: roles.DECLARES_OUTCOMES,
    Wait.LOOK_INTO: roles.LOOKS_INTO_POLLS,
    Wait.ANSWER: roles.ANSWERS_PROPOSALS,
    Wait.OBJECTION: roles.ANSWERS_PROPOSALS,
    Wait.DATA_REQUEST: roles.KEEPS_THE_ROLL,
    Wait.PETITION: roles.CALLS_MEETINGS,
    Wait.HELD: roles.CALLS_MEETINGS,
    Wait.MINUTES: frozenset(Role) - {Role.VILLAGER},
    Wait.RESULT: roles.DECLARES_OUTCOMES,
    Wait.REPORT: roles.READS_HIDDEN,
    Wait.QUESTIONS: roles.ANSWERS_PROPOSALS,
    Wait.LATE: roles.ANSWERS_PROPOSALS,
    Wait.OVERDUE: roles.WATCHES_DAYS,
}
"""The offices that may do what waits. Of minutes it is the chair alone, whatever office they hold."""
TWO_PERSONS = frozenset(
    {
        Wait.POLL_CHANGE,
        Wait.ADDITION,
        Wait.FURTHER_VOTE,
        Wait.ROLL_REFUSAL,
        Wait.RIGHT,
        Wait.RULE,
        Wait.FACTOR,
        Wait.BASIS,
        Wait.TASK_CHANGE,
        Wait.COUNCIL,
        Wait.MERGER,
        Wait.CLOCK,
        Wait.LATE_MARKS,
        Wait.SHEET,
        Wait.WORK,
        Wait.APPEAL,
        Wait.LETTER,
        Wait.CONTEST,
    }
)
"""What one person began and another must finish."""
OF_TWO_OFFICES = frozenset(
    {
        Wait.POLL_CHANGE,
        Wait.ADDITION,
        Wait.FURTHER_VOTE,
        Wait.ROLL_REFUSAL,
        Wait.RIGHT,
        Wait.RULE,
        Wait.FACTOR,
        Wait.BASIS,
        Wait.TASK_CHANGE,
        Wait.COUNCIL,
        Wait.LATE_MARKS,
        Wait.MERGER,
    }
)
"""Asked for by an office and confirmed by another one: two_persons.why_not_second. These lapse."""
OF_OWN_HOUSE = frozenset({Wait.LETTER, Wait.CONTEST, Wait.LATE_MARKS})
"""Acts on votes: who is of one house with the voter, or with who did it, by roll or by number, has no hand in it."""
HOLDS_UP = TWO_PERSONS | {
    Wait.COUNT,
    Wait.DECLARE,
    Wait.MINUTES,
    Wait.RESULT,
    Wait.PETITION,
    Wait.ROLL_APPEAL,
    Wait.HELD,
}
"""While it waits, something else cannot go on: it comes before what only has a day."""


@dataclass(frozen=True)
class Officer:
    """A person who may have to do it, with the house and the offices that count."""

    id: int
    household_id: int | None
    """None: they stand on no roll."""
    held: Collection[Role]
    mates: frozenset[int] = frozenset()
    """Everybody who is of one house with them by the rule of own_matter.py: also who signs in by the same number."""

    @property
    def house(self) -> OwnHouse:
        """Return the people and the house whose matters are the officer's own."""
        return OwnHouse(self.mates | {self.id}, self.household_id)


@dataclass(frozen=True, kw_only=True)
class Pending:
    """A thing that waits, as far as it decides who may do it."""

    kind: Wait
    asked: Asked | None = None
    """The first half, where there is one."""
    asker_house: int | None = None
    about: int | None = None
    """Whom it concerns: that person does not confirm it."""
    homes: frozenset[int] = frozenset()
    """Houses whose vote it decides: nobody who lives there confirms it."""
    people: frozenset[int] = frozenset()
    """Whose vote or act it decides: nobody of one house with them does."""


def kinds_for(held: Collection[Role]) -> frozenset[Wait]:
    """Return what may wait for a holder of these offices."""
    return frozenset(kind for kind, offices in WHO.items() if not offices.isdisjoint(held))


def acting_office(held: Collection[Role], allowed: Collection[Role], *, other_than: str = "") -> str:
    """Return the office by which somebody acts: if possible another one than the first person's. Empty: none."""
    mine = sorted(role.value for role in held if role in allowed)
    return next((office for office in mine if office != other_than), mine[0] if mine else "")


def may_do(pending: Pending, officer: Officer, *, now: datetime) -> bool:
    """Tell whether an officer may do what waits. The asker of what takes two still holds the office, by the caller's word.

    `now`: the instant that is past by every clock.
    """
    allowed = WHO[pending.kind]
    asked = pending.asked
    office = acting_office(officer.held, allowed, other_than=asked.office if asked else "")
    if not office or officer.id == pending.about or officer.household_id in pending.homes:
        return False
    if pending.kind in OF_OWN_HOUSE and officer.house.concerns((pending.about, *pending.people)):
        return False
    if asked is None:
        return True
    if pending.kind not in OF_TWO_OFFICES:
        return officer.id != asked.by and (pending.kind is not Wait.CLOCK or office != asked.office)
    same_house = officer.house.concerns((asked.by,), pending.asker_house)
    second = Second(officer.id, office, officer.held, allowed, same_house)
    return two_persons.why_not_second(asked, {Role(asked.office)}, second, now=now) is None


def urgency(kind: Wait, due: date | None, *, today: date) -> tuple[int, date]:
    """Return what sorts the list: what holds others up and has a day, then what has a day, then the rest."""
    if kind in HOLDS_UP:
        return (0 if due else 1), due or today
    return (2 if due else 3), due or today
