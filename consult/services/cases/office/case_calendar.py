"""All days of a reader's cases in one list: sessions, what is due, the clocks, the last day for the court.

It is made on demand for one reader. There is no address to subscribe to: a calendar service that fetched it would learn
on which days somebody is in a quarrel.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from consult.domain.cases.clocks import Clock
from consult.domain.cases.situation import Situation
from consult.domain.cases.states import CARRIED_OUT, IN_WORK, OPEN, CaseState
from consult.services.cases import keys, reading
from consult.services.cases.reading import Listed, Reader

MOST = 200
SEEN_BY_PARTIES = frozenset({Clock.SESSION, Clock.PERFORM})
"""The clocks that parties are shown; the others are the desk's."""
OPENED = IN_WORK | CARRIED_OUT
"""States in which a session may be called or something is owed: both stand in sealed entries."""
COURT = "court"


@dataclass(frozen=True)
class Day:
    """One day of a case: of a clock, or the last one for both to go to court."""

    on: date
    what: str
    """A Clock, or COURT."""
    line: Listed
    at: str = ""
    place: str = ""
    desk: bool = False

    @property
    def mark(self) -> str:
        """Return a name of this day that tells nothing of the case."""
        return keys.mark_of_day(f"{self.line.row.id}:{self.what}:{self.on}:{self.at}")


def days_of(reader: Reader, own: Sequence[str], desk: Sequence[str]) -> list[Day]:
    """Return the days of the cases a reader is in, and of those on the desk, the nearest first."""
    states = sorted(state.value for state in OPEN)
    mine = reading.listed(reader, states, parts=own, own_only=True, most=MOST)
    of_desk = reading.listed(reader, states, parts=desk, most=MOST) if desk else []
    found = [day for line in mine for day in _days(line, reader, desk=False)]
    found += [day for line in of_desk for day in _days(line, reader, desk=True)]
    return sorted(found, key=lambda day: (day.on, day.at.rjust(5, "0"), day.line.row.id))


def _days(line: Listed, reader: Reader, *, desk: bool) -> list[Day]:
    row = line.row
    found: list[Day] = []
    if row.confirm_by is not None:
        found.append(Day(row.confirm_by, COURT, line, desk=desk))
    if row.due_on is not None and row.due_kind != Clock.SESSION and (desk or row.due_kind in SEEN_BY_PARTIES):
        found.append(Day(row.due_on, row.due_kind, line, desk=desk))
    if CaseState(row.state) in OPENED:
        case = reading.opened(row.address, reader)
        found += _sealed_days(case.situation, line, desk) if case is not None else []
    return list(dict.fromkeys(found))


def _sealed_days(s: Situation, line: Listed, desk: bool) -> list[Day]:
    """Return the days that stand in sealed entries: the session with its hour, and each obligation that is owed."""
    called: list[Day] = []
    if s.session is not None:
        on, at, place = s.session
        called.append(Day(on, Clock.SESSION.value, line, at=at, place=place, desk=desk))
    binds = s.agreement is not None and s.agreement.effective_on is not None
    return called + [Day(row.due_on, Clock.PERFORM.value, line, desk=desk) for row in (s.undone() if binds else ())]
