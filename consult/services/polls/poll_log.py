"""Reading what the log says of one poll, for the verification."""

import json
from typing import Any

from sqlalchemy import select

from consult.domain.audit import Tag
from consult.models import AuditEntry, Poll, db

Logged = list[tuple[AuditEntry, dict[str, Any]]]


def said_of(poll: Poll, tag: Tag) -> Logged:
    """Return the entries about a poll with a tag, in order, each with its facts."""
    query = select(AuditEntry).where(
        AuditEntry.village_id == poll.village_id, AuditEntry.subject == f"poll:{poll.id}", AuditEntry.tag == tag.value
    )
    return [(entry, json.loads(entry.facts)) for entry in db.session.scalars(query.order_by(AuditEntry.number))]
