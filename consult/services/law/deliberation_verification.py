"""Comparing the gates of motions with the log: kinds of matter, checks, steps, and the signatures of petitions."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from consult.domain.audit import Tag
from consult.models import (
    AuditEntry,
    DeliberationStep,
    MatterChoice,
    MatterPaperRecord,
    MotionCheck,
    PetitionSignature,
    RuleChange,
    db,
)
from consult.services.law import four_deliberations, rule_changes


def faults(village_id: int) -> Iterator[str]:
    """Yield rows without an entry in the log, and entries whose row is gone or changed."""
    yield from _compared(
        village_id, Tag.MATTER_SET, "kind of matter", _matters(village_id), ("number", "matter", "group")
    )
    yield from _compared(village_id, Tag.PAPER_RECORDED, "paper", _papers(village_id), ("number", "paper", "digest"))
    yield from _compared(
        village_id, Tag.MOTION_CHECKED, "list of questions", _checks(village_id), ("number", "revision", "digest")
    )
    yield from _compared(village_id, Tag.STEP_RECORDED, "step", _steps(village_id), ("step", "digest"))
    yield from _compared(village_id, Tag.RULE_ASKED, "rule of one's own", _rules(village_id, False), ("digest",))
    yield from _compared(village_id, Tag.RULE_CONFIRMED, "settled rule", _rules(village_id, True), ("digest",))
    yield from _signatures(village_id)


def _logged(village_id: int, tag: Tag) -> list[tuple[AuditEntry, dict[str, Any]]]:
    query = select(AuditEntry).where(AuditEntry.village_id == village_id, AuditEntry.tag == tag.value)
    return [(entry, json.loads(entry.facts)) for entry in db.session.scalars(query.order_by(AuditEntry.number))]


def _compared(
    village_id: int, tag: Tag, what: str, rows: list[tuple[Any, ...]], keys: tuple[str, ...]
) -> Iterator[str]:
    logged = Counter((entry.subject, *(facts.get(key) for key in keys)) for entry, facts in _logged(village_id, tag))
    there = Counter(rows)
    for row in there - logged:
        yield f"{row[0]}: a {what} of which the log knows nothing"
    for row in logged - there:
        yield f"{row[0]}: a {what} in the log, but the record is gone or changed"


def _matters(village_id: int) -> list[tuple[Any, ...]]:
    rows = db.session.scalars(select(MatterChoice).where(MatterChoice.village_id == village_id))
    return [(f"consultation:{row.consultation_id}", row.number, row.matter, row.group_id) for row in rows]


def _papers(village_id: int) -> list[tuple[Any, ...]]:
    rows = db.session.scalars(select(MatterPaperRecord).where(MatterPaperRecord.village_id == village_id))
    return [
        (
            f"consultation:{row.consultation_id}",
            row.number,
            row.paper.value,
            four_deliberations.digest_of_paper(row),
        )
        for row in rows
    ]


def _checks(village_id: int) -> list[tuple[Any, ...]]:
    rows = db.session.scalars(select(MotionCheck).where(MotionCheck.village_id == village_id))
    return [
        (
            f"consultation:{row.consultation_id}",
            row.number,
            row.revision,
            four_deliberations.digest_of_check(row.answers, row.note),
        )
        for row in rows
    ]


def _steps(village_id: int) -> list[tuple[Any, ...]]:
    rows = db.session.scalars(select(DeliberationStep).where(DeliberationStep.village_id == village_id))
    return [
        (
            f"consultation:{row.consultation_id}",
            row.step.value,
            four_deliberations.digest_of_step(row),
        )
        for row in rows
    ]


def _rules(village_id: int, confirmed: bool) -> list[tuple[Any, ...]]:
    query = select(RuleChange).where(RuleChange.village_id == village_id)
    rows = db.session.scalars(query.where(RuleChange.confirmed_at.is_not(None)) if confirmed else query)
    return [(f"rule:{row.id}", rule_changes.digest_of(row)) for row in rows]


def _signatures(village_id: int) -> Iterator[str]:
    logged: Counter[tuple[str, int | None]] = Counter(
        (entry.subject, entry.actor_id) for entry, _ in _logged(village_id, Tag.PETITION_SIGNED)
    )
    rows = db.session.scalars(select(PetitionSignature).where(PetitionSignature.village_id == village_id))
    there: Counter[tuple[str, int | None]] = Counter((f"petition:{row.petition_id}", row.person_id) for row in rows)
    for subject, _ in (there - logged) + (logged - there):
        yield f"{subject}: its signatures are not those of the log"
