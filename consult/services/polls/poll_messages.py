"""Tell people of a poll, in their inbox and by SMS."""

from datetime import datetime

from consult.domain.messages.notifications import NotificationEvent
from consult.domain.polls.polls import Standing
from consult.models import Poll
from consult.services.messages import notifications

ASKS_TO_VOTE = (NotificationEvent.VOTE_ANNOUNCED, NotificationEvent.VOTE_REMINDER)


def settle(poll: Poll, *, now: datetime) -> None:
    """Count lines that ask for a vote as read: nobody can vote in this poll any more. In the unit of work at hand."""
    notifications.settle([f"poll:{poll.id}"], ASKS_TO_VOTE, now=now)


def tell_of_poll(
    poll: Poll, people: set[int], event: NotificationEvent, *, now: datetime, subject: str = "", **facts: str
) -> None:
    """Tell people of a poll, in the unit of work at hand; of one that only advises in words of its own."""
    if poll.standing is Standing.ADVISORY:
        facts.setdefault("kind", f"{event.value}_of_opinions")
    notifications.tell(
        people,
        event,
        subject or f"poll:{poll.id}",
        village_id=poll.village_id,
        consultation_id=poll.consultation_id,
        now=now,
        title=poll.consultation.proposal.title,
        closes_at=poll.closes_at.isoformat(),
        poll=str(poll.id),
        **facts,
    )
