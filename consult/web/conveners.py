"""The right to call and run meetings: the reader's offices compared with those of the meeting's body."""

from consult.domain.law import bodies, vote_gates
from consult.domain.people.roles import Role
from consult.domain.refusals import Reason, Refused
from consult.models import Meeting
from consult.models.people import roll_queries
from consult.services.people import villages
from consult.web.access import held_roles, person_or_none, today, village


def convenes(body: str, group_id: int | None) -> bool:
    rule, reader = bodies.find(body, province=village().province, on=today()), person_or_none()
    if reader is None:
        return False
    shown = held_roles()  # an office that takes a second proof counts only where it was given
    held = {one for one in villages.offices_of(reader, on=today()) if one.role in shown}
    collective = villages.has_collective(village().id, group_id)
    if vote_gates.why_not_scope(rule, group_id, has_collective=collective, is_township=village().is_township):
        return False
    return vote_gates.why_not_convener(rule, group_id, held=held, has_collective=collective) is None


def offered() -> tuple[list[str], list[tuple[int, str]]]:
    """Return the bodies whose meetings the reader may call, and the groups for those of a group: (id, name)."""
    groups = [(g.id, g.name) for g in roll_queries.groups_of(village().id)]
    codes = [code for code in bodies.codes() if not village().is_township or bodies.is_of_a_collective(code)]
    able = {code: [id_ for id_, _ in groups if convenes(code, id_)] for code in codes}
    mine = {id_ for found in able.values() for id_ in found}
    return [code for code in codes if able[code] or convenes(code, None)], [g for g in groups if g[0] in mine]


def may_run(meeting: Meeting) -> bool:
    """Tell whether the reader may run a meeting: as a convener of its body, or as the clerk, who keeps the record."""
    return Role.CLERK in held_roles() or convenes(meeting.body, meeting.group_id)


def refuse_unless_offered(body: str, group_id: int | None) -> None:
    """Refuse a reader who may not call a meeting of this body and group."""
    if body in bodies.codes() and not convenes(body, group_id):
        raise Refused(Reason.NOT_CONVENER)
