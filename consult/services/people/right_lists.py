"""Rights as pages show them: what waits, for whom, and what became of it; who holds which office."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from consult.domain.people import office_terms
from consult.domain.people import right_changes as rules
from consult.domain.people.right_changes import OFFICE_KINDS, RightStepKind
from consult.domain.people.roles import SHOWN_IN_ORDER, Role
from consult.models import Person, RightChange, RoleGrant, Village
from consult.models.people import person_queries, right_queries
from consult.services.people import grants, rights, villages

NEW_FOR = timedelta(days=90)
MOST_NEW = 10
POSTED_FOR = timedelta(days=15)
"""As notices on the board: 村民委员会组织法 (2025-10-28) 35-37."""
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


@dataclass(frozen=True)
class HeldOffice:
    """An office as the board of offices shows it. `by`: the two offices that gave it, None for the first ones."""

    grant: RoleGrant
    by: tuple[str, str] | None
    entered_late: bool
    is_over: bool
    """The term that the law names is over: an election is due."""


@dataclass(frozen=True)
class Officer:
    """A person and all offices that the person holds, in the order of pages."""

    person: Person
    offices: list[HeldOffice]


@dataclass(frozen=True)
class OfficeBoard:
    """The offices of a village: the newest, then everybody once under the first of the own offices, and what is over."""

    newest: list[HeldOffice]
    groups: list[tuple[Role, list[Officer]]]
    over: Sequence[RoleGrant]


def office_board(village: Village, *, now: datetime) -> OfficeBoard:
    """Return the offices of a village by person."""
    on = villages.local_day(village, now)
    held = _held(village, grants.in_village(village.id), on)
    officers: dict[int, Officer] = {}
    for one in sorted(held, key=lambda h: SHOWN_IN_ORDER.index(h.grant.role)):
        officers.setdefault(one.grant.person_id, Officer(one.grant.person, [])).offices.append(one)
    groups: dict[Role, list[Officer]] = {}
    for officer in officers.values():
        groups.setdefault(officer.offices[0].grant.role, []).append(officer)
    new = [one for one in held if one.by and now - one.grant.granted_at <= NEW_FOR]
    return OfficeBoard(
        newest=sorted(new, key=lambda h: h.grant.id, reverse=True)[:MOST_NEW],
        groups=list(groups.items()),
        over=grants.over_in_village(village.id, on=on),
    )


def _held(village: Village, found: Sequence[RoleGrant], on: date) -> list[HeldOffice]:
    in_force = [one for one in found if one.until is None or one.until >= on]
    by_two = grants.given_by_two([one.id for one in in_force])
    return [
        HeldOffice(
            one,
            by_two.get(one.id),
            rules.entered_late(one.since, villages.local_day(village, one.granted_at)),
            office_terms.is_over(one.role, one.since, on=on),
        )
        for one in in_force
    ]


def term_is_over(on: date) -> Callable[[RoleGrant], bool]:
    """Return what tells of an office whether the term that the law names is over on a day."""
    return lambda grant: office_terms.is_over(grant.role, grant.since, on=on)


@dataclass(frozen=True)
class PostedChange:
    """An office given, changed or ended, as it is posted on the board: by whom, and which two persons did it."""

    change: RightChange
    grant: RoleGrant | None
    """The office as it was entered; None for one that ended."""
    ended: Sequence[RoleGrant]
    """The offices that ended by it."""
    first: tuple[str, str]
    """Name and office of the one who asked."""
    second: tuple[str, str]
    at: datetime
    until: date
    """The last day on which it is posted."""


def posted(village: Village, *, now: datetime) -> list[PostedChange]:
    """Return the changes of offices that are posted now, the newest first. They stay on the board of offices afterwards."""
    today = villages.local_day(village, now)
    since = now - POSTED_FOR - timedelta(days=1)
    changes = right_queries.offices_in_force(village.id, since=since)
    if not changes:  # on most days: everybody opens the board
        return []
    all_ended = grants.ended_since(village.id, since)
    steps = right_queries.steps_of([one.id for one in changes])
    done_steps = [step for done in steps.values() for step in done.values()]
    names = person_queries.names([one.asked_by for one in changes] + [one.done_by for one in done_steps if one.done_by])
    given = grants.by_ids([one.grant_id for one in done_steps if one.grant_id])
    found = []
    for change in changes:
        applied, confirmed = steps[change.id][RightStepKind.APPLIED], steps[change.id].get(RightStepKind.CONFIRMED)
        until = villages.local_day(village, applied.done_at) + POSTED_FOR
        ended = all_ended.get((change.person_id, applied.done_at), [])
        if until < today or (change.kind not in OFFICE_KINDS and not ended):
            continue
        second = (names.get(confirmed.done_by or 0, ""), confirmed.done_office) if confirmed else ("", "")
        found.append(
            PostedChange(
                change=change,
                grant=given.get(applied.grant_id or 0),
                ended=ended,
                first=(names.get(change.asked_by, ""), change.asked_office),
                second=second,
                at=applied.done_at,
                until=until,
            )
        )
    return found
