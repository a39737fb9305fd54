"""Hand messages over to the provider that the settings name, by template and never as free text."""

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from consult.config import Config, current_config
from consult.services.messages.providers import Delivery, file, phone_provider, refuse_misspelt
from consult.services.messages.providers.file import FileOutbox

ASIDE = ThreadPoolExecutor(4, "delivery")
log = logging.getLogger("consult.deliveries")


@dataclass(frozen=True, kw_only=True)
class OutgoingMessage:
    """One message on its way. `recipient` is a phone number or a robot's address; neither is ever logged."""

    channel: str
    """sms, or the name of a provider of robots"""
    recipient: str
    template: str
    facts: dict[str, Any]
    key: str
    """The same message has the same key, however often it is sent."""
    secret: str = field(default="", repr=False)
    timezone: str = "Asia/Shanghai"
    """The village's: times are told by its clock."""


def configured(config: Config) -> Delivery:
    """Return the provider that the settings name. Raises Misconfigured; called at the start, so that it fails there."""
    provider = phone_provider(config.delivery)
    refuse_misspelt(config)
    provider.configure_calls(config)
    return provider.configure(config)


def delivery() -> Delivery:
    """Return the way messages to phones go out now. A demo never speaks to real phones."""
    config = current_config()
    return file_outbox() if config.is_demo else configured(config)


def calls() -> Delivery | None:
    """Return what calls a phone and reads a message out; None where the provider cannot. A demo calls nobody."""
    config = current_config()
    provider = file.PROVIDER if config.is_demo else phone_provider(config.delivery)
    return provider.configure_calls(config)


def file_outbox() -> FileOutbox:
    """Return the file beside the database."""
    return file.configured(current_config())


def send_aside(recipient: str, template: str, facts: dict[str, str], *, by_call: bool = False) -> None:
    """Hand over a message at once. Neither time nor failure tells the asker whether the number is on the roll.

    `by_call`: read out by a call, where the provider can; otherwise as a message.
    """
    chosen = (calls() if by_call else None) or delivery()
    if isinstance(chosen, FileOutbox):
        _send_quietly(chosen, recipient, template, facts)
    else:
        ASIDE.submit(_send_quietly, chosen, recipient, template, facts)


def _send_quietly(chosen: Delivery, recipient: str, template: str, facts: dict[str, str]) -> None:
    try:
        chosen.send(recipient, template, facts)
    except Exception as error:
        log.warning("%s was not taken (%s)", template, type(error).__name__)
