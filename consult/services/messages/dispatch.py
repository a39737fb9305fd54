"""Hand a message of the outbox over to the provider that takes it."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from consult import clock
from consult.config import current_config
from consult.domain.messages.outbox import MessageChannel
from consult.services.messages.deliveries import OutgoingMessage, delivery, file_outbox
from consult.services.messages.providers import TogetherDelivery, robot_providers
from consult.services.messages.providers.file import FileOutbox

Words = Callable[[str, dict[str, Any]], str]
"""What a robot says: from template and facts to a text. The words live in web/."""

MONTH, DAY = "\u6708", "\u65e5"
"""The approved texts are Chinese, in every language of the pages."""


class Sender:
    """Hand messages over to the provider that takes them. `words` writes the texts of robots."""

    def __init__(self, words: Words) -> None:
        self.words = words

    def most_together(self) -> int:
        """Return to how many phones the same message may go in one call."""
        chosen = delivery()
        return chosen.most_together if isinstance(chosen, TogetherDelivery) else 1

    def writes_file(self, channel: str) -> bool:
        """Tell whether messages of a channel are only written to a file."""
        return current_config().is_demo or (channel == MessageChannel.SMS and isinstance(delivery(), FileOutbox))

    def __call__(self, parcel: OutgoingMessage) -> None:
        """Hand over one message. Raises OSError."""
        robot = robot_providers().get(parcel.channel)
        if robot is None:
            delivery().send(parcel.recipient, parcel.template, _texts(parcel), parcel.key)
            return
        text = self.words(parcel.template, parcel.facts)
        if current_config().is_demo:  # a trial never speaks to a real group
            file_outbox().send(parcel.channel, parcel.template, {"text": text}, parcel.key)
            return
        robot.say(parcel.recipient, parcel.secret, text, now=clock.now())

    def together(self, parcels: Sequence[OutgoingMessage]) -> Sequence[Exception | None]:
        """Hand over the same message to several phones in one call; say of each what failed. Raises OSError if all did."""
        first, chosen = parcels[0], delivery()
        if first.channel in robot_providers() or not isinstance(chosen, TogetherDelivery):
            for parcel in parcels:
                self(parcel)
            return [None] * len(parcels)
        return chosen.send_together([one.recipient for one in parcels], first.template, _texts(first), first.key)


def sender(words: Words) -> Sender:
    """Return what hands over messages and raises OSError."""
    return Sender(words)


def _texts(parcel: OutgoingMessage) -> dict[str, str]:
    return {name: _said(name, value, parcel.timezone) for name, value in parcel.facts.items()}


def _said(name: str, value: Any, timezone: str) -> str:
    """Return a value as text; instants by the village's clock as people write them, within the 12 characters of providers."""
    if not name.endswith("_at"):
        return str(value)
    at = datetime.fromisoformat(value).astimezone(ZoneInfo(timezone))
    return f"{at.month}{MONTH}{at.day}{DAY}{at.hour:02}:{at.minute:02}"
