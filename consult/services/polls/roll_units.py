"""Reading the one unit of a roll that a ballot is about: the row, and who attends where a meeting votes."""

from typing import Any

from sqlalchemy import Executable

from consult.domain.polls.frozen import FrozenPoll
from consult.domain.polls.units import Unit
from consult.models import db
from consult.models.polls import ballot_statements as statements
from consult.services.polls import meeting_port


def unit_of_person(poll: FrozenPoll, person_id: int, *, lock: bool = False) -> Unit | None:
    """Return the unit by which a person may vote, None where there is none. `lock`: hold its row until the commit."""
    queries = {
        (False, False): statements.UNIT_OF_PERSON,
        (False, True): statements.LOCKED_UNIT_OF_PERSON,
        (True, False): statements.UNIT_OF_HOUSEHOLD,
        (True, True): statements.LOCKED_UNIT_OF_HOUSEHOLD,
    }
    return _unit(queries[poll.by_household, lock], {"person_id": person_id}, poll, lock=lock)


def locked_unit_of_number(poll: FrozenPoll, number: int) -> Unit | None:
    """Return the unit of a roll number and hold its row until the commit; None where there is none."""
    return _unit(statements.LOCKED_UNIT_OF_NUMBER, {"number": number}, poll, lock=True)


def _unit(query: Executable, which: dict[str, Any], poll: FrozenPoll, *, lock: bool) -> Unit | None:
    row = db.session.execute(query, {"poll_id": poll.poll_id, **which}).first()
    if row is None:
        return None
    meeting = poll.meeting_id
    presence = meeting_port.meetings().presence(meeting, row.number, lock=lock) if meeting is not None else None
    return Unit(**row._mapping, presence=presence)
