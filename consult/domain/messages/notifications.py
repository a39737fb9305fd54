"""The few events a person is told of, and which of them go out of the house."""

from enum import StrEnum


class NotificationEvent(StrEnum):
    """One switch each, but for MODERATED: whoever is hidden is always told why."""

    VOTE_ANNOUNCED = "vote_announced"
    VOTE_REMINDER = "vote_reminder"
    VOTE_CHANGED = "vote_changed"
    DECIDED = "decided"
    ANSWERED = "answered"
    CHANGED = "changed"
    DUTY = "duty"
    MEETING_CALLED = "meeting_called"
    MEETING_REMINDER = "meeting_reminder"
    MODERATED = "moderated"


SWITCHABLE = tuple(event for event in NotificationEvent if event is not NotificationEvent.MODERATED)
BY_SMS = frozenset({NotificationEvent.VOTE_REMINDER, NotificationEvent.DUTY, NotificationEvent.MEETING_REMINDER})
"""A message costs money and rings in a pocket: only what runs out."""
TO_THE_GROUP = frozenset(
    {
        "poll_announced",
        "poll_declared",
        "poll_extended",
        "poll_cancelled",
        "meeting_called",
        "meeting_changed",
        "meeting_cancelled",
        "result_posted",
    }
)
"""Notices on the board that a village's chat group is told of."""
