"""Sending to phones: one interface, keyed by template and never free text. An SMS provider is one more class."""

import json
import os
import sys
from pathlib import Path
from typing import Protocol

from flask import current_app

from consult.config import Config


class Delivery(Protocol):
    def send(self, recipient: str, template: str, facts: dict[str, str]) -> None:
        """Hand over one message. Raises OSError when it cannot be handed over."""


class FileOutbox:
    """The default: a JSON line a message, in a file that only its owner reads; in the demo on the console too."""

    def __init__(self, path: Path, *, aloud: bool) -> None:
        self.path = path
        self.aloud = aloud

    def send(self, recipient: str, template: str, facts: dict[str, str]) -> None:
        line = json.dumps({"to": recipient, "template": template, **facts}, ensure_ascii=False)
        with open(os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a", encoding="utf-8") as file:
            file.write(line + "\n")
        if self.aloud:
            print(f"outbox: {line}", file=sys.stderr, flush=True)


def delivery() -> Delivery:
    """The way messages go out in this installation."""
    config: Config = current_app.config["CONSULT"]
    return FileOutbox(config.instance_path / "outbox.jsonl", aloud=config.is_demo)
