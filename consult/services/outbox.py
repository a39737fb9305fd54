"""What is on its way out of the house: written with the act, sent by the job runner, kept until it is handed over."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from consult.models import OutboxMessage, Person, db

SMS, ROBOT = "sms", "robot"


def write_sms(
    people: Sequence[int], template: str, subject: str, *, village_id: int, facts: dict[str, Any], now: datetime
) -> None:
    """A message to each of these people who has a number, in the transaction at hand. The same one is written once."""
    with_number = db.session.scalars(select(Person.id).where(Person.id.in_(people), Person.phone_mark.is_not(None)))
    rows = [
        _row(SMS, one, template, f"{SMS}:{one}:{template}:{subject}", village_id, facts, now) for one in with_number
    ]
    if rows:
        db.session.execute(insert(OutboxMessage), rows)


def _row(
    channel: str, person_id: int | None, template: str, key: str, village_id: int, facts: dict[str, Any], now: datetime
) -> dict[str, Any]:
    return {
        "village_id": village_id, "channel": channel, "person_id": person_id, "template": template, "facts": facts,
        "key": key, "written_at": now, "due_at": now, "tries": 0, "last_error": "",
    }  # fmt: skip
