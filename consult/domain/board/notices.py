"""What a notice on the village board can tell of."""

from enum import StrEnum


class NoticeTag(StrEnum):
    """The kinds of notices; each has its sentences in templates/board and web/words."""

    POLL_ANNOUNCED = "poll_announced"
    POLL_DECLARED = "poll_declared"
    POLL_EXTENDED = "poll_extended"
    POLL_ROLL_ADDED = "poll_roll_added"
    POLL_CANCELLED = "poll_cancelled"
    MEETING_CALLED = "meeting_called"
    MEETING_CHANGED = "meeting_changed"
    MEETING_CANCELLED = "meeting_cancelled"
    RESULT_POSTED = "result_posted"
