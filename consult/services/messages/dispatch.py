"""From a parcel of the outbox to the provider that takes it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app

from consult import clock
from consult.services.messages.deliveries import OutgoingMessage, delivery, file_outbox
from consult.services.messages.providers import robot_providers

Words = Callable[[str, dict[str, Any]], str]
"""What a robot says: from template and facts to a text. The words live in web/."""


def sender(words: Words) -> Callable[[OutgoingMessage], None]:
    """A function that hands over one parcel. It raises OSError."""

    def send(parcel: OutgoingMessage) -> None:
        robot = robot_providers().get(parcel.channel)
        if robot is not None:
            text = words(parcel.template, parcel.facts)
            if current_app.config["CONSULT"].is_demo:  # a trial never speaks to a real group
                file_outbox().send(parcel.channel, parcel.template, {"text": text}, parcel.key)
                return
            robot.say(parcel.recipient, parcel.secret, text, now=clock.now())
        else:
            facts = {name: _said(name, value, parcel.timezone) for name, value in parcel.facts.items()}
            delivery().send(parcel.recipient, parcel.template, facts, parcel.key)

    return send


def _said(name: str, value: Any, timezone: str) -> str:
    """Instants by the village's clock, in digits, as the approved templates of providers want them."""
    if not name.endswith("_at"):
        return str(value)
    return f"{datetime.fromisoformat(value).astimezone(ZoneInfo(timezone)):%m-%d %H:%M}"
