"""The facts that the audit log keeps of each act on the board. Texts stand there as SHA-256, never in words."""

from typing import NotRequired, TypedDict

from consult.domain.audit import Tag


class NoticePostedFacts(TypedDict):
    notice_tag: str
    """A value of NoticeTag."""
    poll: int | None
    meeting: int | None
    year: int
    number: int
    assets: str
    """Digest of the files that a phone ran when it was posted: services.board.assets."""
    shown: NotRequired[str]
    """Digest of what it tells of and how long it hangs: services.board.notice_verification. None before 0.8.3."""


class ObjectionMadeFacts(TypedDict):
    objection: int
    digest: str


class ObjectionAnsweredFacts(TypedDict):
    objection: int
    digest: str


class BoardPhotographedFacts(TypedDict):
    picture: str
    """SHA-256 of the stored file."""


FACTS: dict[Tag, type] = {
    Tag.NOTICE_POSTED: NoticePostedFacts,
    Tag.OBJECTION_MADE: ObjectionMadeFacts,
    Tag.OBJECTION_ANSWERED: ObjectionAnsweredFacts,
    Tag.BOARD_PHOTOGRAPHED: BoardPhotographedFacts,
}
