"""Messages to phones go into a file: the default, for trials and for villages without a provider."""

import json
import os
import sys
from pathlib import Path

from consult.config import Config
from consult.domain.phone_numbers import masked_phone
from consult.services.messages.providers import PhoneProvider


class FileOutbox:
    """Write each message as a line of JSON into a file that only its owner reads.

    `aloud`: also print messages without a key, which somebody waits for, on the console. `by`: how they would go.
    `masked`: write numbers with stars, since the file lies beside a database in which they are encrypted.
    """

    def __init__(self, path: Path, *, aloud: bool, by: str = "", masked: bool = False) -> None:
        self.path = path
        self.aloud = aloud
        self.by = by
        self.masked = masked

    def send(self, recipient: str, template: str, facts: dict[str, str], key: str = "") -> None:
        """Append the message."""
        to = masked_phone(recipient) if self.masked else recipient
        words = {"to": to, "template": template, **facts} | ({"key": key} if key else {})
        words |= {"by": self.by} if self.by else {}
        line = json.dumps(words, ensure_ascii=False)
        with open(os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a", encoding="utf-8") as file:
            file.write(line + "\n")
        if self.aloud and not key:
            print(f"outbox: {line}", file=sys.stderr, flush=True)


def configured(config: Config) -> FileOutbox:
    """Return the file beside the database; in the demo it speaks on the console too."""
    return FileOutbox(config.instance_path / "outbox.jsonl", aloud=config.is_demo, masked=config.mode == "production")


def configured_calls(config: Config) -> FileOutbox:
    """Return the same file for calls."""
    return FileOutbox(
        config.instance_path / "outbox.jsonl", aloud=config.is_demo, by="call", masked=config.mode == "production"
    )


PROVIDER = PhoneProvider(configured, configured_calls, ())
