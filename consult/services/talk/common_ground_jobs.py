"""Making findings anew when enough has come in. Only the job runner and the demo's seeding come here: numpy is big."""

from datetime import datetime

from consult.domain.talk import common_ground as rules
from consult.models import CommonGround, db
from consult.models.talk import statement_queries
from consult.services.core.each import each
from consult.services.core.transactions import atomic
from consult.services.talk import opinion_groups


def compute_due(*, now: datetime) -> list[int]:
    """Every consultation whose finding is due, each in a transaction of its own. Returns their ids."""
    due = {}
    for row in statement_queries.counted():
        old = statement_queries.computed(row.consultation_id)
        computed_at = old.computed_at if old else None
        if rules.due(reactions=row.reactions, counted=row.counted or 0, computed_at=computed_at, now=now):
            due[row.consultation_id] = row
    return each("common ground of", due, lambda one: _compute(one, due[one].village_id, due[one].reactions, now))


def _compute(consultation_id: int, village_id: int, reactions: int, now: datetime) -> None:
    """Make a finding, which takes time, and then keep it: nobody waits for numpy."""
    said = statement_queries.all_reactions(consultation_id)
    _keep(consultation_id, village_id, reactions, rules.finding(said, opinion_groups.groups(said)), now)


@atomic
def _keep(consultation_id: int, village_id: int, reactions: int, finding: rules.Finding, now: datetime) -> None:
    row = statement_queries.computed(consultation_id)
    if row is None:
        row = CommonGround(consultation_id=consultation_id, village_id=village_id)
        db.session.add(row)
    row.reactions, row.facts, row.computed_at = reactions, finding.as_facts(), now
