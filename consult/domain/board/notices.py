"""The kinds of notices on the village board."""

from enum import StrEnum

ENDED = "ended"
"""What a notice of a meeting called off tells of where the meeting was held: the day to which it was adjourned is not."""


class NoticeTag(StrEnum):
    """The kinds of notices; each has its sentences in templates/board and web/words."""

    POLL_ANNOUNCED = "poll_announced"
    POLL_DECLARED = "poll_declared"
    POLL_EXTENDED = "poll_extended"
    POLL_ROLL_ADDED = "poll_roll_added"
    POLL_CANCELLED = "poll_cancelled"
    POLL_ANNULLED = "poll_annulled"
    MEETING_CALLED = "meeting_called"
    MEETING_CHANGED = "meeting_changed"
    MEETING_CANCELLED = "meeting_cancelled"
    MEETING_RESULTS = "meeting_results"
    """All votes of a meeting on one posting; those of the single votes stay where they are addressed."""
    AGENDA_ADDED = "agenda_added"
    """An item came on the agenda of a meeting after the call, or has another text since."""
    RESULT_POSTED = "result_posted"
