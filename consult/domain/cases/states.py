"""States of a case, roles in it, how it came, and who reads its entries."""

from enum import StrEnum


class CaseState(StrEnum):
    """The state of a case."""

    DRAFT = "draft"
    """Being written on a phone, and read by its writer alone."""
    CLUE = "clue"
    APPLIED = "applied"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    ASSIGNED = "assigned"
    INVESTIGATING = "investigating"
    MEDIATING = "mediating"
    AGREED_ORALLY = "agreed_orally"
    AGREED_IN_WRITING = "agreed_in_writing"
    PERFORMING = "performing"
    BREACHED = "breached"
    PERFORMED = "performed"
    FOLLOWED_UP = "followed_up"
    WITHDRAWN = "withdrawn"
    SELF_SETTLED = "self_settled"
    TERMINATED = "terminated"
    ESCALATED = "escalated"
    CLOSED = "closed"
    ARCHIVED = "archived"
    DISCARDED = "discarded"


class CaseRole(StrEnum):
    """The role of a person in one case. Without one there is no such page for them."""

    APPLICANT = "applicant"
    RESPONDENT = "respondent"
    AGENT = "agent"
    KIN = "kin"
    MEDIATOR = "mediator"
    HEAD = "head"
    REPORTER = "reporter"
    """Brought a clue, or filed for somebody: sees where it stands and nothing else."""
    JUSTICE_OFFICE = "justice_office"
    RECUSED = "recused"
    """An officer who is excluded from the case, being close to a party: reads nothing of it."""


class Source(StrEnum):
    """The source of a case, as monthly reports count it."""

    APPLICATION = "application"
    OWN_MOTION = "own_motion"
    GRID = "grid"
    POLICE = "police"
    COURT = "court"
    TOWN = "town"
    CONSULTATION = "consultation"


class Audience(StrEnum):
    """The readers of an entry. A party's own is `p` and the number of the party."""

    ALL = "all"
    DESK = "desk"


class MediaKind(StrEnum):
    """A kind of file that is kept sealed beside the words of an entry."""

    PHOTO = "photo"
    VOICE = "voice"


SIDES = frozenset({CaseRole.APPLICANT, CaseRole.RESPONDENT})
PARTIES = SIDES | {CaseRole.AGENT}
DESK = frozenset({CaseRole.MEDIATOR, CaseRole.HEAD})
NEW = frozenset({CaseState.CLUE, CaseState.APPLIED})
IN_WORK = frozenset({CaseState.ACCEPTED, CaseState.ASSIGNED, CaseState.INVESTIGATING, CaseState.MEDIATING})
WITH_MEDIATORS = IN_WORK - {CaseState.ACCEPTED}
AGREED = frozenset({CaseState.AGREED_ORALLY, CaseState.AGREED_IN_WRITING})
CARRIED_OUT = frozenset({CaseState.AGREED_ORALLY, CaseState.PERFORMING, CaseState.BREACHED})
IN_HAND = NEW | IN_WORK | AGREED | CARRIED_OUT | {CaseState.PERFORMED, CaseState.FOLLOWED_UP}
ENDED = frozenset(
    {CaseState.DECLINED, CaseState.WITHDRAWN, CaseState.SELF_SETTLED, CaseState.TERMINATED, CaseState.ESCALATED}
)
"""Decided, but the volume is not closed yet."""
OPEN = IN_HAND | ENDED
SHUT = frozenset({CaseState.CLOSED, CaseState.ARCHIVED})
BUSY = IN_HAND - NEW - {CaseState.ACCEPTED}
"""Somebody was assigned, and has it on the desk. What ended may have had no mediator, and is only paper now."""
LIVE = OPEN | SHUT
"""Every state of a case that was handed in."""


def own(number: int) -> str:
    """Return the audience of one party's private talk: the party and the desk."""
    return f"p{number}"
