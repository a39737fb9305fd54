"""Computing findings again when enough reactions are new. For the job runner and the demo only: it loads numpy."""

from datetime import datetime

from consult.domain.talk import common_ground as rules
from consult.models import CommonGround, db
from consult.models.talk import statement_queries
from consult.services.core.transactions import atomic
from consult.services.talk import opinion_groups


def compute_due(*, now: datetime) -> list[int]:
    """Compute each finding that is due, each in a unit of work of its own. Return the ids of the consultations."""
    due = []
    for row in statement_queries.counted():
        old = statement_queries.computed(row.consultation_id)
        computed_at = old.computed_at if old else None
        if rules.due(reactions=row.reactions, counted=row.counted or 0, computed_at=computed_at, now=now):
            due.append((row.consultation_id, row.village_id, row.reactions))
    for consultation_id, village_id, reactions in due:
        reactions_of = statement_queries.all_reactions(consultation_id)
        finding = rules.finding(reactions_of, opinion_groups.groups(reactions_of))  # takes long: before the lock
        _store(consultation_id, village_id, reactions, finding, now=now)
    return [consultation_id for consultation_id, _, _ in due]


@atomic
def _store(consultation_id: int, village_id: int, reactions: int, finding: rules.Finding, *, now: datetime) -> None:
    row = statement_queries.computed(consultation_id)
    if row is None:
        row = CommonGround(consultation_id=consultation_id, village_id=village_id)
        db.session.add(row)
    row.reactions, row.facts, row.computed_at = reactions, finding.as_facts(), now
