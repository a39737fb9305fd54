"""The names of those who came to a meeting and of those who did not. For those who may have its papers."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from consult.domain.meetings.check_ins import CheckInKind
from consult.models import CheckIn, Meeting
from consult.models.meetings import check_in_queries, meeting_queries
from consult.services.meetings import check_ins


class Attended(StrEnum):
    """The answer of a unit to the call: it came, was excused, or stayed away."""

    PRESENT = "present"
    EXCUSED = "excused"
    ABSENT = "absent"


@dataclass(frozen=True, kw_only=True)
class CalledUnit:
    """A unit of the roll. `by`: who came for it, where that was not the one whose name stands on the roll."""

    number: int
    name: str
    attended: Attended
    by: str = ""

    def as_facts(self) -> list[Any]:
        """Return it for the archive: number, name, what became of the call, who came for it."""
        return [self.number, self.name, self.attended.value, self.by]


@dataclass(frozen=True)
class Attendance:
    """Every unit that was called, in the order of the roll."""

    called: tuple[CalledUnit, ...]

    def of(self, attended: Attended) -> list[CalledUnit]:
        """Return the units of which this became."""
        return [unit for unit in self.called if unit.attended is attended]


def of_meeting(meeting: Meeting, lines: Sequence[CheckIn] | None = None) -> Attendance:
    """Return who came, who was excused and who stayed away. Who came at any time is present.

    `lines` are the standing lines of the desk where they were read before.
    """
    first: dict[int, CheckIn] = {}
    lines = check_ins.standing_lines(meeting.id) if lines is None else lines
    for line in lines:
        if line.kind is CheckInKind.ARRIVED and line.roll_number is not None:
            first.setdefault(line.roll_number, line)
    excused = check_ins.excused(lines)
    names = meeting_queries.names(sorted({line.person_id for line in first.values() if line.person_id is not None}))
    found = []
    for unit in check_in_queries.roll(meeting.id, on=None):
        came = first.get(unit.number)
        attended = Attended.PRESENT if came else Attended.EXCUSED if unit.number in excused else Attended.ABSENT
        by = came.person_id if came and came.person_id != unit.person_id else None
        name = names.get(by, "") if by is not None else ""
        found.append(CalledUnit(number=unit.number, name=unit.name, attended=attended, by=name))
    return Attendance(tuple(found))
