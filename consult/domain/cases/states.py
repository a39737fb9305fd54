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
    ENFORCEMENT = "enforcement"
    """The court was asked to enforce what it confirmed (人民调解法 33)."""
    LAWSUIT = "lawsuit"
    """A party went to court over the agreement (人民调解法 32)."""
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
    GUARDIAN = "guardian"
    """The statutory representative (法定代理人) of a party without full capacity."""
    KIN = "kin"
    MEDIATOR = "mediator"
    HEAD = "head"
    REPORTER = "reporter"
    """Brought a clue, or filed for somebody: sees where it stands and nothing else."""
    JUSTICE_OFFICE = "justice_office"
    RECUSED = "recused"
    """An officer who is excluded from the case, being close to a party: reads nothing of it."""
    LEFT = "left"
    """A party who left, and whoever acted for them, while the case goes on for others: reads what there was until then."""


class Standing(StrEnum):
    """The standing of a party in dispute: whether they take part, or how they left."""

    TAKES_PART = "takes_part"
    REFUSED = "refused"
    WITHDREW = "withdrew"
    SETTLED = "settled"


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
REPRESENTATIVES = frozenset({CaseRole.AGENT, CaseRole.GUARDIAN})
"""Act for a party, by a letter of authority or by law."""
PARTIES = SIDES | REPRESENTATIVES
DESK = frozenset({CaseRole.MEDIATOR, CaseRole.HEAD})
NEW = frozenset({CaseState.CLUE, CaseState.APPLIED})
IN_WORK = frozenset({CaseState.ACCEPTED, CaseState.ASSIGNED, CaseState.INVESTIGATING, CaseState.MEDIATING})
WITH_MEDIATORS = IN_WORK - {CaseState.ACCEPTED}
AGREED = frozenset({CaseState.AGREED_ORALLY, CaseState.AGREED_IN_WRITING})
AT_COURT = frozenset({CaseState.ENFORCEMENT, CaseState.LAWSUIT})
"""The agreement stands, what it says is still owed."""
CARRIED_OUT = frozenset({CaseState.AGREED_ORALLY, CaseState.PERFORMING, CaseState.BREACHED}) | AT_COURT
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
