"""From a parcel of the outbox to the provider that takes it."""

from collections.abc import Callable
from typing import Any

from consult import clock
from consult.services import robots
from consult.services.deliveries import Parcel, delivery

Words = Callable[[str, dict[str, Any]], str]
"""What a robot says: from template and facts to a text. The words live in web/."""


def sender(words: Words) -> Callable[[Parcel], None]:
    """A function that hands over one parcel. It raises OSError."""

    def send(parcel: Parcel) -> None:
        if parcel.channel in robots.HOSTS:
            text = words(parcel.template, parcel.facts)
            robots.say(parcel.channel, parcel.recipient, parcel.secret, text, now=clock.now())
        else:
            facts = {name: str(value) for name, value in parcel.facts.items()}
            delivery().send(parcel.recipient, parcel.template, facts, parcel.key)

    return send
