"""Computing findings again when enough reactions are new. For the job runner and the demo only: it loads numpy."""

from datetime import datetime

from consult.domain.talk import common_ground as rules
from consult.models import CommonGround, db
from consult.models.talk import statement_queries
from consult.models.talk.statement_queries import ReactionCount
from consult.services.core.transactions import atomic
from consult.services.talk import opinion_groups


def compute_due(*, now: datetime) -> list[int]:
    """Compute each finding that is due, each in a unit of work of its own. Return the ids of the consultations."""
    due = [
        row
        for row in statement_queries.reaction_counts()
        if rules.due(reactions=row.reactions, counted=row.counted or 0, computed_at=row.computed_at, now=now)
    ]
    for row in due:
        reactions = statement_queries.all_reactions(row.consultation_id)
        finding = rules.finding(reactions, opinion_groups.groups(reactions))  # takes long: before the lock
        _store(row, finding, now=now)
    return [row.consultation_id for row in due]


@atomic
def _store(count: ReactionCount, finding: rules.Finding, *, now: datetime) -> None:
    row = statement_queries.computed(count.consultation_id)
    if row is None:
        row = CommonGround(consultation_id=count.consultation_id, village_id=count.village_id)
        db.session.add(row)
    row.reactions, row.facts, row.computed_at = count.reactions, finding.as_facts(), now
