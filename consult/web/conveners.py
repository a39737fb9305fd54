"""The right to call, run and decide in meetings: by the offices of the meeting's body, or as who chairs it by its record."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import g

from consult.domain.law import bodies, vote_gates
from consult.domain.law.bodies import Body
from consult.domain.people import roles
from consult.domain.people.roles import GROUP_SCOPED, ORGANISATION_SCOPED, HeldOffice, Role
from consult.domain.refusals import Reason, Refused
from consult.models import Meeting
from consult.models.meetings import meeting_queries
from consult.models.people import roll_queries
from consult.services.meetings import proceedings
from consult.services.people import villages
from consult.web.access import held_roles, only, person, person_or_none, today, village

View = TypeVar("View", bound=Callable[..., Any])


def convenes(body: str, group_id: int | None) -> bool:
    rule = _rule(body)
    return _why_not_here(rule, group_id) is None and _calls(rule, group_id, _held(rule))


def _rule(body: str) -> Body:
    return bodies.find(body, province=village().province, on=today())


def _held(rule: Body) -> frozenset[HeldOffice]:
    """Return the reader's offices that may call a body, each with its group. The database is asked only where one has a group.

    An office that takes a second proof counts only in a sign-in where it was given.
    """
    reader, mine = person_or_none(), held_roles() & (rule.called_by | rule.acting)
    if reader is None or not mine & (GROUP_SCOPED | ORGANISATION_SCOPED):
        return frozenset(HeldOffice(role) for role in mine)
    return frozenset(one for one in villages.offices_of(reader, on=today()) if one.role in mine)


def _calls(rule: Body, group_id: int | None, held: frozenset[HeldOffice]) -> bool:
    collective = bool(held) and rule.of_a_collective and villages.has_collective(village().id, group_id)
    return vote_gates.why_not_convener(rule, group_id, held=held, has_collective=collective) is None


def _why_not_here(rule: Body, group_id: int | None) -> Reason | None:
    """Return why there is no such body of this group, or of the village."""
    collective = not rule.of_a_collective or villages.has_collective(village().id, group_id)
    return vote_gates.why_not_scope(rule, group_id, has_collective=collective, is_township=village().is_township)


def offered() -> tuple[list[str], list[tuple[int, str]]]:
    """Return the bodies whose meetings the reader may call, and the groups for those of a group: (id, name)."""
    groups = [(g.id, g.name) for g in roll_queries.groups_of(village().id)]
    organised = villages.collectives(village().id, [id_ for id_, _ in groups])
    codes, mine = [], set[int]()
    for rule in map(_rule, bodies.codes()):
        held = _held(rule) if held_roles() & (rule.called_by | rule.acting) else frozenset()
        able = [group for group in (None, *(id_ for id_, _ in groups)) if held and _may(rule, group, held, organised)]
        mine |= {group for group in able if group is not None}
        codes += [rule.code] if able else []
    return codes, [one for one in groups if one[0] in mine]


def _may(rule: Body, group: int | None, held: frozenset[HeldOffice], organised: frozenset[int | None]) -> bool:
    there = group in organised
    if vote_gates.why_not_scope(rule, group, has_collective=there, is_township=village().is_township):
        return False
    return vote_gates.why_not_convener(rule, group, held=held, has_collective=there) is None


def may_run(meeting: Meeting) -> bool:
    """Tell whether the reader may run a meeting: as a convener of its body, as the clerk, or named by its record."""
    return Role.CLERK in held_roles() or convenes(meeting.body, meeting.group_id) or _is_named(meeting, recorder=True)


def may_decide(meeting: Meeting) -> bool:
    """Tell whether the reader may plan, open, end and declare votes: as a convener of the body, or as who chairs."""
    return convenes(meeting.body, meeting.group_id) or _is_named(meeting)


def may_name_chair(meeting: Meeting, named_id: int) -> bool:
    """Tell whether the reader may name somebody as chair: themselves or their own house only as who decides in the meeting.

    The clerk and whoever keeps the record run a meeting, and decide nothing in it by naming themselves.
    """
    return may_decide(meeting) or not villages.of_one_house(named_id, person())


def _is_named(meeting: Meeting, *, recorder: bool = False) -> bool:
    """Tell whether the reader chairs a meeting by its record; or, where `recorder`, keeps the record of it."""
    reader = person_or_none()
    if reader is None or meeting.opened_at is None:
        return False
    course = proceedings.course_of(meeting.id)
    return reader.id in ((course.chair_id, course.recorder_id) if recorder else (course.chair_id,))


def runs_it(view: View) -> View:
    """Require an office that runs meetings, or that the meeting's record names the reader as its chair or recorder."""
    by_office = only(*sorted(roles.RUNS_MEETINGS))(view)

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if not roles.holds_any(held_roles(), roles.RUNS_MEETINGS) and _is_named_in(kwargs["meeting_id"]):
            g.let_in = True
            return view(*args, **kwargs)
        return by_office(*args, **kwargs)

    guarded.access = by_office.access  # type: ignore[attr-defined]
    return guarded  # type: ignore[return-value]


def _is_named_in(meeting_id: int) -> bool:
    meeting = meeting_queries.one(village().id, meeting_id) if person_or_none() is not None else None
    return meeting is not None and _is_named(meeting, recorder=True)


def refuse_unless_offered(body: str, group_id: int | None) -> None:
    """Refuse a body that is none of this group or village, and a reader who may not call its meetings."""
    if body not in bodies.codes():
        return
    if reason := _why_not_here(_rule(body), group_id):
        raise Refused(reason)
    if not convenes(body, group_id):
        raise Refused(Reason.NOT_CONVENER)
