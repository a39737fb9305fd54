"""Computing findings again when enough reactions are new. For the job runner and the demo only: it loads numpy."""

from datetime import datetime

from consult.domain.talk import common_ground as rules
from consult.models import CommonGround, db
from consult.models.talk import statement_queries
from consult.models.talk.statement_queries import ReactionCount
from consult.services.core.each import each
from consult.services.core.transactions import atomic
from consult.services.talk import opinion_groups


def compute_due(*, now: datetime) -> list[int]:
    """Compute each finding that is due, each in a unit of work of its own. Return the ids of the consultations."""
    due = {
        row.consultation_id: row
        for row in statement_queries.reaction_counts()
        if rules.due(reactions=row.reactions, counted=row.counted or 0, computed_at=row.computed_at, now=now)
    }
    return each("common ground of", due, lambda one: _compute(due[one], now=now))


def _compute(count: ReactionCount, *, now: datetime) -> None:
    """Compute a finding, which takes long, and then take the lock to store it."""
    reactions = statement_queries.all_reactions(count.consultation_id)
    _store(count, rules.finding(reactions, opinion_groups.groups(reactions)), now=now)


@atomic
def _store(count: ReactionCount, finding: rules.Finding, *, now: datetime) -> None:
    row = statement_queries.computed(count.consultation_id)
    if row is None:
        row = CommonGround(consultation_id=count.consultation_id, village_id=count.village_id)
        db.session.add(row)
    row.reactions, row.facts, row.computed_at = count.reactions, finding.as_facts(), now
