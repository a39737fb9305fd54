"""What a council member writes down before a poll: read from a form, with every mistake found at once."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from consult.domain.polls import Kind, Standing


@dataclass(frozen=True)
class Plan:
    """A poll as planned. Instants are aware."""

    body: str
    group_id: int | None
    kind: Kind
    question: str
    options: tuple[str, ...]
    max_choices: int
    standing: Standing
    short_notice_reason: str
    opens_at: datetime
    closes_at: datetime

    def columns(self) -> dict[str, Any]:
        """As the table has them; the options stand in a table of their own."""
        return {
            "body": self.body,
            "group_id": self.group_id,
            "kind": self.kind.value,
            "question": self.question,
            "max_choices": self.max_choices,
            "standing": self.standing.value,
            "short_notice_reason": self.short_notice_reason,
            "opens_at": self.opens_at,
            "closes_at": self.closes_at,
        }
