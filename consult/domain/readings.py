"""Name the files that are taken out of a village, and whom they concern, for the log and for "who read it".

A page that an officer only looks at is not in the log: of those the page of one's own data says so in plain words. Two
pages are, which show codes of cards that nobody has claimed: whoever reads one there can sign in as somebody of the house.
"""

from dataclasses import dataclass
from enum import StrEnum


class Scope(StrEnum):
    """The people in a file, by what the log says of it."""

    ROLL = "roll"
    """Everybody on the roll."""
    GROUP = "group"
    MEETING = "meeting"
    POLL = "poll"
    OWN = "own"
    """The one who took it, and nobody else."""
    CASE = "case"
    """Parties of a case: the case's own list of readers names them, since the village's log must not tell who has one."""
    SEALED = "sealed"
    """Everybody, but unreadable without a key that is kept elsewhere."""


BY_COMMAND = "cli."
"""How the kinds begin that the operator of the machine takes out by a command."""
KINDS: dict[str, Scope] = {
    "rolls.export": Scope.ROLL,
    "prints.household_cards": Scope.GROUP,
    "cards.index": Scope.GROUP,
    "cards.household": Scope.GROUP,
    "prints.sign_in_sheet": Scope.MEETING,
    "prints.minutes_file": Scope.MEETING,
    "archives.meeting": Scope.MEETING,
    "bundles.full_bundle": Scope.POLL,
    "own_data.export": Scope.OWN,
    "case_papers.volume": Scope.CASE,
    "case_papers.show": Scope.CASE,
    "case_papers.export": Scope.CASE,
    "case_papers.notice": Scope.CASE,
    "cli.roll_export": Scope.ROLL,
    "cli.full_bundle": Scope.POLL,
    "cli.plain_backup": Scope.ROLL,
    "cli.sealed_backup": Scope.SEALED,
}
"""By the kind that stands in the log: the endpoint, or the command."""


@dataclass(frozen=True)
class Whereabouts:
    """A person's group, and the meetings and votes on whose rolls they or their house stand."""

    person_id: int
    group_id: int
    meetings: frozenset[int]
    polls: frozenset[int]


def concerns(kind: str, of: str, taken_by: int | None, person: Whereabouts) -> bool:
    """Tell whether a file that was taken out had a person in it. `of` is what the log says it was of, as kind:id.

    Entries of earlier versions do not say of which meeting, vote or group: they are taken to concern everybody.
    """
    scope = KINDS.get(kind, Scope.ROLL)
    if scope in (Scope.CASE, Scope.SEALED):
        return False
    if scope is Scope.OWN:
        return taken_by == person.person_id
    if scope is Scope.ROLL or not of:
        return True
    number = int(of.rpartition(":")[2])
    within = {Scope.GROUP: {person.group_id}, Scope.MEETING: person.meetings, Scope.POLL: person.polls}
    return number in within[scope]
