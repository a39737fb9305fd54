"""Judge messages on their way: which still make sense, which go first, when one is tried again, when a provider rests."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

CODE_LIFETIME = timedelta(minutes=10)
"""A code that was sent can be used so long, and stands in clear in no file for longer."""


class MessageChannel(StrEnum):
    """The recipient of a message: a person's phone, or the village's chat group."""

    SMS = "sms"
    ROBOT = "robot"


class Unsent(StrEnum):
    """The reason why a message was given up, as `last_error` keeps it. Other values are classes of errors."""

    NOBODY = "nobody"
    OVER = "over"
    TOO_LATE = "too_late"
    CALLED_OFF = "called_off"
    MOVED = "moved"
    VOTED = "voted"
    NOT_CALLED = "not_called"
    UNWILLING = "unwilling"
    UNKNOWN = "unknown"
    DROPPED = "dropped"
    SENDING = "sending"
    """No reason yet: the runner is handing it over. If that is all that is ever noted, it was killed meanwhile."""
    SENDING_AGAIN = "sending_again"
    """The same, of a message of which nobody knows whether it arrived before."""


class Sent(StrEnum):
    """The way in which a message that counts as sent went out, as `last_error` keeps it, where that is no provider."""

    TO_FILE = "to_file"
    """It was written to the file of a trial and reached no phone."""


class Failure(StrEnum):
    """The knowledge after a try that failed."""

    REFUSED = "refused"
    UNREACHED = "unreached"
    """The provider was not reached: nothing was sent."""
    UNKNOWN = "unknown"
    """The message was sent whole and no answer came: it may have been taken."""
    ACCOUNT = "account"
    """The provider refuses the account: no message will be taken until the settings are right."""


WAITS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=12))
LEASE = timedelta(minutes=2)
"""A runner that has not said by then what became of a message was killed. Another takes it, unless it was being sent."""
WAIT_AFTER_UNKNOWN = timedelta(minutes=5)


@dataclass(frozen=True)
class Sense:
    """The time for which messages of a template make sense. `ends_at`: the fact with the instant after which they do not."""

    longest: timedelta
    urgency: int
    ends_at: str = ""
    again_if_unknown: bool = False
    """Whether it goes out a second time by itself where nobody knows if the first arrived."""


OTHERWISE = Sense(timedelta(days=3), 2)
SENSE: dict[str, Sense] = {
    "rights": Sense(timedelta(days=3), 0, again_if_unknown=True),
    "meeting_reminder": Sense(timedelta(days=2), 1, "starts_at"),
    "vote_reminder": Sense(timedelta(days=2), 1, "closes_at"),
    "duty": OTHERWISE,
    "poll_announced": Sense(timedelta(days=3), 2, "closes_at"),
    "poll_extended": Sense(timedelta(days=3), 2, "closes_at"),
    "meeting_called": Sense(timedelta(days=3), 2, "closes_at"),
    "meeting_changed": Sense(timedelta(days=3), 1, "closes_at"),
    "agenda_added": Sense(timedelta(days=3), 2, "closes_at"),
    "meeting_cancelled": Sense(timedelta(days=3), 1),
    "poll_cancelled": Sense(timedelta(days=3), 1),
    "log_head": Sense(timedelta(days=1), 3),
}
"""By template; 0 is the most urgent. What a chat group is told has its end in `closes_at`, also where a meeting begins then.
A changed way in is told first, and rather twice than never: its owner may have to stop somebody."""


def sense_of(template: str) -> Sense:
    """Return how long messages of a template make sense, and how urgent they are."""
    return SENSE.get(template, OTHERWISE)


def not_after(template: str, facts: Mapping[str, Any], written_at: datetime) -> datetime:
    """Return the instant from which a message makes no sense any more."""
    sense = sense_of(template)
    latest, ends_at = written_at + sense.longest, facts.get(sense.ends_at)
    return min(latest, datetime.fromisoformat(ends_at)) if isinstance(ends_at, str) else latest


def next_try(tries: int, now: datetime) -> datetime | None:
    """Return when to try again after so many failed tries; None: give up."""
    return now + WAITS[tries - 1] if tries <= len(WAITS) else None


def after_unknown(template: str, now: datetime, *, before: bool) -> datetime | None:
    """Return when a message is sent again of which it is unknown whether it was taken; None: never by itself.

    `before`: whether that was unknown of it before. Tries that surely did not arrive do not count.
    """
    return now + WAIT_AFTER_UNKNOWN if sense_of(template).again_if_unknown and not before else None


@dataclass(frozen=True)
class Breaker:
    """The rest of a provider: after three time-outs in a row for a minute, after a refused account for ten.

    One that has taken nothing yet rests after a single time-out: so it is after a start of the runner and after a rest, and
    neither begins with more messages of which nobody knows whether they arrived.
    """

    MOST = 3

    timed_out: int = MOST - 1
    rests_until: datetime | None = None

    REST = timedelta(minutes=1)
    REST_OF_ACCOUNT = timedelta(minutes=10)

    def rests(self, now: datetime) -> bool:
        """Tell whether nothing is to be sent now."""
        return self.rests_until is not None and now < self.rests_until

    def after(self, failure: Failure | None, now: datetime) -> "Breaker":
        """Return the breaker after a try. `failure`: None where the message was taken."""
        if failure is Failure.ACCOUNT:
            return Breaker(rests_until=now + self.REST_OF_ACCOUNT)
        if failure not in (Failure.UNKNOWN, Failure.UNREACHED):
            return Breaker(0)
        counted = replace(self, timed_out=self.timed_out + 1, rests_until=None)
        return Breaker(rests_until=now + self.REST) if counted.timed_out >= self.MOST else counted
