"""Hold against the log whom households chose to speak for them, and who left the roll or is awaited on it.

Both decide who votes. What one row of the roll says of a person is in no entry: docs/threat-model.md.
"""

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from consult.domain.audit import Tag
from consult.domain.people.people import DepartureKind
from consult.domain.people.right_changes import RightKind
from consult.models import AuditEntry, Departure, Household, RollEntry, db

LEFT_AND_CAME = (Tag.PERSON_DEPARTED, Tag.PERSON_JOINED, Tag.PERSON_ADDED, Tag.RIGHT_ASKED, Tag.ROLL_IMPORTED)


def faults(village_id: int) -> Iterator[str]:
    """Yield a line for each household for which the log has another speaker, and each person who left here and not there."""
    chosen = {
        int(subject.rpartition(":")[2]): facts["person"]
        for subject, _, facts in _logged(village_id, Tag.REPRESENTATIVE_CHOSEN)
    }
    query = select(Household.id, Household.representative_id).where(Household.village_id == village_id)
    for row in db.session.execute(query.order_by(Household.id)):
        if row.representative_id != chosen.get(row.id):
            yield f"household {row.id}: who speaks for it is not whom the log has"
    yield from _departures(village_id)


def _departures(village_id: int) -> Iterator[str]:
    """Compare who left the roll, or is awaited on it. Entries from before 0.8.3 do not say whom a roll brought back."""
    left: dict[int, DepartureKind] = {}
    perhaps_back: set[int] = set()
    for subject, tag, facts in _logged(village_id, *LEFT_AND_CAME):
        person = int(subject.rpartition(":")[2])
        if tag == Tag.PERSON_DEPARTED.value:
            left[person] = DepartureKind(facts["kind"])
            perhaps_back.discard(person)
        elif tag == Tag.PERSON_JOINED.value:
            left.pop(person, None)
        elif facts.get("awaited") or facts.get("kind") == RightKind.JOINED:
            left.setdefault(person, DepartureKind.AWAITED)
        elif tag == Tag.ROLL_IMPORTED.value:
            left = {one: kind for one, kind in left.items() if one not in facts.get("back", ())}
            perhaps_back |= left.keys() if "back" not in facts else set()
    query = select(Departure.person_id, Departure.kind).where(Departure.village_id == village_id)
    here = {row.person_id: row.kind for row in db.session.execute(query)}
    alone = {one for one, kind in here.items() if kind is DepartureKind.AWAITED and one not in left}
    for person in sorted(here.keys() - alone | left.keys()):
        if here.get(person) != left.get(person) and not (person in perhaps_back and person not in here):
            yield f"person {person}: left the roll here and not in the log, or the other way round"
    voted = select(RollEntry.person_id).where(RollEntry.village_id == village_id).distinct()
    for person in sorted(alone & set(db.session.scalars(voted)) if alone else ()):
        yield f"person {person}: is awaited on the roll, though they stood on that of a vote"


def _logged(village_id: int, *tags: Tag) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield subject, tag and facts of all entries with these tags, in order."""
    query = select(AuditEntry.subject, AuditEntry.tag, AuditEntry.facts).where(
        AuditEntry.village_id == village_id, AuditEntry.tag.in_([tag.value for tag in tags])
    )
    for row in db.session.execute(query.order_by(AuditEntry.number)):
        yield row.subject, row.tag, json.loads(row.facts)
