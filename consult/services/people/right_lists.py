"""Changes of rights as pages show them: what waits, for whom, and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from consult.domain.people import right_changes as rules
from consult.domain.people.right_changes import RightStepKind
from consult.models import RightChange, Village
from consult.models.people import person_queries, right_queries
from consult.services.people import rights, villages

ENDS = (RightStepKind.STOPPED, RightStepKind.DROPPED, RightStepKind.LAPSED, RightStepKind.APPLIED)


@dataclass(frozen=True)
class Waiting:
    """A change as a page shows it: what is asked, by whom, and what it waits for."""

    change: RightChange
    asked_name: str
    confirmed: bool
    needs_second: bool
    effective_at: datetime
    state: str
    """waiting, dropped, stopped, lapsed or applied."""


def shown(changes: Sequence[RightChange], village: Village, now: datetime) -> list[Waiting]:
    """Return changes as pages show them."""
    steps = right_queries.steps_of([one.id for one in changes])
    names = {one.id: one.name for one in person_queries.some([change.asked_by for change in changes])}
    today, found = villages.local_day(village, now), []
    for change in changes:
        done = steps[change.id]
        state = next((step.value for step in ENDS if step in done), "waiting")
        confirmed = RightStepKind.CONFIRMED in done
        at_desk = confirmed and done[RightStepKind.CONFIRMED].at_desk
        at = rules.effective_at(change.kind, change.asked_at, at_desk=at_desk, confirmed=confirmed)
        needs = rights.needs_second(change, on=today)
        found.append(
            Waiting(
                change=change,
                asked_name=names.get(change.asked_by, ""),
                confirmed=confirmed,
                needs_second=needs,
                effective_at=at,
                state=state,
            )
        )
    return found
