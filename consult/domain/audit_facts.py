"""The written schema of the entries of the audit log: one TypedDict for each tag, by area."""

from collections.abc import Mapping
from typing import Any, TypedDict

from consult.domain.audit import Tag
from consult.domain.board.audit_facts import FACTS as OF_BOARD
from consult.domain.cases.audit_facts import FACTS as OF_CASES
from consult.domain.law.audit_facts import FACTS as OF_LAW
from consult.domain.meetings.audit_facts import FACTS as OF_MEETINGS
from consult.domain.messages.audit_facts import FACTS as OF_MESSAGES
from consult.domain.people.audit_facts import FACTS as OF_PEOPLE
from consult.domain.polls.audit_facts import FACTS as OF_POLLS
from consult.domain.talk.audit_facts import FACTS as OF_TALK


class ActRefusedFacts(TypedDict):
    """A refused attempt to do alone what takes two persons."""

    reason: str
    """A value of Reason."""


class BackupRestoredFacts(TypedDict):
    """An older database that was put back and accepted."""

    lost_number: int
    """Number of the newest entry that the database put back lacks."""
    lost_hash: str
    reason: str


class ClockDoubtedFacts(TypedDict):
    """A leap of the machine's clock: nothing is opened, closed or counted until it is settled."""

    kind: str
    """forward, backward or silence."""
    trusted_at: str
    """The last instant at which the clock was right."""
    shown_at: str
    polls: int
    """How many polls of the village hang on it."""


class ClockConfirmedFacts(TypedDict):
    """An officer said that the clock is right now."""

    office: str


class ClockSettledFacts(TypedDict):
    """The doubt is ended. Without wrong times the clock was right all the time."""

    noticed: int
    """Number of the entry clock:doubted."""
    first_entry: int | None
    last_entry: int | None
    """The entries that bear wrong times, from the first to the last."""
    wrong_from: str | None
    wrong_to: str | None
    """The times that these two bear."""
    reopened: list[int]
    """Polls that only a clock running ahead had seen closed."""


OF_CORE: dict[Tag, type] = {
    Tag.ACT_REFUSED: ActRefusedFacts,
    Tag.BACKUP_RESTORED: BackupRestoredFacts,
    Tag.CLOCK_DOUBTED: ClockDoubtedFacts,
    Tag.CLOCK_CONFIRMED: ClockConfirmedFacts,
    Tag.CLOCK_SETTLED: ClockSettledFacts,
}
FACTS: dict[Tag, type] = {
    **OF_CORE,
    **OF_PEOPLE,
    **OF_MESSAGES,
    **OF_TALK,
    **OF_BOARD,
    **OF_LAW,
    **OF_POLLS,
    **OF_MEETINGS,
    **OF_CASES,
}


def refuse_wrong_facts(tag: Tag, facts: Mapping[str, Any]) -> None:
    """Raise TypeError where the facts of an entry are not those of its tag's schema: an error of the program."""
    schema = FACTS[tag]
    required: frozenset[str] = getattr(schema, "__required_keys__")  # noqa: B009 - the checker knows no such attribute
    optional: frozenset[str] = getattr(schema, "__optional_keys__")  # noqa: B009
    given = facts.keys()
    if required - given or given - required - optional:
        wanted = ", ".join(sorted(required | optional)) or "nothing"
        raise TypeError(f"{tag.value} says {wanted}; given were {', '.join(sorted(given)) or 'nothing'}")
