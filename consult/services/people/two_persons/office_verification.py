"""Hold the offices against the log: each was given by an entry, to the same person, for the same term, and ended by one.

Entries from before 0.8.3 hold no digest of the term. Of an office that two officers gave, its term is then held against
their change, which the database keeps as it was asked for; of one that the operator gave, person and office alone are. From
before 0.7.0 one officer gave offices, whom the entry names.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, select

from consult.domain.audit import Tag
from consult.domain.people.right_changes import RightKind
from consult.models import AuditEntry, RightChange, RoleGrant, db
from consult.services.people import grants


class _Said(NamedTuple):
    """What an entry of the log says of an office."""

    subject: str
    at: datetime
    by: int | None
    facts: dict[str, Any]


def faults(village_id: int) -> Iterator[str]:
    """Yield a line for each office that nobody gave, that is not as it was given, or that stands otherwise than it ended."""
    given, ended = (
        {said.facts["grant"]: said for said in _logged(village_id, tag)} for tag in (Tag.ROLE_GRANTED, Tag.ROLE_ENDED)
    )
    confirmed = {said.facts["change"]: said for said in _logged(village_id, Tag.RIGHT_CONFIRMED)}
    changes = {one.id: one for one in db.session.scalars(_changes(village_id))}
    there = db.session.scalars(select(RoleGrant).where(RoleGrant.village_id == village_id).order_by(RoleGrant.id)).all()
    for grant in there:
        name, said = f"office {grant.id}", given.pop(grant.id, None)
        if said is None:
            yield f"{name}: no entry in the log; nobody gave it"
            continue
        if not _is_as_given(grant, said, changes):
            yield f"{name}: holder, office or term are not those that the log has"
        if said.facts.get("change", grants.BY_OPERATOR) != grants.BY_OPERATOR and not _is_by_two(said, confirmed):
            yield f"{name}: no second person confirmed it in the log"
        end = ended.get(grant.id)
        if grant.ended_at != (end.at if end else None):
            yield f"{name}: it was ended here and not in the log, or the other way round"
    for grant_id in sorted(given):
        yield f"office {grant_id}: in the log, but the office is gone"


def _changes(village_id: int) -> Select[tuple[RightChange]]:
    kinds = (RightKind.OFFICE_GIVEN, RightKind.OFFICE_CHANGED)
    return select(RightChange).where(RightChange.village_id == village_id, RightChange.kind.in_(kinds))


def _is_as_given(grant: RoleGrant, said: _Said, changes: dict[int, RightChange]) -> bool:
    here = (f"person:{grant.person_id}", grant.role.value, grant.granted_at)
    if here != (said.subject, said.facts["role"], said.at):
        return False
    change = changes.get(said.facts["change"]) if "change" in said.facts else None
    giver = said.by if "change" not in said.facts else change.asked_by if change else None
    if grant.granted_by != giver:
        return False
    if "term" in said.facts:
        return bool(grants.term_of(grant).digest() == said.facts["term"])
    return change is None or grants.term_of(grant) == grants.term_of(change)


def _is_by_two(said: _Said, confirmed: dict[int, _Said]) -> bool:
    second = confirmed.get(said.facts["change"])
    return second is not None and (second.subject, second.facts["role"]) == (said.subject, said.facts["role"])


def _logged(village_id: int, tag: Tag) -> list[_Said]:
    query = select(AuditEntry.subject, AuditEntry.recorded_at, AuditEntry.actor_id, AuditEntry.facts).where(
        AuditEntry.village_id == village_id, AuditEntry.tag == tag.value
    )
    rows = db.session.execute(query.order_by(AuditEntry.number))
    return [_Said(row.subject, row.recorded_at, row.actor_id, json.loads(row.facts)) for row in rows]
