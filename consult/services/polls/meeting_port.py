"""The port by which a poll asks its meeting. Polls know no meetings: services/meetings/poll_port.py fills this in."""

from typing import Any, Protocol

from consult.domain.polls.polls import Outcome
from consult.domain.polls.units import Presence
from consult.models import Poll, PollChange
from consult.services.core.acts import Act


class MeetingOfPoll(Protocol):
    """The meeting's side of its votes. Functions that write join the unit of work at hand.

    Those that write number the meeting's entries: call `lock` before the poll is locked.
    """

    def lock(self, meeting_id: int) -> None:
        """Lock the meeting's row until the commit: a meeting comes before its polls in the lock order."""
        ...

    def presence(self, meeting_id: int, number: int, *, lock: bool) -> Presence | None:
        """Return who attends for a unit of the roll now; `lock`: it stays so until the commit."""
        ...

    def present_numbers(self, meeting_id: int) -> list[int]:
        """Return the roll numbers of the units that are present now."""
        ...

    def present_in_log(self, village_id: int, meeting_id: int, *, before: int) -> set[int]:
        """Return the roll numbers that the audit log alone gives as present just before one of its entries."""
        ...

    def letters_of(self, meeting_id: int, holder_id: int) -> dict[int, str]:
        """Return the letters a person brought when signing in: the name of each photo, by roll number."""
        ...

    def letter_taken_by(self, meeting_id: int, number: int) -> int | None:
        """Return who took in, at the door, the newest letter that was brought for a unit; None: nobody."""
        ...

    def end_by_time(self, poll: Poll, act: Act) -> None:
        """End a vote whose longest time is over and which the chair did not end."""
        ...

    def note_cancelled(self, poll: Poll, change: PollChange, act: Act) -> None:
        """Enter into the meeting's record that two officers cancelled the vote."""
        ...

    def note_declared(self, poll: Poll, outcome: Outcome, facts: dict[str, Any], act: Act) -> None:
        """Enter the declared outcome into the meeting's record."""
        ...

    def refresh_screens(self, meeting_id: int) -> None:
        """Let the screens of the meeting load again."""
        ...


class _Port:
    filled: MeetingOfPoll | None = None


def fill(implementation: MeetingOfPoll) -> None:
    """Register the meetings' side; done once, when the app starts."""
    _Port.filled = implementation


def meetings() -> MeetingOfPoll:
    """Return the meetings' side. Raises LookupError where no app was started."""
    if _Port.filled is None:
        raise LookupError("no meetings are registered: create_app does it")
    return _Port.filled


def lock_meeting_of(poll: Poll) -> None:
    """Lock the meeting that votes, if one does. To be called before the poll is locked."""
    if poll.meeting_poll is not None:
        meetings().lock(poll.meeting_poll.meeting_id)
