"""Reading the one unit of a roll that a ballot is about: the row, and who attends where a meeting votes."""

from datetime import date
from typing import Any

from sqlalchemy import Executable

from consult.config import current_config
from consult.domain.polls.frozen import FrozenPoll
from consult.domain.polls.units import Unit
from consult.models import Person, db
from consult.models.people import household_queries
from consult.models.polls import ballot_statements as statements
from consult.services.polls import meeting_port


def unit_of_person(poll: FrozenPoll, person_id: int, *, on: date, lock: bool = False) -> Unit | None:
    """Return the unit by which a person may vote on a day, None where there is none. `lock`: hold its row until the commit."""
    query, held = (
        (statements.UNIT_OF_HOUSEHOLD, statements.LOCK_HOUSEHOLD)
        if poll.by_household
        else (statements.UNIT_OF_PERSON, statements.LOCK_PERSON)
    )
    return _unit(query, {"person_id": person_id}, poll, on=on, lock=held if lock else None)


def locked_unit_of_number(poll: FrozenPoll, number: int, *, on: date) -> Unit | None:
    """Return the unit of a roll number and hold its row until the commit; None where there is none."""
    return _unit(statements.UNIT_OF_NUMBER, {"number": number}, poll, on=on, lock=statements.LOCK_NUMBER)


def replaced_name(unit: Unit) -> str:
    """Return who spoke for a household when the roll was frozen, where they left it since; empty for others."""
    if not unit.by_household or unit.presence is not None or unit.house_speaker_id is None:
        return ""
    named = db.session.get_one(Person, unit.person_id)
    return named.name if unit.person_left or named.household_id != unit.household_id else ""


def _unit(
    query: Executable, which: dict[str, Any], poll: FrozenPoll, *, on: date, lock: Executable | None
) -> Unit | None:
    """Return the unit that a query finds, None for none. `lock`: the statement that holds its row, run before."""
    if lock is not None and not current_config().on_sqlite:  # whose writers come one after the other
        db.session.execute(lock, {"poll_id": poll.poll_id, **which})
    row = db.session.execute(query, {"poll_id": poll.poll_id, **which}).first()
    if row is None:
        return None
    meeting = poll.meeting_id
    presence = (
        meeting_port.meetings().presence(meeting, row.number, lock=lock is not None) if meeting is not None else None
    )
    speaker = household_queries.speaker(row.household_id, on=on) if poll.by_household else None
    return Unit(**row._mapping, house_speaker_id=speaker, presence=presence)
