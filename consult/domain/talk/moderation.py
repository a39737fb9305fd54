"""Moderation: grounds on which content is reported or hidden, and who may decide an appeal."""

from enum import StrEnum

REASON_LENGTH = 300


class ReportGround(StrEnum):
    """Why content is reported or hidden."""

    INSULT = "insult"
    PRIVATE = "private"
    UNTRUE = "untrue"
    ADVERTISING = "advertising"
    OTHER = "other"


class ReportableKind(StrEnum):
    """What can be reported and hidden."""

    COMMENT = "comment"
    STATEMENT = "statement"


def may_decide(decider_id: int, *, hidden_by: int, author_id: int) -> bool:
    """Tell whether this person may decide an appeal: neither the author nor who hid the content may."""
    return decider_id not in (hidden_by, author_id)
