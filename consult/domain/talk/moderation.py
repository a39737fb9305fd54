"""Manners: on what grounds words are reported or hidden, and who may decide."""

from enum import StrEnum

REASON_LENGTH = 300


class ReportGround(StrEnum):
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
    """An appeal goes to another person: neither who hid the words nor who wrote them."""
    return decider_id not in (hidden_by, author_id)
