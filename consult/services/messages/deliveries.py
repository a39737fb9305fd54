"""Hand messages over to the provider that the settings name, by template and never as free text."""

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from flask import current_app

from consult.config import Config
from consult.services.messages.providers import Delivery, file, phone_provider
from consult.services.messages.providers.file import FileOutbox

ASIDE = ThreadPoolExecutor(4, "delivery")
log = logging.getLogger("consult.deliveries")


@dataclass(frozen=True)
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
    return phone_provider(config.delivery).configure(config)


def delivery() -> Delivery:
    """Return the way messages to phones go out now. A demo never speaks to real phones."""
    config: Config = current_app.config["CONSULT"]
    return file_outbox() if config.is_demo else configured(config)


def file_outbox() -> FileOutbox:
    """Return the file beside the database."""
    return file.configured(current_app.config["CONSULT"])


def send_aside(recipient: str, template: str, facts: dict[str, str]) -> None:
    """Hand over what somebody waits for, without letting the answer's time or a failure tell who has a number here."""
    chosen = delivery()
    if isinstance(chosen, FileOutbox):
        _send_quietly(chosen, recipient, template, facts)
    else:
        ASIDE.submit(_send_quietly, chosen, recipient, template, facts)


def _send_quietly(chosen: Delivery, recipient: str, template: str, facts: dict[str, str]) -> None:
    try:
        chosen.send(recipient, template, facts)
    except Exception as error:
        log.warning("%s was not taken (%s)", template, type(error).__name__)
