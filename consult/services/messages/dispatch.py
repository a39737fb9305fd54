"""Hand a message of the outbox over to the provider that takes it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from consult import clock
from consult.config import current_config
from consult.services.messages.deliveries import OutgoingMessage, delivery, file_outbox
from consult.services.messages.providers import robot_providers

Words = Callable[[str, dict[str, Any]], str]
"""What a robot says: from template and facts to a text. The words live in web/."""

MONTH, DAY = "\u6708", "\u65e5"
"""The approved texts are Chinese, in every language of the pages."""


def sender(words: Words) -> Callable[[OutgoingMessage], None]:
    """Return a function that hands over one message and raises OSError. `words` writes the texts of robots."""

    def send(parcel: OutgoingMessage) -> None:
        robot = robot_providers().get(parcel.channel)
        if robot is not None:
            text = words(parcel.template, parcel.facts)
            if current_config().is_demo:  # a trial never speaks to a real group
                file_outbox().send(parcel.channel, parcel.template, {"text": text}, parcel.key)
                return
            robot.say(parcel.recipient, parcel.secret, text, now=clock.now())
        else:
            facts = {name: _said(name, value, parcel.timezone) for name, value in parcel.facts.items()}
            delivery().send(parcel.recipient, parcel.template, facts, parcel.key)

    return send


def _said(name: str, value: Any, timezone: str) -> str:
    """Return a value as text; instants by the village's clock as people write them, within the 12 characters of providers."""
    if not name.endswith("_at"):
        return str(value)
    at = datetime.fromisoformat(value).astimezone(ZoneInfo(timezone))
    return f"{at.month}{MONTH}{at.day}{DAY}{at:%H:%M}"
