"""The events that a person is told of, and those that also go out by SMS or to the village's chat group."""

from enum import StrEnum


class NotificationEvent(StrEnum):
    """An event that a person can turn off, but for two: why words were removed, and changes of offices and ways in."""

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
    RIGHTS = "rights"


ALWAYS_TOLD = frozenset({NotificationEvent.MODERATED, NotificationEvent.RIGHTS})
SWITCHABLE = tuple(event for event in NotificationEvent if event not in ALWAYS_TOLD)
BY_SMS = frozenset(
    {
        NotificationEvent.VOTE_REMINDER,
        NotificationEvent.DUTY,
        NotificationEvent.MEETING_REMINDER,
        NotificationEvent.RIGHTS,
    }
)
"""An SMS costs money: only events with a deadline."""
SIGN_IN_CODE, NUMBER_CHANGED = "sign_in_code", "number_changed"
"""Messages that somebody waits for, or that warn a number which opens nothing any more. They go past the outbox."""
SMS_TEMPLATES = frozenset({SIGN_IN_CODE, NUMBER_CHANGED, *(event.value for event in BY_SMS)})
"""The names of all messages that go by SMS, as a provider's approved templates are named by them."""
ON_THE_SPOT = frozenset(
    {
        "second_sheet",
        "second_letter",
        "you_were_helped",
        "you_were_helped_waits",
        "you_witnessed",
        "witness_asked",
        "helped_confirmed",
        "you_marked_paper",
        "you_marked_hands",
        "contest_received",
        "roll_appeal_more",
        "agenda_added_now",
    }
)
"""Kinds of lines that need no SMS: those concerned stand beside each other, are told in the room, or have just done it."""
SMS_OF_LOCKED = frozenset({NotificationEvent.RIGHTS.value})
"""Messages that go to the phone of somebody whose data is locked (PIPL 44): that somebody changes their ways in. A code
goes there only when its holder asks for it."""
TO_THE_GROUP = frozenset(
    {
        "poll_announced",
        "poll_declared",
        "poll_extended",
        "poll_cancelled",
        "poll_annulled",
        "meeting_called",
        "meeting_changed",
        "meeting_cancelled",
        "meeting_results",
        "agenda_added",
        "result_posted",
    }
)
"""Notices on the board that a village's chat group is told of."""


def may_write_to_phone(template: str, *, locked: bool) -> bool:
    """Tell whether a message of this template goes to a person's phone. `locked`: the person had their data locked."""
    return not locked or template in SMS_OF_LOCKED
