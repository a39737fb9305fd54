"""Messages to phones go into a file: the default, for trials and for villages without a provider."""

import json
import os
import re
import sys
from datetime import datetime
from pathlib import Path

from consult import clock
from consult.config import Config
from consult.domain.messages.outbox import CODE_HOLDS
from consult.domain.phone_numbers import masked_phone
from consult.services.messages.providers import PhoneProvider

CODE, UNTIL = re.compile(rb'"code": "([^"*]+)"'), re.compile(rb'"until": "([^"]+)"')


class FileOutbox:
    """Write each message as a line of JSON into a file that only its owner reads.

    `aloud`: also print messages without a key, which somebody waits for, on the console. `by`: how they would go.
    `masked`: write numbers with stars, since the file lies beside a database in which they are encrypted, and let no code stand
    in it for longer than it can be used.
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
        if self.masked and "code" in facts:
            words["until"] = (clock.now() + CODE_HOLDS).isoformat()
        line = json.dumps(words, ensure_ascii=False)
        with open(os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a", encoding="utf-8") as file:
            file.write(line + "\n")
        if self.aloud and not key:
            print(f"outbox: {line}", file=sys.stderr, flush=True)

    def forget_codes(self, *, now: datetime) -> int:
        """Write stars over the codes that cannot be used any more; return how many. No line moves: others may write."""
        if not self.masked or not self.path.exists():
            return 0
        found = 0
        with self.path.open("r+b", buffering=0) as file:
            begins = 0
            for line in file.readall().splitlines(keepends=True):
                code, until = CODE.search(line), UNTIL.search(line)
                if code and (until is None or datetime.fromisoformat(until[1].decode()) <= now):
                    os.pwrite(file.fileno(), b"*" * len(code[1]), begins + code.start(1))
                    found += 1
                begins += len(line)
        return found


def configured(config: Config) -> FileOutbox:
    """Return the file beside the database; in the demo it speaks on the console too."""
    return FileOutbox(config.instance_path / "outbox.jsonl", aloud=config.is_demo, masked=config.mode == "production")


def configured_calls(config: Config) -> FileOutbox:
    """Return the same file for calls."""
    return FileOutbox(
        config.instance_path / "outbox.jsonl", aloud=config.is_demo, by="call", masked=config.mode == "production"
    )


PROVIDER = PhoneProvider(configured, configured_calls, ())
