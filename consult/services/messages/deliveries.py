"""Handing messages over: one interface, keyed by template and never free text. What it is depends on the settings."""

import json
import logging
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from flask import current_app

from consult.config import Config
from consult.services.messages.sms import TencentSms

ASIDE = ThreadPoolExecutor(4, "delivery")
log = logging.getLogger("consult.deliveries")


@dataclass(frozen=True)
class OutgoingMessage:
    """One message on its way. `recipient` is a phone number or a robot's address; neither is ever logged."""

    channel: str
    """sms | wecom | dingtalk"""
    recipient: str
    template: str
    facts: dict[str, Any]
    key: str
    """The same message has the same key, however often it is sent."""
    secret: str = field(default="", repr=False)
    timezone: str = "Asia/Shanghai"
    """The village's: times are told by its clock."""


class Delivery(Protocol):
    def send(self, recipient: str, template: str, facts: dict[str, str], key: str = "") -> None:
        """Hand over one message to a phone. Raises OSError when it cannot be handed over."""


class FileOutbox:
    """The default: a JSON line a message, in a file that only its owner reads; in the demo on the console too."""

    def __init__(self, path: Path, *, aloud: bool) -> None:
        self.path = path
        self.aloud = aloud

    def send(self, recipient: str, template: str, facts: dict[str, str], key: str = "") -> None:
        words = {"to": recipient, "template": template, **facts} | ({"key": key} if key else {})
        line = json.dumps(words, ensure_ascii=False)
        with open(os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a", encoding="utf-8") as file:
            file.write(line + "\n")
        if self.aloud and not key:  # what somebody waits for; the rest is read in the file
            print(f"outbox: {line}", file=sys.stderr, flush=True)


def delivery() -> Delivery:
    """The way messages to phones go out in this installation."""
    config: Config = current_app.config["CONSULT"]
    if config.sms is not None and not config.is_demo:
        return TencentSms(config.sms)
    return file_outbox()


def file_outbox() -> FileOutbox:
    """The file beside the database."""
    config: Config = current_app.config["CONSULT"]
    return FileOutbox(config.instance_path / "outbox.jsonl", aloud=config.is_demo)


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
